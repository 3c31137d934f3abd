/**
 * A melody that is tapped, note after note, on keys of the screen or of the computer: each key writes
 * a note where the cursor stands, and the cursor goes on by the note's length.
 */
import { HOLD, LOWEST, REST, STEPS, named } from "./melody.js";

const FIRST = 60; // MIDI's number of the first key
// of the computer by their places, whatever is written on them: white keys in the middle row
const CODES = [
  ..."AWSEDFTGYHUJKOLP".split("").map((letter) => `Key${letter}`),
  "Semicolon",
  "Quote",
];
const WRITTEN = "AWSEDFTGYHUJKOLP;'".toLowerCase();
const BLACK = [1, 3, 6, 8, 10];
const WHITES = CODES.filter((_, i) => !BLACK.includes(i % 12)).length;
const ACTIONS = { KeyX: "rest", KeyV: "hold", Backspace: "undo" };

/** How far along a key begins, in white keys, and whether it is a black one. @param {number} i */
function along(i) {
  const whites = CODES.slice(0, i).filter((_, k) => !BLACK.includes(k % 12)).length;
  const black = BLACK.includes(i % 12);
  return { at: black ? whites - 0.32 : whites, black };
}

const KEYS = CODES.map((_, i) => {
  const { at, black } = along(i);
  return `<button class="${black ? "black" : "white"}" style="--at:${at}"><span></span></button>`;
}).join("");

export const TAP = `
<div class="keys" role="group" style="--whites:${WHITES}">${KEYS}</div>
<div class="tools"><label><span></span><select class="length">${[1, 2, 4, 8].map((n) => `<option value="${n}"${n === 2 ? " selected" : ""}></option>`).join("")}</select></label>
  ${["rest", "hold", "undo", "clear"].map((name) => `<button class="${name}"></button>`).join("")}
  <span class="outcome" role="status"></span></div>`;

export class Tapping {
  /**
   * @param {HTMLElement} root
   * @param {() => void} onChange
   * @param {(pitch: number) => void} onNote
   */
  constructor(root, onChange, onNote) {
    this.root = root;
    this.onChange = onChange;
    this.onNote = onNote;
    /** @type {number[]} up to the cursor */
    this.symbols = [];
    /** @type {number[][]} what it was before each change, to be undone */
    this.before = [];
    this.used = false; // whether it is melody A
    this.open = false; // whether the computer's keys are for it
    this.words = { step: "", full: "" };
    this.keys = [...root.querySelectorAll(".keys button")];
    this.keys.forEach((key, i) => {
      // not by the click that follows a touch: a note sounds when its key goes down
      key.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        this.#note(i);
      });
      key.addEventListener("click", (event) => {
        if (!(/** @type {MouseEvent} */ (event).detail)) this.#note(i); // by Enter or Space
      });
    });
    for (const name of ["rest", "hold", "undo", "clear"]) {
      this.#find(`.${name}`).addEventListener("click", () => this.#act(name));
    }
    this.press = (/** @type {KeyboardEvent} */ event) => this.#press(event);
    document.addEventListener("keydown", this.press, true);
    this.#showLetters();
  }

  close() {
    document.removeEventListener("keydown", this.press, true);
  }

  /** @param {string} selector @returns {HTMLElement} */
  #find(selector) {
    return /** @type {HTMLElement} */ (this.root.querySelector(selector));
  }

  /** @param {import("./facts.js").Words} words */
  say(words) {
    this.words = words;
    this.#find(".keys").setAttribute("aria-label", words.keys);
    this.keys.forEach((key, i) => key.setAttribute("aria-label", named(FIRST + i, words.notes)));
    this.#find(".tools label span").textContent = words.length;
    [...this.root.querySelectorAll("option")].forEach((option, i) => (option.textContent = words.lengths[i]));
    this.#find(".rest").textContent = `${words.rest} (x)`;
    this.#find(".hold").textContent = `${words.hold} (v)`;
    this.#find(".undo").textContent = `${words.undo} (⌫)`;
    this.#find(".clear").textContent = words.clear;
    this.#tell();
  }

  /** @param {number[]} symbols */
  take(symbols) {
    this.symbols = symbols;
    this.#tell();
  }

  #tell() {
    const { length } = this.symbols;
    const told = length < STEPS ? this.words.step : this.words.full;
    this.#find(".outcome").textContent = told.replace("{n}", String(length + 1)).replace("{steps}", String(STEPS));
  }

  /** What is written on this computer's keys, where the browser tells it. */
  async #showLetters() {
    const layout = await /** @type {any} */ (navigator).keyboard?.getLayoutMap?.().catch(() => null);
    this.keys.forEach((key, i) => {
      /** @type {HTMLElement} */ (key.firstElementChild).textContent = layout?.get(CODES[i]) ?? WRITTEN[i];
    });
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const at = /** @type {HTMLElement} */ (event.composedPath()[0]);
    const writes = at.matches?.("textarea, select, [contenteditable], input:not([type=range], [type=checkbox])");
    if (!this.open || writes || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const key = CODES.indexOf(event.code);
    const action = /** @type {Record<string, string>} */ (ACTIONS)[event.code];
    if (key < 0 && !action) return;
    event.preventDefault();
    event.stopPropagation(); // letters mean other things elsewhere
    if (action) this.#act(action);
    else this.#note(key);
  }

  /** @param {number} key */
  #note(key) {
    const pitch = FIRST + key;
    this.onNote(pitch);
    this.#write(pitch - LOWEST);
  }

  /** @param {string} name */
  #act(name) {
    const { symbols } = this;
    if (name === "rest") this.#write(REST);
    else if (name === "hold") this.#put(symbols.length ? HOLD : REST, 1);
    else if (name === "clear") this.#change([]);
    else this.#undo();
  }

  /** Back to what was before the last change; of a melody that came with the address the last note goes. */
  #undo() {
    let last = this.symbols.length - 1;
    while (last > 0 && this.symbols[last] === HOLD) last--;
    this.#show(this.before.pop() ?? this.symbols.slice(0, Math.max(0, last)));
  }

  /** Begin something that is as long as is chosen. @param {number} symbol */
  #write(symbol) {
    const length = Number(/** @type {HTMLSelectElement} */ (this.#find(".length")).value);
    // a rest after a rest is the same silence
    const goesOn = symbol === REST && this.symbols.filter((one) => one !== HOLD).at(-1) === REST;
    this.#put(goesOn ? HOLD : symbol, length);
  }

  /** @param {number} symbol @param {number} length */
  #put(symbol, length) {
    this.#change([...this.symbols, symbol, ...Array(length - 1).fill(HOLD)].slice(0, STEPS));
  }

  /** @param {number[]} symbols */
  #change(symbols) {
    if (symbols.length === this.symbols.length) return; // there is nothing to clear, or no room
    this.before.push(this.symbols);
    this.#show(symbols);
  }

  /** @param {number[]} symbols */
  #show(symbols) {
    this.symbols = symbols;
    this.#tell();
    this.onChange();
  }
}
