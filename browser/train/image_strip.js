/** Images of one moment beside each other, on their way to those of the next. */
import { context } from "../shared/pictures.js";

const GAP = 6 / 56; // between two images, as a share of their width

/**
 * A row of images, on their way from some to others.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLCanvasElement[]} originals there is room for as many
 * @param {HTMLCanvasElement[]} from
 * @param {HTMLCanvasElement[]} to
 * @param {number} share
 */
export function drawStrip(canvas, originals, from, to, share) {
  const first = from[0] ?? originals[0];
  if (!first) return;
  const n = Math.max(from.length, originals.length);
  const step = Math.round(first.width * (1 + GAP));
  const width = n * step - (step - first.width);
  if (canvas.width !== width || canvas.height !== first.height) {
    canvas.width = width;
    canvas.height = first.height;
    canvas.style.setProperty("--columns", String(width / first.width));
  }
  const draw = context(canvas);
  draw.clearRect(0, 0, width, canvas.height);
  from.forEach((image, k) => draw.drawImage(image, k * step, 0));
  if (!from.length) {
    draw.fillStyle = "rgb(128 128 128 / 18%)";
    for (let k = 0; k < n; k++) draw.fillRect(k * step, 0, first.width, first.height);
  }
  draw.globalAlpha = share;
  if (share) to.forEach((image, k) => draw.drawImage(image, k * step, 0));
  draw.globalAlpha = 1;
}
