/** Numbers that flow through a layer, as a picture: bars, feature maps, or a field of squares. */
import { cleared } from "../shared/canvas.js";
import { paintAround, scaleOf } from "../shared/diverging.js";
import { context, paint, toBytes } from "../shared/pictures.js";

const BARS = 64; // numbers that are drawn as bars; more are squares
const GAP = 1; // pixel between two maps

/**
 * @typedef {Object} Values
 * @property {Float32Array} numbers
 * @property {number[]} shape (numbers), (maps, height, width) or (steps, numbers)
 */

/**
 * Draw them; gives what has the full colour.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Values} values
 * @param {boolean} image whether they are an image in 0…1
 * @param {number} most feature maps, at most
 */
export function drawValues(canvas, { numbers, shape }, image, most) {
  const limit = numbers.reduce((top, one) => Math.max(top, Math.abs(one)), 0) || 1;
  canvas.classList.toggle("bars", !image && shape.length === 1 && shape[0] <= BARS);
  if (image) drawImage(canvas, numbers, shape);
  else if (shape.length === 3) drawMaps(canvas, numbers, shape, most, limit);
  else if (shape.length === 2) field(canvas, numbers, [shape[0], shape[1]], limit);
  else if (shape[0] <= BARS) drawBars(canvas, numbers, limit);
  else {
    const across = Math.ceil(Math.sqrt(shape[0]));
    field(canvas, numbers, [Math.ceil(shape[0] / across), across], limit);
  }
  return limit;
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} width
 * @param {number} height
 */
function pixels(canvas, width, height) {
  if (canvas.width !== width || canvas.height !== height) {
    [canvas.width, canvas.height] = [width, height];
  }
  return context(canvas).createImageData(width, height);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} numbers
 * @param {number[]} shape
 */
function drawImage(canvas, numbers, [channels, height, width]) {
  const data = pixels(canvas, width, height);
  const bytes = new Uint8Array(numbers.length);
  toBytes(numbers, bytes);
  paint(data, bytes, 0, [channels, height, width]);
  context(canvas).putImageData(data, 0, 0);
}

/**
 * Rows of colours; where the last row isn't full, the rest stays empty.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} numbers
 * @param {[number, number]} size rows and columns
 * @param {number} limit
 */
function field(canvas, numbers, [rows, columns], limit) {
  const data = pixels(canvas, columns, rows);
  const full = Math.floor(numbers.length / columns);
  const scale = scaleOf(canvas);
  paintAround(data, numbers, 0, [full, columns], limit, scale);
  const rest = numbers.length - full * columns;
  if (rest) paintAround(data, numbers, full * columns, [1, rest], limit, scale, [full, 0]);
  context(canvas).putImageData(data, 0, 0);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} numbers
 * @param {number[]} shape
 * @param {number} most
 * @param {number} limit
 */
function drawMaps(canvas, numbers, [maps, height, width], most, limit) {
  const n = Math.min(maps, most);
  const across = Math.ceil(Math.sqrt((n * height) / width));
  const down = Math.ceil(n / across);
  const data = pixels(canvas, across * (width + GAP) - GAP, down * (height + GAP) - GAP);
  const scale = scaleOf(canvas);
  for (let i = 0; i < n; i++) {
    const [row, column] = [Math.floor(i / across), i % across];
    const at = /** @type {[number, number]} */ ([row * (height + GAP), column * (width + GAP)]);
    paintAround(data, numbers, i * height * width, [height, width], limit, scale, at);
  }
  context(canvas).putImageData(data, 0, 0);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Float32Array} numbers
 * @param {number} limit
 */
function drawBars(canvas, numbers, limit) {
  const { draw, width, height } = cleared(canvas);
  const scale = scaleOf(canvas);
  const ink = draw.fillStyle;
  const each = width / numbers.length;
  numbers.forEach((value, i) => {
    const high = (Math.abs(value) / limit) * (height / 2 - 1);
    const [red, green, blue] = value < 0 ? scale.negative : scale.positive;
    draw.fillStyle = `rgb(${red}, ${green}, ${blue})`;
    const gap = each > 4 ? 1 : 0;
    draw.fillRect(i * each, value < 0 ? height / 2 : height / 2 - high, each - gap, Math.max(1, high));
  });
  draw.fillStyle = ink;
  draw.globalAlpha = 0.5;
  draw.fillRect(0, height / 2 - 0.5, width, 1);
  draw.globalAlpha = 1;
}
