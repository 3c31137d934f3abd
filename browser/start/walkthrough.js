/**
 * A digit on its way through a model: image, code, reconstruction. Those that can be picked have all
 * been through it, so that the pictures follow the pointer over the row; Python is told what is
 * picked.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Choice a digit, or the visitor's drawing
 * @property {string} id
 * @property {string} name
 * @property {string} copy what its reconstruction shows, for those who cannot see it
 * @property {string} error of the reconstruction
 * @property {string} compared to other errors
 * @typedef {Object} Words
 * @property {string} pick
 * @property {string} example
 * @property {[string, string]} arrows
 * @property {string} image
 * @property {string} code
 * @property {string} bars what they are, for those who cannot see them
 * @property {string} copy
 * @property {string} error
 * @typedef {Object} Facts what Python tells, packed with ``pixels``, ``codes`` and ``copies`` of the
 *   choices (pages/start/walkthrough.py)
 * @property {[number, number, number]} shape
 * @property {Choice[]} choices
 * @property {string} picked
 * @property {number} example which one of each digit, from 1 on
 * @property {number} examples how many of each there are to choose from
 * @property {Words} words
 */
import { arrow, Code, Picture } from "../shared/flow.js";
import { framed, mounting } from "../shared/mounting.js";
import { unpack } from "../shared/tensors.js";

const SUBJECT = 252; // pixels of a laptop's screen, nine for one of 28
const CODE = 150;
const REST = 250; // ms after the last key or step until Python is told

const FRAME = `
<div class="pick">
<p id="pick"></p>
<div class="row" role="radiogroup" aria-labelledby="pick"></div>
<label><span></span><input type="number" min="1" step="1" /></label>
</div>
<div class="flow"></div>
<dl><dt></dt><dd><b></b> <span></span></dd></dl>`;

class Walkthrough {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "walkthrough", FRAME);
    this.root = root;
    this.find = find;
    this.row = find(".row");
    /** @type {HTMLInputElement} */
    this.example = find("input");
    this.x = new Picture(SUBJECT);
    this.code = new Code(CODE);
    this.copy = new Picture(SUBJECT);
    /** @type {HTMLButtonElement[]} */
    this.buttons = [];
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Record<string, any>} */
    this.arrays = {};
    this.picked = 0;
    /** @type {string | null} what the hand has picked, until Python says so, too */
    this.mine = null;
    this.telling = 0;
    this.asking = 0;
    this.example.addEventListener("input", () => this.#ask());
    this.row.addEventListener("pointerleave", () => this.#show(this.picked));
    this.row.addEventListener("keydown", (event) => this.#press(event));
  }

  close() {
    clearTimeout(this.telling);
    clearTimeout(this.asking);
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data, setStateValue }) {
    const { facts, arrays } = unpack(data);
    this.setStateValue = setStateValue;
    this.facts = /** @type {Facts} */ (facts);
    this.arrays = arrays;
    const { choices, picked, words, example, examples } = this.facts;
    if (this.mine === picked) this.mine = null;
    const mine = choices.findIndex(({ id }) => id === this.mine);
    this.picked = mine < 0 ? choices.findIndex(({ id }) => id === picked) : mine;
    this.find("#pick").textContent = words.pick;
    this.find("label span").textContent = words.example;
    this.find("label").hidden = examples < 2;
    this.example.max = String(examples);
    // whoever is still typing goes on
    if (!this.asking) this.example.value = String(example);
    this.find("dt").textContent = words.error;
    const [encoder, decoder] = words.arrows.map(arrow);
    this.find(".flow").replaceChildren(this.x.element, encoder, this.code.element, decoder, this.copy.element);
    this.#buttons();
    this.#show(this.picked);
  }

  /** A button for each choice, with its picture. */
  #buttons() {
    const { choices, shape } = /** @type {Facts} */ (this.facts);
    while (this.buttons.length > choices.length) this.buttons.pop()?.remove();
    while (this.buttons.length < choices.length) {
      const n = this.buttons.length;
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("role", "radio");
      button.append(document.createElement("canvas"));
      button.addEventListener("pointerenter", () => this.#show(n));
      button.addEventListener("click", () => this.#pick(n, 0));
      this.row.append(button);
      this.buttons.push(button);
    }
    this.buttons.forEach((button, n) => {
      const small = new Picture(1);
      small.show(this.#of(this.arrays.pixels, n), shape, "");
      button.firstChild?.replaceWith(small.canvas);
      small.canvas.setAttribute("aria-hidden", "true");
      button.setAttribute("aria-label", choices[n].name);
    });
  }

  /** Those numbers of an array that belong to a choice. @param {any} array @param {number} n */
  #of(array, n) {
    const size = array.length / /** @type {Facts} */ (this.facts).choices.length;
    return array.subarray(n * size, (n + 1) * size);
  }

  /** @param {number} n @param {number} rest ms until Python is told */
  #pick(n, rest) {
    this.picked = n;
    const { id } = /** @type {Facts} */ (this.facts).choices[n];
    this.mine = id;
    this.#show(n);
    clearTimeout(this.telling);
    this.telling = window.setTimeout(() => this.setStateValue?.("picked", id), rest);
  }

  /** Ask Python for another example of each digit, when nobody types any more. */
  #ask() {
    clearTimeout(this.asking);
    this.asking = window.setTimeout(() => {
      this.asking = 0;
      const { example, examples } = /** @type {Facts} */ (this.facts);
      const wanted = Math.min(Math.max(Math.round(this.example.valueAsNumber), 1), examples) || example;
      this.example.value = String(wanted);
      this.setStateValue?.("example", wanted);
    }, REST);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const n = (this.picked + step + this.buttons.length) % this.buttons.length;
    this.#pick(n, REST);
    this.buttons[n].focus();
  }

  /** @param {number} n */
  #show(n) {
    const { choices, shape, words } = /** @type {Facts} */ (this.facts);
    const { name, copy, error, compared } = choices[n];
    this.x.show(this.#of(this.arrays.pixels, n), shape, name, words.image);
    this.code.show(this.#of(this.arrays.codes, n), words.code, words.bars);
    this.copy.show(this.#of(this.arrays.copies, n), shape, copy, words.copy);
    this.find("dd b").textContent = error;
    this.find("dd span").textContent = compared;
    this.buttons.forEach((button, place) => {
      button.setAttribute("aria-checked", String(place === this.picked));
      button.tabIndex = place === this.picked ? 0 : -1;
      button.classList.toggle("seen", place === n);
    });
  }
}

export default mounting(Walkthrough);
