/** A code as bars around zero that can be taken hold of. */
import { cleared } from "../shared/canvas.js";
import { scaleOf } from "../shared/diverging.js";
import { pointerIn } from "../shared/pixels.js";
import { SLACK } from "../shared/view.js";

const MARGIN = 10; // CSS pixels above and below the bars
const LEFT = 46; // for the numbers of the axis
const ROOM = 0.15; // beyond all values, as a share of them
const STEP = 1 / 40; // of the axis, with an arrow key
const LEAP = 5; // times as far with Shift

/**
 * @typedef {Object} Ranges of the values that test images have, one of each number
 * @property {ArrayLike<number>} low
 * @property {ArrayLike<number>} mean
 * @property {ArrayLike<number>} high
 * @typedef {Object} Actions
 * @property {(j: number) => void} choose
 * @property {(j: number, value: number) => void} move
 * @property {() => void} end of a gesture
 * @property {(key: string) => boolean} press another key; whether it meant something
 */

export class Bars {
  /**
   * @param {HTMLElement} pane with a canvas in it
   * @param {Actions} actions
   */
  constructor(pane, actions) {
    this.pane = pane;
    this.canvas = /** @type {HTMLCanvasElement} */ (pane.querySelector("canvas"));
    this.actions = actions;
    /** @type {number[]} as the encoder gave it */
    this.code = [];
    /** @type {number[]} as people have moved it */
    this.values = [];
    /** @type {Ranges | null} */
    this.ranges = null;
    this.chosen = 0;
    this.least = -1;
    this.most = 1;
    this.#listen();
  }

  /** The ends of the axis: somewhat farther than test images' numbers and this code's reach. */
  measure() {
    const { ranges, code, values } = this;
    const n = ranges?.low.length ?? code.length;
    let [least, most] = [0, 0];
    for (let j = 0; j < n; j++) {
      least = Math.min(least, code[j], values[j], ranges?.low[j] ?? 0);
      most = Math.max(most, code[j], values[j], ranges?.high[j] ?? 0);
    }
    const room = (most - least || 1) * ROOM;
    this.least = least < 0 ? least - room : 0;
    this.most = most > 0 ? most + room : 0;
    if (this.least === this.most) this.most = 1;
  }

  /** How many bars there are. */
  get count() {
    return Math.min(this.code.length, this.ranges?.low.length ?? this.code.length);
  }

  /** @param {number} y CSS pixels */
  #valueAt(y) {
    const height = this.canvas.clientHeight - 2 * MARGIN;
    const share = Math.min(1, Math.max(0, 1 - (y - MARGIN) / height));
    return this.least + share * (this.most - this.least);
  }

  /** @param {number} x CSS pixels */
  #numberAt(x) {
    const width = this.canvas.clientWidth - LEFT;
    const j = Math.floor(((x - LEFT) / width) * this.count);
    return Math.min(this.count - 1, Math.max(0, j));
  }

  #listen() {
    const { pane, actions } = this;
    const at = (/** @type {PointerEvent} */ event) => pointerIn(this.canvas, event);
    let held = -1;
    let from = 0;
    let moving = false;
    pane.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      pane.setPointerCapture(event.pointerId);
      const [x, y] = at(event);
      [held, from, moving] = [this.#numberAt(x), y, false];
      actions.choose(held);
    });
    pane.addEventListener("pointermove", (event) => {
      if (held < 0) return;
      const [, y] = at(event);
      moving ||= Math.abs(y - from) > SLACK; // a click alone chooses, and moves nothing
      if (moving) actions.move(held, this.#valueAt(y));
    });
    for (const kind of ["pointerup", "pointercancel"]) {
      pane.addEventListener(kind, () => {
        if (held >= 0) actions.end();
        held = -1;
      });
    }
    pane.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const { chosen, count, values, least, most } = this;
      const step = STEP * (event.shiftKey ? LEAP : 1) * (most - least);
      const bound = (/** @type {number} */ value) => Math.min(most, Math.max(least, value));
      const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      const upwards = { ArrowUp: 1, ArrowDown: -1 }[event.key];
      if (sideways) actions.choose((chosen + sideways + count) % count);
      else if (upwards) actions.move(chosen, bound(values[chosen] + upwards * step));
      else if (event.key === "Home" || event.key === "End") {
        actions.choose(event.key === "Home" ? 0 : count - 1);
      } else if (!actions.press(event.key)) return;
      event.preventDefault();
      actions.end();
    });
  }

  /** @param {(value: number) => string} written a number of the axis */
  draw(written) {
    const { draw, width, height } = cleared(this.canvas);
    const { ranges, code, values, count, least, most, chosen } = this;
    if (!count || !width) return;
    const colours = scaleOf(this.canvas);
    const ink = String(draw.fillStyle);
    const each = (width - LEFT) / count;
    const place = (/** @type {number} */ value) =>
      MARGIN + (1 - (value - least) / (most - least)) * (height - 2 * MARGIN);
    const zero = place(0);
    const gap = each > 5 ? 2 : each > 3 ? 1 : 0;
    draw.globalAlpha = 0.14;
    draw.fillRect(LEFT + chosen * each, 0, Math.max(2, each), height);
    draw.globalAlpha = 1;
    for (let j = 0; j < count; j++) {
      const x = LEFT + j * each + gap / 2;
      const wide = Math.max(1, each - gap);
      if (ranges) {
        const [top, bottom] = [place(ranges.high[j]), place(ranges.low[j])];
        draw.globalAlpha = 0.22;
        draw.fillStyle = ink;
        draw.fillRect(x, top, wide, Math.max(1, bottom - top));
        draw.globalAlpha = 1;
      }
      const value = values[j];
      const end = place(Math.min(most, Math.max(least, value)));
      const [red, green, blue] = value < 0 ? colours.negative : colours.positive;
      draw.fillStyle = `rgb(${red}, ${green}, ${blue})`;
      const inset = wide > 6 ? wide * 0.15 : 0;
      draw.fillRect(x + inset, Math.min(zero, end), wide - 2 * inset, Math.max(1, Math.abs(end - zero)));
      draw.fillStyle = ink;
      if (value !== code[j]) draw.fillRect(x, place(code[j]) - 1.5, wide, 3); // where it was
      if (j === chosen && each > 3) draw.fillRect(x, end - 2.5, wide, 5); // a grip
    }
    draw.fillRect(LEFT, zero - 0.5, width - LEFT, 1);
    draw.textAlign = "right";
    draw.textBaseline = "middle";
    for (const value of new Set([most, 0, least])) {
      const y = Math.min(height - 9, Math.max(9, place(value)));
      if (value === 0 || Math.abs(y - zero) > 20) draw.fillText(written(value), LEFT - 6, y);
    }
  }
}
