/**
 * The four kinds of images that a threshold makes: normal above, strange below, passed left, alarm
 * right. Of each those are shown that are next to the threshold: they come and go as it moves.
 */
import { cleared } from "../shared/canvas.js";
import { pointerIn } from "../shared/pixels.js";

/**
 * @typedef {import("./facts.js").Facts} Facts
 * @typedef {import("./pictures.js").Name} Name
 * @typedef {import("./pictures.js").Pictures} Pictures
 * @typedef {import("./ranking.js").Ranking} Ranking
 */

const GAP = 3;
/** @type {[string, Name, boolean, string][]} selector, side, whether it is an alarm, its words */
const CELLS = [
  [".quiet", "normal", false, "quiet"],
  [".false", "normal", true, "false"],
  [".missed", "strange", false, "missed"],
  [".hits", "strange", true, "hits"],
];

export class Matrix {
  /**
   * @param {HTMLElement} root
   * @param {(side: Name, i: number) => void} look told which image is pointed at
   */
  constructor(root, look) {
    this.small = document.createElement("canvas");
    this.cells = CELLS.map(([selector, side, alarm, words]) => {
      const cell = /** @type {HTMLElement} */ (root.querySelector(selector));
      const [line, canvas] = [cell.children[0], /** @type {HTMLCanvasElement} */ (cell.children[1])];
      /** @type {number[]} the images that are drawn, from the left */
      const shown = [];
      const found = { side, alarm, words, line, canvas, shown, from: 0 };
      canvas.addEventListener("pointermove", (event) => {
        const [x] = pointerIn(canvas, event);
        const i = shown[Math.floor((x - found.from) / (canvas.clientHeight + GAP))];
        if (i !== undefined) look(side, i);
      });
      return found;
    });
  }

  /**
   * @param {Facts} facts
   * @param {Ranking} ranking
   * @param {Pictures | null} pictures null while they are on their way
   * @param {number} threshold
   * @param {Intl.NumberFormat} number
   */
  draw(facts, ranking, pictures, threshold, number) {
    for (const cell of this.cells) {
      const { side, alarm, words, line, canvas, shown } = cell;
      const { order, count } = ranking[side];
      const border = ranking[side].upTo(threshold);
      const many = alarm ? count - border : border;
      line.textContent = `${number.format(many)} ${facts.words[words]}`;
      const { draw, width, height } = cleared(canvas);
      const room = Math.floor((width + GAP) / (height + GAP));
      shown.length = 0;
      for (let k = 0; k < Math.min(room, many); k++) {
        // from the threshold outwards: to the right alarms, to the left what passes
        shown.push(order[alarm ? border + k : border - 1 - k]);
      }
      if (!alarm) shown.reverse();
      if (!pictures) continue;
      draw.imageSmoothingEnabled = false;
      // both sides begin at the threshold, in the middle
      cell.from = alarm ? 0 : width - shown.length * (height + GAP) + GAP;
      shown.forEach((i, k) => {
        const x = cell.from + k * (height + GAP);
        draw.drawImage(this.#drawn(pictures, side, i), x, 0, height, height);
      });
    }
  }

  /**
   * @param {Pictures} pictures
   * @param {Name} side
   * @param {number} i
   */
  #drawn(pictures, side, i) {
    const image = pictures.image(side, i);
    if (this.small.width !== image.width || this.small.height !== image.height) {
      [this.small.width, this.small.height] = [image.width, image.height];
    }
    /** @type {CanvasRenderingContext2D} */ (this.small.getContext("2d")).putImageData(image, 0, 0);
    return this.small;
  }
}
