/** A roll with what it is above it, and a button by which it is what is heard. */
import { pictured } from "../shared/pictured.js";
import { written } from "./melody.js";
import { drawRoll } from "./roll.js";

/** @typedef {import("./melody.js").Note} Note */

/** @param {string} name */
export const figure = (name) =>
  `<figure class="roll ${name}"><figcaption><button class="hear" aria-pressed="false">♪</button><span></span></figcaption><canvas></canvas></figure>`;

export class Figure {
  /**
   * @param {HTMLElement} root
   * @param {() => void} onHear
   */
  constructor(root, onHear) {
    this.root = root;
    this.canvas = /** @type {HTMLCanvasElement} */ (root.querySelector("canvas"));
    this.caption = /** @type {HTMLElement} */ (root.querySelector("span"));
    this.button = /** @type {HTMLElement} */ (root.querySelector(".hear"));
    this.button.addEventListener("click", onHear);
    /** @type {Note[]} */
    this.notes = [];
  }

  /**
   * @param {string} caption
   * @param {[number, number]} pitches
   * @param {import("./facts.js").Words} words
   * @param {{ chosen: boolean, heard: number, cursor?: number }} state ``chosen``: it is what is heard
   */
  draw(caption, pitches, words, { chosen, heard, cursor }) {
    if (this.caption.textContent !== caption) this.caption.textContent = this.caption.title = caption;
    this.button.setAttribute("aria-pressed", String(chosen));
    this.button.setAttribute("aria-label", words.hear.replace("{name}", caption));
    drawRoll(this.canvas, this.notes, pitches, chosen ? heard : -1, cursor);
    pictured(this.canvas, written(this.notes, words.bar, words.notes));
  }
}
