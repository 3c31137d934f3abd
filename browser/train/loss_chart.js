/**
 * Loss curves over the epochs, with a line where one looks at the run.
 *
 * @typedef {Object} Curve
 * @property {string} name
 * @property {(number | null)[]} values one an epoch, from the first on
 * @property {string} colour
 * @property {string} dash
 * @typedef {Object} Chart
 * @property {string} title
 * @property {number} digits
 * @property {Curve[]} curves
 */
import { between, cleared } from "../shared/canvas.js";
import { pointerIn } from "../shared/pixels.js";

const LEFT = 66;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 30;
const STEPS = [1, 2, 5];
/** @type {Record<string, number[]>} */
export const DASHES = { solid: [], dash: [9, 6], dot: [3, 4], dashdot: [9, 4, 3, 4] };

/**
 * The curve's value at an epoch between two of its points; null before the first.
 *
 * @param {Curve} curve
 * @param {number} epoch
 */
export function valueAt({ values }, epoch) {
  const before = Math.floor(epoch) - 1;
  const [low, high] = [values[before], values[before + 1]];
  if (low == null) return null;
  return high == null ? low : between(low, high, epoch - Math.floor(epoch));
}

export class LossChart {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** @type {Chart | null} */
    this.chart = null;
    this.epochs = 1;
    this.language = "en";
    this.axis = "";
  }

  /**
   * The epoch under a pointer.
   *
   * @param {PointerEvent} event
   */
  epochAt(event) {
    const [x] = pointerIn(this.canvas, event);
    const share = (x - LEFT) / (this.canvas.clientWidth - LEFT - RIGHT);
    return Math.max(0, Math.min(1, share)) * this.epochs;
  }

  /** @param {number | null} epoch where one looks */
  show(epoch) {
    const { draw, width, height } = cleared(this.canvas);
    const chart = this.chart;
    if (!chart || !width) return;
    const { low, high, step } = scale(chart.curves);
    const floor = height - BOTTOM;
    /** @param {number} epoch */
    const x = (epoch) => between(LEFT, width - RIGHT, epoch / this.epochs);
    /** @param {number} value */
    const y = (value) => between(floor, TOP, (value - low) / (high - low));
    draw.lineWidth = 1;
    draw.textBaseline = "middle";
    draw.textAlign = "right";
    for (let k = Math.ceil(low / step); k * step <= high && step; k++) {
      line(draw, LEFT, y(k * step), width - RIGHT, y(k * step), 0.2);
      const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
      draw.fillText(this.#written(k * step, digits), LEFT - 8, y(k * step));
    }
    draw.fillText(this.axis, LEFT - 8, height - 12);
    draw.textAlign = "center";
    const every = Math.max(1, nice(this.epochs / Math.max(2, (width - LEFT) / 60)));
    for (let epoch = 0; epoch <= this.epochs - every * 0.7; epoch += every) {
      draw.fillText(this.#written(epoch, 0), x(epoch), height - 12);
    }
    draw.fillText(this.#written(this.epochs, 0), x(this.epochs) - 4, height - 12);
    line(draw, LEFT, floor, width - RIGHT, floor, 0.6);
    draw.save();
    draw.beginPath();
    draw.rect(LEFT, 0, width - LEFT, floor + 2);
    draw.clip();
    draw.lineWidth = 3;
    draw.lineJoin = "round";
    for (const curve of chart.curves) {
      draw.strokeStyle = draw.fillStyle = curve.colour;
      draw.setLineDash(DASHES[curve.dash]);
      draw.beginPath();
      curve.values.forEach((value, k) => value !== null && draw.lineTo(x(k + 1), y(value)));
      draw.stroke();
      draw.setLineDash([]);
      if (curve.values.length <= 30) {
        curve.values.forEach((value, k) => value !== null && dot(draw, x(k + 1), y(value), 4));
      }
    }
    draw.restore();
    if (epoch === null) return;
    draw.strokeStyle = getComputedStyle(this.canvas).color;
    draw.lineWidth = 2;
    line(draw, x(epoch), TOP - 6, x(epoch), floor + 4, 1);
    for (const curve of chart.curves) {
      const value = valueAt(curve, epoch);
      if (value === null || y(value) < 0) continue;
      draw.fillStyle = curve.colour;
      dot(draw, x(epoch), y(value), 7);
      draw.stroke();
    }
  }

  /**
   * @param {number} value
   * @param {number} digits
   */
  #written(value, digits) {
    return value.toLocaleString(this.language, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
  }
}

/**
 * The lowest and highest value to show, and the step between the lines.
 *
 * @param {Curve[]} curves
 */
function scale(curves) {
  // the first epoch's training loss is a mean from the very first step on: it would press all that
  // follows against the floor
  const [training, ...others] = curves.map(({ values }) => values);
  const long = training.length > 2;
  const seen = [...(long ? training.slice(1) : training), ...others.flat()].filter(
    (value) => value !== null,
  );
  if (!seen.length) return { low: 0, high: 1, step: 0 };
  const [least, most] = [Math.min(...seen), Math.max(...seen)];
  const room = 0.08 * (most - least) || 0.1 * Math.abs(most) || 1;
  return { low: least - room, high: most + room, step: nice((most - least + 2 * room) / 4) };
}

/**
 * The smallest of 1, 2, 5, 10, 20 … (or tenths of these) that is not below a number.
 *
 * @param {number} least
 */
function nice(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * (STEPS.find((step) => step * power >= least * 0.999) ?? 10);
}

/**
 * @param {CanvasRenderingContext2D} draw
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 * @param {number} opacity
 */
function line(draw, x1, y1, x2, y2, opacity) {
  draw.globalAlpha = opacity;
  draw.beginPath();
  draw.moveTo(x1, y1);
  draw.lineTo(x2, y2);
  draw.stroke();
  draw.globalAlpha = 1;
}

/**
 * @param {CanvasRenderingContext2D} draw
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
function dot(draw, x, y, radius) {
  draw.beginPath();
  draw.arc(x, y, radius, 0, 2 * Math.PI);
  draw.fill();
}
