/**
 * Strokes drawn on a canvas with pen, mouse or finger, and what they look like.
 *
 * @typedef {[number, number]} Point in units of the pad, y downwards
 * @typedef {Object} Limits
 * @property {number} side of the pad, in its own units
 * @property {number} most strokes
 * @property {number} points at most, of all strokes together
 * @typedef {Object} Sheet on which a pen draws
 * @property {() => Point[][]} strokes that lie on it
 * @property {() => Limits} limits
 * @property {(stroke: Point[]) => void} begin one more; its points are added while it is drawn
 * @property {() => void} go on: it has more points
 * @property {() => void} end of the stroke
 * @property {() => void} full: it takes no more
 */
import { context } from "./pictures.js";
import { density } from "./pixels.js";

const CLOSER = 1.5; // units: points nearer to each other than this add nothing

export class Pen {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {Sheet} sheet
   */
  constructor(canvas, sheet) {
    this.canvas = canvas;
    this.sheet = sheet;
    /** @type {number | null} the pointer that is drawing */
    this.pointer = null;
    canvas.addEventListener("pointerdown", (event) => this.#begin(event));
    canvas.addEventListener("pointermove", (event) => this.#go(event));
    canvas.addEventListener("pointerup", (event) => this.#end(event));
    // the system took the finger, e.g. for a gesture of its own: what is drawn stays
    canvas.addEventListener("pointercancel", (event) => this.#end(event));
  }

  /** Whether a stroke is being drawn. */
  get down() {
    return this.pointer !== null;
  }

  /** How many points may still be added. */
  get room() {
    const { strokes, limits } = this.sheet;
    return limits().points - strokes().reduce((sum, stroke) => sum + stroke.length, 0);
  }

  /** Whether another stroke may begin; the sheet is told if not. */
  mayBegin() {
    const { strokes, limits, full } = this.sheet;
    const may = strokes().length < limits().most && this.room > 0;
    if (!may) full();
    return may;
  }

  /** @param {PointerEvent} event @returns {Point} */
  #at(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const { side } = this.sheet.limits();
    const inside = (/** @type {number} */ share) => Math.min(side, Math.max(0, share * side));
    return [inside((event.clientX - left) / width), inside((event.clientY - top) / height)];
  }

  /** @param {PointerEvent} event */
  #begin(event) {
    if (this.down || event.button !== 0 || !this.mayBegin()) return;
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.sheet.begin([this.#at(event)]);
  }

  /** @param {PointerEvent} event */
  #go(event) {
    if (event.pointerId !== this.pointer) return;
    const strokes = this.sheet.strokes();
    const stroke = strokes[strokes.length - 1];
    const passed = event.getCoalescedEvents?.() ?? [];
    let { room } = this;
    for (const each of passed.length ? passed : [event]) {
      if (room <= 0) {
        this.sheet.full();
        break;
      }
      const [x, y] = this.#at(each);
      const [lastX, lastY] = stroke[stroke.length - 1];
      if (Math.hypot(x - lastX, y - lastY) < CLOSER) continue;
      stroke.push([x, y]);
      room--;
    }
    this.sheet.go();
  }

  /** @param {PointerEvent} event */
  #end(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.sheet.end();
  }
}

/**
 * A black canvas, with as many pixels as the screen has under it, to be drawn on in units of a pad.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {number} side of the pad
 * @returns {CanvasRenderingContext2D | null} null: it isn't on the page
 */
export function blackened(canvas, side) {
  const dots = Math.round(canvas.clientWidth * density(canvas));
  if (!dots) return null;
  if (canvas.width !== dots) canvas.width = canvas.height = dots;
  const draw = context(canvas);
  draw.setTransform(dots / side, 0, 0, dots / side, 0, 0);
  draw.fillStyle = "#000"; // as MNIST's, in both themes
  draw.fillRect(0, 0, side, side);
  return draw;
}

/**
 * @param {CanvasRenderingContext2D} draw in units of the pad
 * @param {Point[][]} strokes
 * @param {number} width of the pen
 */
export function ink(draw, strokes, width) {
  draw.strokeStyle = "#fff";
  draw.lineWidth = width;
  draw.lineCap = draw.lineJoin = "round";
  for (const stroke of strokes) {
    draw.beginPath();
    draw.moveTo(...stroke[0]);
    for (const point of stroke) draw.lineTo(...point); // one alone becomes a dot
    draw.stroke();
  }
}
