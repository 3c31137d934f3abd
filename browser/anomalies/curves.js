/** ROC and precision over recall: a curve each, and the point of the threshold on it. */
import { cleared } from "../shared/canvas.js";
import { pointerIn } from "../shared/pixels.js";

const LEFT = 34;
const BELOW = 40;
const TOP = 10;

/** @typedef {[number, number]} Point shares 0…1 to the right and upwards */

export class Curve {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(share: number, ended: boolean) => void} choose told what share is pointed at
   */
  constructor(canvas, choose) {
    this.canvas = canvas;
    /** @type {Point[]} */
    this.points = [];
    /** @type {[Point, Point]} what guessing would give */
    this.chance = [
      [0, 0],
      [1, 1],
    ];
    this.axis = "";
    const at = (/** @type {PointerEvent} */ event) => {
      const [x] = pointerIn(canvas, event);
      return Math.min(1, Math.max(0, (x - LEFT) / (canvas.clientWidth - LEFT - 8)));
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      choose(at(event), false);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) choose(at(event), false);
    });
    canvas.addEventListener("pointerup", (event) => choose(at(event), true));
  }

  /**
   * @param {Point} here where the threshold is
   * @param {string} colour
   * @param {Intl.NumberFormat} number
   */
  draw(here, colour, number) {
    const { draw, width, height } = cleared(this.canvas);
    const [plot, tall] = [width - LEFT - 8, height - BELOW - TOP];
    const x = (/** @type {number} */ share) => LEFT + share * plot;
    const y = (/** @type {number} */ share) => TOP + (1 - share) * tall;
    draw.textBaseline = "middle";
    for (const share of [0, 0.5, 1]) {
      draw.globalAlpha = 0.2;
      draw.fillRect(LEFT, y(share) - 0.5, plot, 1);
      draw.fillRect(x(share) - 0.5, TOP, 1, tall);
      draw.globalAlpha = 1;
      draw.textAlign = "right";
      draw.fillText(number.format(share), LEFT - 5, y(share));
      draw.textAlign = share === 0 ? "left" : share === 1 ? "right" : "center";
      draw.fillText(number.format(share), x(share) + (share === 1 ? 6 : 0), height - BELOW + 11);
    }
    draw.textAlign = "center";
    draw.textBaseline = "bottom";
    draw.fillText(this.axis, LEFT + plot / 2, height);
    draw.setLineDash([5, 5]);
    draw.globalAlpha = 0.6;
    line(draw, this.chance, x, y);
    draw.globalAlpha = 1;
    draw.setLineDash([]);
    draw.strokeStyle = draw.fillStyle = colour;
    draw.lineWidth = 3;
    line(draw, this.points, x, y);
    if (!here.every(Number.isFinite)) return;
    draw.beginPath();
    draw.arc(x(here[0]), y(here[1]), 7, 0, 2 * Math.PI);
    draw.fill();
  }
}

/**
 * @param {CanvasRenderingContext2D} draw
 * @param {Point[]} points
 * @param {(share: number) => number} x
 * @param {(share: number) => number} y
 */
function line(draw, points, x, y) {
  draw.beginPath();
  for (const [across, up] of points) draw.lineTo(x(across), y(up));
  draw.stroke();
}
