/** Sliders that push a code in directions, and what became of what each direction stands for. */
import { properties, told } from "./properties.js";

const NAMES = ["notes", "height", "syncopation"];
const FARTHEST = 2; // of the distance between the upper and the lower quarter of all melodies

export const PUSH = `
<div class="directions">${NAMES.map((name) => `<label class="${name}"><span></span><input type="range" min="${-FARTHEST}" max="${FARTHEST}" step="0.1" value="0"><output></output></label>`).join("")}</div>
<div class="tools"><button class="back"></button><p class="outcome"></p></div>`;

export class Pushing {
  /**
   * @param {HTMLElement} root
   * @param {(done: boolean) => void} onPush
   */
  constructor(root, onPush) {
    this.root = root;
    this.sliders = [...root.querySelectorAll("input")];
    this.figures = [...root.querySelectorAll("output")];
    /** @type {string[] | undefined} */
    this.names = undefined; // of the notes
    for (const slider of this.sliders) {
      slider.addEventListener("input", () => onPush(false));
      slider.addEventListener("change", () => onPush(true));
    }
    /** @type {HTMLElement} */ (root.querySelector(".back")).addEventListener("click", () => {
      this.take([0, 0, 0]);
      onPush(true);
    });
  }

  /** How much of each direction. */
  get amounts() {
    return this.sliders.map((slider) => Number(slider.value));
  }

  /** @param {number[]} amounts */
  take(amounts) {
    this.sliders.forEach((slider, k) => (slider.value = String(amounts[k])));
  }

  /** @param {import("./facts.js").Words} words */
  say(words) {
    this.names = words.notes;
    [...this.root.querySelectorAll(".directions span")].forEach((span, k) => (span.textContent = words.properties[NAMES[k]]));
    /** @type {HTMLElement} */ (this.root.querySelector(".back")).textContent = words.back;
    /** @type {HTMLElement} */ (this.root.querySelector(".outcome")).textContent = words.pushed;
  }

  /**
   * What the properties were and have become.
   *
   * @param {ArrayLike<number>} before
   * @param {ArrayLike<number>} after
   */
  tell(before, after) {
    const [was, is] = [properties(before), properties(after)];
    this.figures.forEach((figure, k) => (figure.textContent = `${told(k, was[k], this.names)} → ${told(k, is[k], this.names)}`));
  }
}
