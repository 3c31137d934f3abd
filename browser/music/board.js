/** The plane of melodies: a point for each, and the hand's place, which can be heard. */
import { cleared } from "../shared/canvas.js";

/**
 * @typedef {import("./space.js").Space} Space
 * @typedef {import("./space.js").Pair} Pair
 */

const COLOURS = ["--red", "--green", "--blue", "--violet", "--brown"];

export class Board {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {HTMLInputElement[]} sliders for both directions, for who has no pointer
   * @param {(place: Pair, done: boolean) => void} onPlace the hand is pressed there; ``done``: let go
   * @param {(place: Pair | null) => void} onHover it passes there, or has left
   */
  constructor(canvas, sliders, onPlace, onHover) {
    this.canvas = canvas;
    this.sliders = sliders;
    /** @type {Space | null} */
    this.space = null;
    const there = (/** @type {PointerEvent} */ event) => {
      const box = canvas.getBoundingClientRect();
      const reach = this.space?.reach ?? 1;
      const share = (/** @type {number} */ x) => Math.max(-1, Math.min(1, 2 * x - 1)) * reach;
      return /** @type {Pair} */ ([share((event.clientX - box.left) / box.width), -share((event.clientY - box.top) / box.height)]);
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      onPlace(there(event), false);
    });
    canvas.addEventListener("pointermove", (event) => (event.buttons ? onPlace(there(event), false) : onHover(there(event))));
    canvas.addEventListener("pointerup", (event) => onPlace(there(event), true));
    canvas.addEventListener("pointerleave", () => onHover(null));
    for (const slider of sliders) {
      const reach = () => this.space?.reach ?? 1;
      const now = () => /** @type {Pair} */ (sliders.map((one) => Number(one.value) * reach()));
      slider.addEventListener("input", () => onPlace(now(), false));
      slider.addEventListener("change", () => onPlace(now(), true));
    }
  }

  /**
   * @param {Space} space
   * @param {number[]} collections of each melody
   * @param {Pair[]} ends
   * @param {Pair | null} place where the hand is
   * @param {number} nearest a tune that is looked at; -1: none
   */
  draw(space, collections, ends, place, nearest) {
    this.space = space;
    const { draw, width, height } = cleared(this.canvas);
    const style = getComputedStyle(this.canvas);
    const colours = COLOURS.map((name) => style.getPropertyValue(name));
    const at = (/** @type {Pair} */ [x, y]) =>
      /** @type {Pair} */ ([((x / space.reach + 1) / 2) * width, ((1 - y / space.reach) / 2) * height]);
    draw.globalAlpha = 0.8;
    for (let n = 0; n < space.count; n++) {
      const [x, y] = at(space.place(n));
      draw.fillStyle = colours[collections[n] % colours.length];
      draw.fillRect(x - 1.5, y - 1.5, 3, 3);
    }
    draw.globalAlpha = 1;
    const [a, b] = ends.map(at);
    draw.strokeStyle = style.color;
    draw.setLineDash([3, 5]);
    draw.lineWidth = 2;
    draw.beginPath();
    draw.moveTo(...a);
    draw.lineTo(...b);
    draw.stroke();
    draw.setLineDash([]);
    this.#pin(draw, a, "A", style);
    this.#pin(draw, b, "B", style);
    if (nearest >= 0) {
      draw.lineWidth = 3;
      draw.beginPath();
      draw.arc(...at(space.place(nearest)), 6, 0, 2 * Math.PI);
      draw.stroke();
    }
    if (!place) return;
    draw.lineWidth = 3;
    draw.beginPath();
    draw.arc(...at(place), 9, 0, 2 * Math.PI);
    draw.stroke();
    this.sliders.forEach((slider, i) => (slider.value = String(place[i] / space.reach)));
  }

  /**
   * @param {CanvasRenderingContext2D} draw
   * @param {Pair} at
   * @param {string} name
   * @param {CSSStyleDeclaration} style
   */
  #pin(draw, [x, y], name, style) {
    draw.fillStyle = style.color;
    draw.beginPath();
    draw.arc(x, y, 12, 0, 2 * Math.PI);
    draw.fill();
    draw.fillStyle = style.getPropertyValue("--st-background-color");
    draw.textAlign = "center";
    draw.textBaseline = "middle";
    draw.fillText(name, x, y + 1);
  }
}
