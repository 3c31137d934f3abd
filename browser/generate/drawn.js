/**
 * Digits drawn in the browser itself: codes from a mixture of Gaussians, decoded beside the page.
 * For pages without a server; in the app Python draws, and compares with what is known.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Words
 * @property {string} temperature
 * @property {string} again
 * @property {string} which digit
 * @property {string} any
 * @property {string} drawn
 * @property {string} waiting
 * @property {string} failed
 * @typedef {Object} Facts what Python tells (pages/generate/here.py)
 * @property {string} decoder where it is fetched
 * @property {string} prior likewise: weights (K,), means (K, d), factors (K, d, d) lower triangular
 *   and classes (K,)
 * @property {number} columns
 * @property {number} rows
 * @property {number} hottest
 * @property {string} language
 * @property {Words} words
 */
import { Beside } from "../shared/beside.js";
import { Draws } from "../shared/draws.js";
import { framed, mounting } from "../shared/mounting.js";
import { pictured } from "../shared/pictured.js";
import { context, paint, toBytes } from "../shared/pictures.js";
import { fetchTensors } from "../shared/tensors.js";

const GAP = 1; // pixels of an image between two
const FRAME = `
<div class="controls">
  <label><span></span><select></select></label>
  <label><span></span><input type="range" min="0" step="0.1" value="1"><output></output></label>
  <button type="button"></button>
</div>
<canvas></canvas>
<p class="waiting" role="status"></p>`;

/**
 * Codes of a mixture, (n, d) in a row: of each the component by lot, then a place in its Gaussian,
 * which the temperature widens or narrows. The same seed draws the same directions at each.
 *
 * @param {Record<string, any>} prior
 * @param {number} n
 * @param {number} seed
 * @param {number} temperature
 * @param {number | null} wanted the class asked for; null: any
 */
export function drawCodes({ weights, means, factors, classes }, n, seed, temperature, wanted) {
  const d = means.length / weights.length;
  const draws = new Draws(seed);
  const [lots, noise] = [draws.uniform(n), draws.normal(n * d)];
  const mine = [...weights.keys()].filter((k) => wanted === null || classes[k] === wanted);
  const all = mine.reduce((sum, k) => sum + weights[k], 0);
  const codes = new Float32Array(n * d);
  for (let i = 0; i < n; i++) {
    let left = lots[i] * all;
    const k = mine.find((each) => (left -= weights[each]) < 0) ?? mine[mine.length - 1];
    for (let row = 0; row < d; row++) {
      let away = 0;
      for (let column = 0; column <= row; column++) {
        away += factors[(k * d + row) * d + column] * noise[i * d + column];
      }
      codes[i * d + row] = means[k * d + row] + temperature * away;
    }
  }
  return codes;
}

class Drawn {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "drawn", FRAME);
    this.root = root;
    this.find = find;
    /** @type {HTMLSelectElement} */
    this.which = find("select");
    /** @type {HTMLInputElement} */
    this.slider = find("input");
    this.seed = 0;
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Record<string, any> | null} */
    this.prior = null;
    /** @type {Beside | null} */
    this.beside = null;
    this.which.addEventListener("change", () => this.#ask());
    this.slider.addEventListener("input", () => this.#ask());
    find("button").addEventListener("click", () => {
      this.seed++;
      this.#ask();
    });
  }

  close() {
    this.beside?.close();
    this.root.remove();
  }

  /** @param {Component} component */
  async update({ data }) {
    const old = this.facts;
    this.facts = /** @type {Facts} */ (data);
    this.#write(this.facts);
    if (old) return; // of a page without a server nothing changes
    this.find(".waiting").textContent = data.words.waiting;
    try {
      const [decoder, prior] = await Promise.all([fetchTensors(data.decoder), fetchTensors(data.prior)]);
      this.prior = prior.arrays;
      this.shape = /** @type {[number, number, number]} */ (decoder.facts.made);
      this.beside = new Beside([decoder], data.rows * data.columns, (images) => this.#show(images));
      this.find(".waiting").textContent = "";
    } catch {
      this.find(".waiting").textContent = data.words.failed;
    }
    this.#ask();
  }

  /** @param {Facts} facts */
  #write({ words, hottest, language }) {
    const [which, temperature] = this.root.querySelectorAll("label span");
    which.textContent = words.which;
    temperature.textContent = words.temperature;
    this.find("button").textContent = words.again;
    this.slider.max = String(hottest);
    this.written = new Intl.NumberFormat(language, { minimumFractionDigits: 1 });
    this.find("output").textContent = this.written.format(Number(this.slider.value));
    if (this.which.options.length) return;
    const digits = Array.from({ length: 10 }, (_, digit) => String(digit));
    this.which.append(new Option(words.any, ""), ...digits.map((digit) => new Option(digit, digit)));
  }

  #ask() {
    const { facts, prior, beside } = this;
    if (!facts || !prior || !beside) return;
    const temperature = Number(this.slider.value);
    this.find("output").textContent = this.written?.format(temperature) ?? "";
    const wanted = this.which.value === "" ? null : Number(this.which.value);
    beside.ask(drawCodes(prior, facts.rows * facts.columns, this.seed, temperature, wanted), null);
  }

  /** @param {Float32Array} images */
  #show(images) {
    const { facts, shape } = this;
    if (!facts || !shape) return;
    const [, height, width] = shape;
    const canvas = /** @type {HTMLCanvasElement} */ (this.find("canvas"));
    const across = facts.columns * (width + GAP) - GAP;
    const down = facts.rows * (height + GAP) - GAP;
    if (canvas.width !== across) [canvas.width, canvas.height] = [across, down];
    const bytes = new Uint8Array(shape[0] * height * width);
    for (let n = 0; n < facts.rows * facts.columns; n++) {
      toBytes(images.subarray(n * bytes.length, (n + 1) * bytes.length), bytes);
      const one = new ImageData(width, height);
      paint(one, bytes, 0, shape);
      const [row, column] = [Math.floor(n / facts.columns), n % facts.columns];
      context(canvas).putImageData(one, column * (width + GAP), row * (height + GAP));
    }
    pictured(canvas, facts.words.drawn);
  }
}

export default mounting(Drawn);
