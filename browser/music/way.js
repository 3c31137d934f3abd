/** The way from melody A to melody B: where people are on it, and rolls along it. */
import { pictured } from "../shared/pictured.js";
import { written } from "./melody.js";
import { drawRoll } from "./roll.js";

/** @typedef {import("./melody.js").Note} Note */

export const STOPS = 7; // rolls of the way, with both ends

export const WAY = `
<label class="way"><span></span><input class="between" type="range" min="0" max="1" step="0.01"></label>
<div class="stops" role="group">${"<canvas></canvas>".repeat(STOPS)}</div>`;

export class Way {
  /**
   * @param {HTMLElement} root
   * @param {(done: boolean) => void} onMove ``done``: the slider was let go
   */
  constructor(root, onMove) {
    this.root = root;
    this.slider = /** @type {HTMLInputElement} */ (root.querySelector(".between"));
    this.rolls = [...root.querySelectorAll("canvas")];
    this.slider.addEventListener("input", () => onMove(false));
    this.slider.addEventListener("change", () => onMove(true));
  }

  /** 0…1 */
  get share() {
    return Number(this.slider.value);
  }

  /** @param {import("./facts.js").Words} words */
  say(words) {
    /** @type {HTMLElement} */ (this.root.querySelector(".way span")).textContent = words.between;
    /** @type {HTMLElement} */ (this.root.querySelector(".stops")).setAttribute("aria-label", words.way);
  }

  /**
   * @param {Note[][]} stops
   * @param {[number, number]} pitches
   * @param {import("./facts.js").Words} words
   */
  draw(stops, pitches, words) {
    this.rolls.forEach((canvas, i) => {
      drawRoll(canvas, stops[i], pitches);
      pictured(canvas, written(stops[i], words.bar, words.notes));
    });
  }
}
