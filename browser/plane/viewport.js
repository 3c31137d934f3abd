/** What of the plane is seen in its pane, and where places are in it. */
import { panned, pixelsOf, placeOf, zoomed } from "../shared/view.js";
import { Axis, bounded } from "./axis.js";
import { FINEST } from "./tiles.js";

/** @typedef {import("../shared/view.js").View} View */
/** @typedef {import("../shared/view.js").Pair} Pair */

const SHARPEST = 2; // device pixels for one of the page, at most
const STEP = 1 / 60; // of the view, with an arrow key

export class Viewport {
  constructor() {
    this.axis = new Axis("linear");
    this.side = 0; // device pixels of the pane
    this.density = 1; // device pixels for one of the page
    /** @type {View} */
    this.view = { x: 0.5, y: 0.5, scale: 1 };
  }

  /**
   * Take the pane's size; whether it is another one.
   *
   * @param {number} width pixels of the page
   * @param {number} dots of the screen for one of them
   */
  fit(width, dots) {
    const density = Math.min(SHARPEST, dots);
    const side = Math.round(width * density);
    if (!side || (side === this.side && density === this.density)) return false;
    const [x, y, share] = this.shares();
    const first = this.isFirst();
    [this.side, this.density] = [side, density];
    // the first view to the last bit: edges of tiles would come to lie on other pixels
    if (first || !share) this.look(null);
    else this.look([x, y, share]);
    return true;
  }

  /** @param {View} view */
  set(view) {
    this.view = bounded(view, this.side, this.#closest());
  }

  /** The smallest share of the whole that can be seen. */
  #closest() {
    return this.axis.home / 2 ** (FINEST - 1);
  }

  /** @param {[number, number, number] | null} start its middle and width, as shares; null: the first */
  look(start) {
    const [x, y, share] = start ?? [0.5, 0.5, this.axis.home];
    if (this.side) this.set({ x, y, scale: this.side / share });
  }

  /**
   * Show a place and what lies around it.
   *
   * @param {Pair} middle
   * @param {number[]} reach how far, to each side
   */
  surround([x, y], reach) {
    const { axis } = this;
    const shares = [x, y].map((at, i) => axis.share(at + reach[i]) - axis.share(at - reach[i]));
    this.look([axis.share(x), 1 - axis.share(y), Math.max(...shares)]);
  }

  /** Whether what is seen is the first view. */
  isFirst() {
    const { view, side, axis } = this;
    return Math.abs(side / view.scale - axis.home) < 1e-6 && view.x === 0.5 && view.y === 0.5;
  }

  /**
   * Its middle and its width, as shares.
   *
   * @returns {[number, number, number]}
   */
  shares() {
    return [this.view.x, this.view.y, this.side / this.view.scale];
  }

  /**
   * @param {number} dx pixels of the page
   * @param {number} dy
   */
  pan(dx, dy) {
    this.set(panned(this.view, dx * this.density, dy * this.density));
  }

  /**
   * @param {Pair} at pixels of the page, which stay where they are
   * @param {number} times
   */
  zoom([x, y], times) {
    const { view, side, density } = this;
    const { scale } = bounded({ ...view, scale: view.scale * times }, side, this.#closest());
    this.set(zoomed(view, scale, [x * density - side / 2, y * density - side / 2]));
  }

  /**
   * The place at a pixel of the page.
   *
   * @param {Pair} at
   * @returns {Pair}
   */
  placeAt([x, y]) {
    const { view, side, density, axis } = this;
    const inside = (/** @type {number} */ share) => Math.min(1, Math.max(0, share));
    const [right, down] = placeOf(view, [x * density, y * density], [side, side]);
    return [axis.value(inside(right)), axis.value(inside(1 - down))];
  }

  /**
   * Where a place is, in pixels of the page.
   *
   * @param {Pair} place
   * @returns {Pair}
   */
  pixels([x, y]) {
    const { view, side, density, axis } = this;
    const [right, down] = pixelsOf(view, [axis.share(x), 1 - axis.share(y)], [side, side]);
    return [right / density, down / density];
  }

  /**
   * A place some steps away.
   *
   * @param {Pair} from
   * @param {number} right
   * @param {number} up
   * @returns {Pair}
   */
  stepped([x, y], right, up) {
    const { axis, side, view } = this;
    const step = (STEP * side) / view.scale;
    const moved = (/** @type {number} */ value, /** @type {number} */ steps) =>
      steps ? axis.value(Math.min(1, Math.max(0, axis.share(value) + steps * step))) : value;
    return [moved(x, right), moved(y, up)];
  }

  /**
   * Show a place in the middle if it is out of sight; whether it was.
   *
   * @param {Pair} place
   */
  reveal(place) {
    const most = this.side / this.density;
    if (this.pixels(place).every((at) => at >= 0 && at <= most)) return false;
    const [x, y] = place.map((value) => this.axis.share(value));
    this.set({ x, y: 1 - y, scale: this.view.scale });
    return true;
  }
}
