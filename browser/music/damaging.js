/** Damage on notes, always the same for a seed, and what a model that mends makes of what is left. */
import { Draws } from "../shared/draws.js";
import { figure } from "./figure.js";
import { LOWEST, PITCHES, STEPS, notesOf, sameNotes, symbolsOf } from "./melody.js";

const FARTHEST = 4; // semitones by which a note is moved
const SEEDS = 2 ** 32;

export const DAMAGE = `
<div class="tools"><label><span></span><input class="strength" type="range" min="0" max="1" step="0.05"></label>
  <button class="again"></button></div>
<div class="ends">${figure("damaged")}${figure("restored")}</div>
<p class="outcome"></p>`;

/**
 * A melody of which some notes are missing and as many are too high or too low: the corruption
 * "notes" of aecore/corruption.py. With more strength the notes that were hit already are hit again,
 * and others with them.
 *
 * @param {ArrayLike<number>} symbols
 * @param {number} strength share of the notes that are hit, 0…1
 * @param {number} seed
 */
export function damaged(symbols, strength, seed) {
  const draws = new Draws(seed % SEEDS);
  const [hit, how, far] = [0, 1, 2].map(() => draws.uniform(STEPS)); // a number for each step
  const left = notesOf(symbols).flatMap((note) => {
    const { start } = note;
    if (hit[start] >= strength) return [note];
    if (how[start] < 0.5) return [];
    const semitones = Math.ceil(FARTHEST * (1 - far[start])) * (how[start] < 0.75 ? -1 : 1);
    const pitch = Math.max(LOWEST, Math.min(LOWEST + PITCHES - 1, note.pitch + semitones));
    return [{ ...note, pitch }];
  });
  return symbolsOf(left);
}

export class Damaging {
  #told = "";
  #percent = new Intl.NumberFormat();

  /**
   * @param {HTMLElement} root
   * @param {(done: boolean) => void} onChange
   */
  constructor(root, onChange) {
    this.root = root;
    this.slider = /** @type {HTMLInputElement} */ (root.querySelector(".strength"));
    this.seed = 0;
    this.slider.addEventListener("input", () => {
      this.#tellStrength();
      onChange(false);
    });
    this.slider.addEventListener("change", () => onChange(true));
    /** @type {HTMLElement} */ (root.querySelector(".again")).addEventListener("click", () => {
      this.seed++;
      onChange(true);
    });
  }

  /** 0…1 */
  get strength() {
    return Number(this.slider.value);
  }

  /** @param {[number, number]} damage strength and seed */
  take([strength, seed]) {
    this.slider.value = String(strength);
    this.seed = seed;
  }

  /** @param {import("./facts.js").Words} words @param {string} language */
  say(words, language) {
    /** @type {HTMLElement} */ (this.root.querySelector(".again")).textContent = words.again;
    this.#percent = new Intl.NumberFormat(language, { style: "percent" });
    this.#told = words.strength;
    this.#tellStrength();
  }

  #tellStrength() {
    const told = this.#told.replace("{share}", this.#percent.format(this.strength));
    /** @type {HTMLElement} */ (this.root.querySelector(".tools span")).textContent = told;
  }

  /**
   * How many notes are where they were.
   *
   * @param {ArrayLike<number>} whole
   * @param {ArrayLike<number>} broken
   * @param {ArrayLike<number>} restored
   * @param {string} words
   */
  tell(whole, broken, restored, words) {
    const told = words
      .replace("{damaged}", String(sameNotes(whole, broken)))
      .replace("{restored}", String(sameNotes(whole, restored)))
      .replace("{notes}", String(sameNotes(whole, whole)));
    /** @type {HTMLElement} */ (this.root.querySelector(".outcome")).textContent = told;
  }
}
