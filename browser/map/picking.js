/**
 * What is picked on a map, as a short text that goes to Python and into the address. The same in
 * pages/map/picks.py: "c3.8" for whole classes, "d…" for the gaps between image numbers in rising order,
 * seven bits a byte, "b…" for one bit an image; the shorter of both, in base64 for addresses.
 */

/** @param {Uint8Array} bytes */
function toText(bytes) {
  let text = "";
  for (let i = 0; i < bytes.length; i += 8192) {
    text += String.fromCharCode(...bytes.subarray(i, i + 8192));
  }
  return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** @param {string} text */
function toBytes(text) {
  const raw = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

/**
 * @param {Uint8Array} lit 1 for each point that is picked
 * @param {ArrayLike<number> | null} ids each point's image, rising; null: the point's own place
 * @param {number} total images that there are
 */
export function encode(lit, ids, total) {
  const bits = new Uint8Array(Math.ceil(total / 8));
  /** @type {number[]} */
  const gaps = [];
  let last = -1;
  for (let i = 0; i < lit.length; i++) {
    if (!lit[i]) continue;
    const id = ids ? ids[i] : i;
    bits[id >> 3] |= 1 << (id & 7);
    if (gaps.length < bits.length) {
      let gap = id - last - 1;
      while (gap > 127) {
        gaps.push((gap & 127) | 128);
        gap >>= 7;
      }
      gaps.push(gap);
    }
    last = id;
  }
  if (last < 0) return "";
  return gaps.length < bits.length ? `d${toText(Uint8Array.from(gaps))}` : `b${toText(bits)}`;
}

/**
 * @param {string} text
 * @param {ArrayLike<number> | null} ids
 * @param {Uint8Array} labels
 * @returns {Uint8Array} 1 for each point that is picked
 */
export function decode(text, ids, labels) {
  const lit = new Uint8Array(labels.length);
  if (text.startsWith("c")) {
    const classes = new Set(text.slice(1).split(".").map(Number));
    for (let i = 0; i < lit.length; i++) lit[i] = classes.has(labels[i]) ? 1 : 0;
    return lit;
  }
  /** @type {Set<number>} */
  const picked = new Set();
  const bytes = toBytes(text.slice(1));
  if (text.startsWith("b")) {
    bytes.forEach((byte, at) => {
      for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) picked.add(at * 8 + bit);
    });
  } else {
    let [id, gap, shift] = [-1, 0, 0];
    for (const byte of bytes) {
      gap |= (byte & 127) << shift;
      shift += 7;
      if (byte & 128) continue;
      id += gap + 1;
      picked.add(id);
      gap = shift = 0;
    }
  }
  for (let i = 0; i < lit.length; i++) lit[i] = picked.has(ids ? ids[i] : i) ? 1 : 0;
  return lit;
}

/**
 * The points inside a closed line, looked up in a picture of it: its cost doesn't grow with the
 * number of its corners.
 *
 * @param {Float32Array} x places, 0…1
 * @param {Float32Array} y
 * @param {import("../shared/view.js").View} view
 * @param {number} width pixels
 * @param {number} height
 * @param {[number, number][]} corners in pixels
 */
export function inLoop(x, y, view, width, height, corners) {
  const canvas = new OffscreenCanvas(width, height);
  const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.beginPath();
  for (const [px, py] of corners) context.lineTo(px, py);
  context.fill();
  const area = new Uint32Array(context.getImageData(0, 0, width, height).data.buffer);
  const left = width / 2 - view.x * view.scale;
  const top = height / 2 - view.y * view.scale;
  const found = new Uint8Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const px = Math.floor(x[i] * view.scale + left);
    const py = Math.floor(y[i] * view.scale + top);
    if (px < 0 || py < 0 || px >= width || py >= height) continue;
    if (area[py * width + px] >>> 31) found[i] = 1; // more than half of the pixel is inside
  }
  return found;
}
