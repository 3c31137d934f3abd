/** What our drawings on canvases share. */
import { context } from "./pictures.js";
import { density } from "./pixels.js";

/**
 * A canvas cleared, with as many pixels as the screen has under it.
 *
 * @param {HTMLCanvasElement} canvas
 * @returns {{ draw: CanvasRenderingContext2D, width: number, height: number }} in CSS pixels
 */
export function cleared(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = density(canvas);
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide || canvas.height !== high) {
    canvas.width = wide;
    canvas.height = high;
  }
  const draw = context(canvas);
  draw.setTransform(ratio, 0, 0, ratio, 0, 0);
  draw.clearRect(0, 0, width, height);
  const style = getComputedStyle(canvas);
  draw.font = `16px ${style.fontFamily}`;
  draw.fillStyle = draw.strokeStyle = style.color;
  return { draw, width, height };
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} share 0…1 of the way
 */
export function between(from, to, share) {
  return from + (to - from) * share;
}
