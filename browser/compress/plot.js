/** Axes of a chart on a canvas, linear or logarithmic, with round numbers beside them. */
import { between, cleared } from "../shared/canvas.js";
import { pointerIn } from "../shared/pixels.js";

const LEFT = 94;
const RIGHT = 26;
const TOP = 16;
const BOTTOM = 54;
const APART = 56; // CSS pixels between two numbers

/**
 * @typedef {Object} Axis
 * @property {string} name
 * @property {number} low
 * @property {number} high
 * @property {boolean} log
 * @property {(value: number) => string} written
 */

/**
 * The share 0…1 of an axis at a value.
 *
 * @param {Axis} axis
 * @param {number} value
 */
export function shareOf({ low, high, log }, value) {
  if (!log) return (value - low) / (high - low);
  return Math.log(value / low) / Math.log(high / low);
}

/**
 * The value at a share of an axis.
 *
 * @param {Axis} axis
 * @param {number} share
 */
export function valueAt({ low, high, log }, share) {
  return log ? low * (high / low) ** share : low + (high - low) * share;
}

/**
 * Round numbers along an axis that has room for so many.
 *
 * @param {Axis} axis
 * @param {number} most
 */
export function ticks(axis, most) {
  const found = [];
  if (axis.log) {
    const decades = Math.log10(axis.high / axis.low);
    const factors = decades * 3 <= most ? [1, 2, 5] : [1];
    const every = Math.max(1, Math.ceil(decades / Math.max(1, most)));
    const first = Math.floor(Math.log10(axis.low));
    for (let power = first; 10 ** power <= axis.high * 1.001; power++) {
      if ((power - first) % every) continue;
      for (const factor of factors) found.push(factor * 10 ** power);
    }
  } else {
    const rough = (axis.high - axis.low) / Math.max(1, most);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * ([1, 2, 5].find((each) => each * power >= rough) ?? 10);
    for (let k = Math.ceil(axis.low / step); k * step <= axis.high; k++) found.push(k * step);
  }
  return found.filter((value) => value >= axis.low * 0.999 && value <= axis.high * 1.001);
}

export class Plot {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.width = 0;
    this.height = 0;
    /** @type {Axis} */
    this.across = { name: "", low: 1, high: 10, log: true, written: String };
    /** @type {Axis} */
    this.up = { name: "", low: 0, high: 1, log: false, written: String };
  }

  /** @param {number} value on the lower axis */
  x(value) {
    return between(LEFT, this.width - RIGHT, shareOf(this.across, value));
  }

  /** @param {number} value on the upright axis */
  y(value) {
    return between(this.height - BOTTOM, TOP, shareOf(this.up, value));
  }

  /** The share 0…1 of the lower axis under a pointer. @param {PointerEvent} event */
  shareAt(event) {
    const share = (pointerIn(this.canvas, event)[0] - LEFT) / (this.width - LEFT - RIGHT);
    return Math.max(0, Math.min(1, share));
  }

  /** Clears the canvas and draws the axes; what follows is cut at them until ``end``. */
  begin() {
    const { draw, width, height } = cleared(this.canvas);
    [this.width, this.height] = [width, height];
    const floor = height - BOTTOM;
    draw.lineWidth = 1;
    draw.textBaseline = "middle";
    draw.textAlign = "right";
    for (const value of ticks(this.up, Math.max(2, (floor - TOP) / 34))) {
      line(draw, LEFT, this.y(value), width - RIGHT, this.y(value), 0.16);
      draw.fillText(this.up.written(value), LEFT - 8, this.y(value));
    }
    draw.textAlign = "center";
    for (const value of ticks(this.across, Math.max(2, (width - LEFT - RIGHT) / APART))) {
      line(draw, this.x(value), TOP, this.x(value), floor, 0.16);
      draw.fillText(this.across.written(value), this.x(value), floor + 16);
    }
    draw.fillText(this.across.name, (LEFT + width - RIGHT) / 2, height - 12);
    draw.save();
    draw.translate(11, (TOP + floor) / 2);
    draw.rotate(-Math.PI / 2);
    draw.fillText(this.up.name, 0, 0);
    draw.restore();
    line(draw, LEFT, floor, width - RIGHT, floor, 0.6);
    line(draw, LEFT, TOP, LEFT, floor, 0.6);
    draw.save();
    draw.beginPath();
    draw.rect(LEFT - 8, TOP - 10, width - LEFT - RIGHT + 16, floor - TOP + 18);
    draw.clip();
    return draw;
  }

  /** The lowest and highest place that is drawn on. */
  get edges() {
    return { left: LEFT, right: this.width - RIGHT, top: TOP, floor: this.height - BOTTOM };
  }
}

/**
 * Words on a rim of the page's colour, which keeps lines behind them apart.
 *
 * @param {CanvasRenderingContext2D} draw
 * @param {string} text
 * @param {number} x
 * @param {number} y
 */
export function label(draw, text, x, y) {
  const paper = getComputedStyle(draw.canvas).getPropertyValue("--st-background-color").trim();
  draw.save();
  draw.strokeStyle = paper || "#ffffff";
  draw.lineWidth = 6;
  draw.lineJoin = "round";
  draw.strokeText(text, x, y);
  draw.restore();
  draw.fillText(text, x, y);
}

/**
 * @param {CanvasRenderingContext2D} draw
 * @param {number} x1
 * @param {number} y1
 * @param {number} x2
 * @param {number} y2
 * @param {number} opacity
 */
export function line(draw, x1, y1, x2, y2, opacity) {
  draw.globalAlpha = opacity;
  draw.beginPath();
  draw.moveTo(x1, y1);
  draw.lineTo(x2, y2);
  draw.stroke();
  draw.globalAlpha = 1;
}
