/**
 * A drawing as models get to see it, made here while the pen moves: what aecore/handwriting.py does,
 * with the same measures. The two differ by grey levels at the edge of the ink.
 *
 * @typedef {import("./strokes.js").Point} Point
 * @typedef {Object} Drawing
 * @property {Point[][]} strokes
 * @property {number} width of the pen
 * @property {boolean} centred in MNIST's form, else as it stands on the pad
 * @typedef {{ bytes: Uint8Array, width: number, height: number }} Ink 255 where there is some, else 0
 */

const PIXELS = 28; // a side of MNIST's images
const BOX = 20; // and of the box within, which the ink just fits
const FINE = 16; // dots a pixel and direction before they are averaged
const EDGE = 0.35; // of a dot: how much further than its radius a pen reaches

/**
 * An image of ``side`` × ``side`` bytes, light on dark.
 *
 * @param {Drawing} drawing
 * @param {number} pad its side, in the drawing's units
 * @param {number} side
 */
export function form(drawing, pad, side = PIXELS) {
  if (!drawing.strokes.length) return new Uint8Array(side * side);
  return drawing.centred ? inMnistForm(drawing, side) : asDrawn(drawing, pad, side);
}

/**
 * A square image in the middle of a larger one, the same in all channels.
 *
 * @param {Uint8Array} square
 * @param {number[]} shape channels, height, width
 */
export function placed(square, [channels, height, width]) {
  const side = Math.min(height, width);
  const [top, left] = [Math.floor((height - side) / 2), Math.floor((width - side) / 2)];
  const found = new Uint8Array(channels * height * width);
  for (let c = 0; c < channels; c++) {
    for (let row = 0; row < side; row++) {
      const from = square.subarray(row * side, (row + 1) * side);
      found.set(from, (c * height + top + row) * width + left);
    }
  }
  return found;
}

/** @param {Drawing} drawing @param {number} side */
function inMnistForm(drawing, side) {
  const points = drawing.strokes.flat();
  const pen = drawing.width / 2;
  const [low, high] = [[Infinity, Infinity], [-Infinity, -Infinity]];
  for (const point of points) {
    for (const axis of [0, 1]) {
      low[axis] = Math.min(low[axis], point[axis] - pen);
      high[axis] = Math.max(high[axis], point[axis] + pen);
    }
  }
  const [across, down] = [high[0] - low[0], high[1] - low[1]];
  const inner = Math.max(1, Math.round((side * BOX) / PIXELS));
  const scale = (FINE * inner) / Math.max(across, down);
  const ink = inked(drawing, [low[0], low[1]], scale, Math.ceil(across * scale), Math.ceil(down * scale));
  return centred(ink, side, inner);
}

/** @param {Drawing} drawing @param {number} pad @param {number} side */
function asDrawn(drawing, pad, side) {
  const fine = side * FINE;
  return shrunk(inked(drawing, [0, 0], fine / pad, fine, fine), side, side);
}

/**
 * Fitted into the box, and moved until its centre of mass is that of the image.
 *
 * @param {Ink} ink that touches all four sides of its window, or nearly so
 * @param {number} side
 * @param {number} inner
 */
function centred(ink, side, inner) {
  const cut = cropped(ink);
  const longest = Math.max(cut.width, cut.height);
  const [width, height] = [cut.width, cut.height].map((n) => Math.max(1, Math.round((inner * n) / longest)));
  const small = shrunk(cut, width, height);
  const found = new Uint8Array(side * side);
  let [mass, sumX, sumY] = [0, 0, 0];
  small.forEach((grey, i) => {
    mass += grey;
    sumX += grey * (i % width);
    sumY += grey * Math.floor(i / width);
  });
  if (!mass) return found;
  const middle = Math.floor(side / 2); // index 14 of 28, as in the data set itself
  const at = (/** @type {number} */ sum, /** @type {number} */ n) =>
    Math.min(Math.max(0, Math.round(middle - sum / mass)), side - n);
  const [left, top] = [at(sumX, width), at(sumY, height)];
  for (let row = 0; row < height; row++) {
    found.set(small.subarray(row * width, (row + 1) * width), (top + row) * side + left);
  }
  return found;
}

/** Without rows and columns at its sides that have none. @param {Ink} ink @returns {Ink} */
function cropped({ bytes, width, height }) {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    const row = bytes.subarray(y * width, (y + 1) * width);
    const first = row.indexOf(255);
    if (first < 0) continue;
    [left, right] = [Math.min(left, first), Math.max(right, row.lastIndexOf(255))];
    [top, bottom] = [Math.min(top, y), y];
  }
  if (right < 0) return { bytes, width, height };
  const [across, down] = [right - left + 1, bottom - top + 1];
  const cut = new Uint8Array(across * down);
  for (let y = 0; y < down; y++) {
    const from = (top + y) * width + left;
    cut.set(bytes.subarray(from, from + across), y * across);
  }
  return { bytes: cut, width: across, height: down };
}

/**
 * Averaged to fewer pixels: along the rows, then along the columns, a dot wholly in one pixel.
 *
 * @param {Ink} ink
 * @param {number} width
 * @param {number} height
 */
function shrunk(ink, width, height) {
  const rows = averaged(ink.bytes, ink.width, width, ink.height, 1, ink.width);
  return averaged(rows, ink.height, height, width, width, 1);
}

/**
 * @param {Uint8Array} from lines of ``taken`` numbers
 * @param {number} taken
 * @param {number} made of each line
 * @param {number} lines
 * @param {number} step from a number of a line to the next one
 * @param {number} next from a line to the next one, in what is taken
 */
function averaged(from, taken, made, lines, step, next) {
  const found = new Uint8Array(made * lines);
  const share = taken / made;
  for (let n = 0; n < made; n++) {
    const first = Math.floor(n * share + 0.5);
    const end = Math.max(first + 1, Math.min(taken, Math.floor((n + 1) * share + 0.5)));
    for (let line = 0; line < lines; line++) {
      let sum = 0;
      for (let i = first; i < end; i++) sum += from[line * next + i * step];
      found[step === 1 ? line * made + n : n * lines + line] = Math.floor(sum / (end - first) + 0.5);
    }
  }
  return found;
}

/**
 * What a window of the pad shows, ``scale`` dots a unit.
 *
 * @param {Drawing} drawing
 * @param {[number, number]} corner of the window, in units
 * @param {number} scale
 * @param {number} width in dots
 * @param {number} height
 * @returns {Ink}
 */
function inked({ strokes, width: pen }, [left, top], scale, width, height) {
  const bytes = new Uint8Array(width * height);
  const half = (pen * scale) / 2;
  for (const stroke of strokes) {
    const dots = stroke.map(([x, y]) => /** @type {Point} */ ([(x - left) * scale, (y - top) * scale]));
    dots.forEach((dot, i) => {
      disc(bytes, width, height, dot, half);
      if (i) bar(bytes, width, height, dots[i - 1], dot, Math.round(2 * half));
    });
  }
  return { bytes, width, height };
}

/**
 * @param {Uint8Array} bytes
 * @param {number} width
 * @param {number} height
 * @param {Point} middle
 * @param {number} half its radius
 */
function disc(bytes, width, height, [x, y], half) {
  const [left, right] = [Math.trunc(x - half), Math.trunc(x + half)];
  const [top, bottom] = [Math.trunc(y - half), Math.trunc(y + half)];
  const [across, down] = [(right - left) / 2, (bottom - top) / 2];
  for (let row = Math.max(0, top); row <= Math.min(height - 1, bottom); row++) {
    const share = (row - (top + bottom) / 2) / (down + EDGE);
    const reach = (across + EDGE) * Math.sqrt(1 - share * share);
    fill(bytes, width, row, (left + right) / 2 - reach, (left + right) / 2 + reach);
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} width
 * @param {number} height
 * @param {Point} from
 * @param {Point} to
 * @param {number} thick
 */
function bar(bytes, width, height, from, to, thick) {
  const [[x0, y0], [x1, y1]] = [from.map(Math.trunc), to.map(Math.trunc)];
  const length = Math.hypot(x1 - x0, y1 - y0);
  if (!length) return;
  const reach = (thick - 1) / 2;
  const [across, down] = [((y1 - y0) / length) * reach, ((x1 - x0) / length) * reach];
  const corners = [[x0 - across, y0 + down], [x1 - across, y1 + down], [x1 + across, y1 - down], [x0 + across, y0 - down]];
  const ys = corners.map((corner) => corner[1]);
  const first = Math.max(0, Math.ceil(Math.min(...ys)));
  const last = Math.min(height - 1, Math.floor(Math.max(...ys)));
  for (let row = first; row <= last; row++) {
    let [left, right] = [Infinity, -Infinity];
    corners.forEach(([ax, ay], i) => {
      const [bx, by] = corners[(i + 1) % 4];
      if (ay === by || (row - ay) * (row - by) > 0) return;
      const x = ax + ((row - ay) / (by - ay)) * (bx - ax);
      [left, right] = [Math.min(left, x), Math.max(right, x)];
    });
    fill(bytes, width, row, left - 0.5, right + 0.5);
  }
}

/**
 * @param {Uint8Array} bytes
 * @param {number} width
 * @param {number} row
 * @param {number} left
 * @param {number} right
 */
function fill(bytes, width, row, left, right) {
  const start = Math.max(0, Math.ceil(left));
  const end = Math.min(width - 1, Math.floor(right));
  if (end >= start) bytes.fill(255, row * width + start, row * width + end + 1);
}
