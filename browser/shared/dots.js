/**
 * The dots of a map, written straight into the pixels of a canvas: 70,000 take a few milliseconds,
 * without a GPU.
 *
 * @typedef {import("./view.js").View} View
 * @typedef {Object} Thumbnails images with the pixels of a canvas
 * @property {[number, number, number]} shape channels, height, width
 * @property {(i: number) => Uint32Array} colours of an image, line by line
 */

/** Pixels of a canvas with a margin, so that no dot has to be cut at the edge. */
export class Raster {
  /**
   * @param {number} width pixels that are seen
   * @param {number} height
   * @param {number} margin pixels around them that are not
   */
  constructor(width, height, margin) {
    this.width = width;
    this.height = height;
    this.margin = margin;
    this.stride = width + 2 * margin;
    this.image = new ImageData(this.stride, height + 2 * margin);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  /** @param {CanvasRenderingContext2D} context */
  show(context) {
    const { image, margin, width, height } = this;
    context.putImageData(image, -margin, -margin, margin, margin, width, height);
  }
}

/**
 * The pixels of a round dot, as steps from its middle.
 *
 * @param {number} diameter in pixels
 * @param {number} stride pixels in a row
 */
function disc(diameter, stride) {
  const steps = [];
  const middle = (diameter - 1) / 2;
  const reach = (diameter / 2) ** 2 + 0.3; // a little more: small ones would have too few corners
  const half = Math.floor(diameter / 2);
  for (let row = 0; row < diameter; row++) {
    for (let column = 0; column < diameter; column++) {
      if ((row - middle) ** 2 + (column - middle) ** 2 <= reach) {
        steps.push((row - half) * stride + column - half);
      }
    }
  }
  return Int32Array.from(steps);
}

/**
 * Draw the dots whose ``lit`` is ``wanted``, or all when ``wanted`` is -1.
 *
 * @param {Raster} raster
 * @param {View} view
 * @param {Float32Array} x places on the map, 0…1
 * @param {Float32Array} y
 * @param {Uint8Array} shades each dot's place in the palette
 * @param {Uint32Array} palette colours as pixels have them
 * @param {Uint8Array} lit
 * @param {number} wanted
 * @param {number} diameter in pixels
 */
export function drawDots(raster, view, x, y, shades, palette, lit, wanted, diameter) {
  const { pixels, stride, margin, width, height } = raster;
  const { scale } = view;
  const left = width / 2 - view.x * scale;
  const top = height / 2 - view.y * scale;
  const steps = disc(diameter, stride);
  const count = steps.length;
  const n = x.length;
  const low = -margin / 2; // dots that reach in from outside are drawn too
  const right = width + margin / 2;
  const bottom = height + margin / 2;
  for (let i = 0; i < n; i++) {
    if (wanted >= 0 && lit[i] !== wanted) continue;
    const px = x[i] * scale + left;
    const py = y[i] * scale + top;
    if (!(px > low && px < right && py > low && py < bottom)) continue;
    const at = (((py + margin) | 0) * stride + px + margin) | 0;
    const colour = palette[shades[i]];
    for (let k = 0; k < count; k++) pixels[at + steps[k]] = colour;
  }
}

/**
 * Draw an image in crisp pixels with its middle at a place, framed in a colour.
 *
 * @param {Raster} raster
 * @param {number} px
 * @param {number} py
 * @param {Thumbnails} thumbnails
 * @param {number} i
 * @param {number} zoom pixels of the screen for one of the image
 * @param {number} frame colour
 */
export function drawTile(raster, px, py, thumbnails, i, zoom, frame) {
  const { pixels, stride, margin } = raster;
  const [, height, width] = thumbnails.shape;
  const colours = thumbnails.colours(i);
  const across = width * zoom;
  const down = height * zoom;
  const edge = Math.max(2, zoom);
  const left = Math.round(px - across / 2) + margin;
  const top = Math.round(py - down / 2) + margin;
  const rows = raster.height + 2 * margin;
  for (let row = -edge; row < down + edge; row++) {
    const line = top + row;
    if (line < 0 || line >= rows) continue;
    const inside = row >= 0 && row < down;
    const source = inside ? Math.floor(row / zoom) * width : 0;
    const from = Math.max(-edge, -left);
    const to = Math.min(across + edge, stride - left);
    for (let column = from; column < to; column++) {
      pixels[line * stride + left + column] =
        inside && column >= 0 && column < across
          ? colours[source + Math.floor(column / zoom)]
          : frame;
    }
  }
}

/**
 * A colour as a pixel has it: "#rrggbb" and its opacity, 0…1.
 *
 * @param {string} hex
 * @param {number} opacity
 */
export function pixel(hex, opacity = 1) {
  const value = parseInt(hex.slice(1, 7), 16);
  const [red, green, blue] = [value >> 16, (value >> 8) & 255, value & 255];
  return ((Math.round(opacity * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}
