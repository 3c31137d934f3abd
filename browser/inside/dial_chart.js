/** Error against the size of the code, both by powers, with a line where the dial stands. */
import { cleared } from "../shared/canvas.js";
import { pointerIn } from "../shared/pixels.js";

/** @typedef {import("./dial.js").Curve} Curve */

const [LEFT, RIGHT, TOP, BOTTOM] = [62, 18, 12, 44]; // CSS pixels around the curves
const TICKS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

export class DialChart {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(at: number) => void} turn to the size under the pointer
   */
  constructor(canvas, turn) {
    this.canvas = canvas;
    /** @type {number[]} */
    this.sizes = [];
    /** @type {Curve[]} */
    this.curves = [];
    this.title = "";
    const follow = (/** @type {PointerEvent} */ event) => {
      turn(this.sizeAt(pointerIn(canvas, event)[0]));
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      follow(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) follow(event);
    });
  }

  /**
   * @param {number[]} sizes
   * @param {Curve[]} curves
   * @param {string} language
   * @param {string} title of the axis of sizes
   */
  set(sizes, curves, language, title) {
    [this.sizes, this.curves, this.title] = [sizes, curves, title];
    this.numbers = new Intl.NumberFormat(language, { maximumFractionDigits: 4 });
    const all = curves.flatMap(({ values }) => values);
    this.least = Math.log(Math.min(...all) * 0.8);
    this.most = Math.log(Math.max(...all) * 1.2);
  }

  /**
   * Which size is nearest to a place.
   *
   * @param {number} x CSS pixels
   */
  sizeAt(x) {
    const share = (x - LEFT) / (this.canvas.clientWidth - LEFT - RIGHT);
    const last = this.sizes.length - 1;
    return Math.min(last, Math.max(0, Math.round(share * last)));
  }

  /** @param {number} at the size that is chosen, from 0 */
  draw(at) {
    const { draw, width, height } = cleared(this.canvas);
    const { sizes, curves, least = 0, most = 1 } = this;
    if (!width || !sizes.length) return;
    const ink = draw.fillStyle;
    const across = (/** @type {number} */ i) =>
      LEFT + (i / (sizes.length - 1)) * (width - LEFT - RIGHT);
    const up = (/** @type {number} */ value) =>
      TOP + (1 - (Math.log(value) - least) / (most - least)) * (height - TOP - BOTTOM);
    draw.lineWidth = 1;
    draw.textBaseline = "middle";
    draw.textAlign = "right";
    for (const tick of TICKS) {
      const y = up(tick);
      if (y < TOP || y > height - BOTTOM) continue;
      draw.globalAlpha = 0.25;
      draw.fillRect(LEFT, y, width - LEFT - RIGHT, 1);
      draw.globalAlpha = 1;
      draw.fillText(this.numbers?.format(tick) ?? "", LEFT - 8, y);
    }
    draw.textAlign = "center";
    sizes.forEach((size, i) => draw.fillText(String(size), across(i), height - BOTTOM + 14));
    draw.fillText(this.title, LEFT + (width - LEFT - RIGHT) / 2, height - 10);
    draw.globalAlpha = 0.5;
    draw.fillRect(across(at) - 1, TOP, 2, height - TOP - BOTTOM);
    draw.globalAlpha = 1;
    for (const { colour, dash, values } of curves) {
      draw.strokeStyle = draw.fillStyle = colour;
      draw.lineWidth = 3;
      draw.setLineDash(dash);
      draw.beginPath();
      values.forEach((value, i) => draw.lineTo(across(i), up(value)));
      draw.stroke();
      draw.setLineDash([]);
      values.forEach((value, i) => {
        draw.beginPath();
        draw.arc(across(i), up(value), i === at ? 7 : 4, 0, 2 * Math.PI);
        draw.fill();
      });
    }
    draw.fillStyle = ink;
  }
}
