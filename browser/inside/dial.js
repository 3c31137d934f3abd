/**
 * The bottleneck dial: images through codes of 1 to 256 numbers, and the error against the size.
 *
 * All reconstructions are here from the beginning, so that turning asks nobody. Python is told the
 * size when the dial comes to rest.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Curve
 * @property {string} name
 * @property {string} colour
 * @property {number[]} dash of its line, in pixels; none: solid
 * @property {number[]} values one for each size
 * @typedef {Object} Words
 * @property {string} dial
 * @property {string} images
 * @property {string} original
 * @property {string} model
 * @property {string} pca
 * @property {string} error
 * @property {string} size
 * @typedef {Object} Facts
 * @property {number[]} sizes
 * @property {string[]} told each size in words
 * @property {string} images where originals, copies of the models and of PCA are fetched
 * @property {string[]} names what each image shows
 * @property {[number, number, number]} shape of an image
 * @property {number} at which size is chosen, from 0
 * @property {Curve[]} curves
 * @property {string} language
 * @property {Words} words
 */
import { framed, mounting } from "../shared/mounting.js";
import { pictured } from "../shared/pictured.js";
import { fetchTensors } from "../shared/tensors.js";
import { DialChart } from "./dial_chart.js";
import { Strip } from "./strip.js";

const REST = 400; // ms until Python is told
const FRAME = `
<div class="turn">
  <b></b>
  <div class="knob"><input type="range" min="0" step="1"><div class="stops" aria-hidden="true"></div></div>
</div>
<div class="rows" tabindex="0" role="group">
  <span></span><canvas></canvas>
  <span></span><canvas></canvas>
  <span></span><canvas></canvas>
</div>
<div class="chart">
  <p class="heads"><b></b><span class="legend"></span><output></output></p>
  <canvas></canvas>
</div>`;

class Dial {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "dial", FRAME);
    this.root = root;
    this.find = find;
    this.slider = /** @type {HTMLInputElement} */ (find("input"));
    this.rows = [...this.root.querySelectorAll(".rows canvas")].map(
      (canvas) => new Strip(/** @type {HTMLCanvasElement} */ (canvas), 0),
    );
    this.chart = new DialChart(/** @type {HTMLCanvasElement} */ (find(".chart canvas")), (at) => {
      this.#turn(at);
      this.tell();
    });
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Record<string, Uint8Array> | null} */
    this.images = null;
    this.at = 0;
    this.frame = 0;
    this.slider.addEventListener("input", () => {
      this.#turn(Number(this.slider.value));
      this.tell();
    });
    this.sizes = new ResizeObserver(() => this.touch());
    this.sizes.observe(find(".chart canvas"));
  }

  close() {
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.telling);
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data, setStateValue }) {
    /** @type {Facts} */
    const facts = data;
    const old = this.facts;
    this.facts = facts;
    this.setStateValue = setStateValue;
    if (!old) this.at = facts.at; // later the hand says where it is
    if (old?.images !== facts.images) void this.#load(facts);
    this.#write(facts);
    this.touch();
  }

  /** @param {Facts} facts */
  async #load(facts) {
    const { arrays } = await fetchTensors(facts.images);
    if (this.facts?.images !== facts.images) return; // other images have been asked for
    this.images = /** @type {Record<string, Uint8Array>} */ (arrays);
    this.touch();
  }

  /** @param {Facts} facts */
  #write(facts) {
    const { sizes, words, curves } = facts;
    this.slider.max = String(sizes.length - 1);
    this.slider.setAttribute("aria-label", words.dial);
    const stops = sizes.map((size) => {
      const stop = document.createElement("span");
      stop.textContent = String(size);
      return stop;
    });
    this.find(".stops").replaceChildren(...stops);
    this.find(".rows").setAttribute("aria-label", words.images);
    this.find(".heads b").textContent = words.error;
    const legend = curves.map(({ name, colour, dash }) => {
      const entry = document.createElement("span");
      const line = document.createElement("i");
      line.style.borderTop = `3px ${dash.length ? "dashed" : "solid"} ${colour}`;
      entry.append(line, name);
      return entry;
    });
    this.find(".legend").replaceChildren(...legend);
    this.chart.set(sizes, curves, facts.language, words.size);
  }

  /** @param {number} at */
  #turn(at) {
    this.at = at;
    this.touch();
  }

  /** Tells Python the size, a moment after the last turn. */
  tell() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => this.setStateValue?.("size", this.facts?.sizes[this.at]), REST);
  }

  touch() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.#draw();
    });
  }

  #draw() {
    const { facts, images, at } = this;
    if (!facts) return;
    const { words, shape, curves, names } = facts;
    const told = facts.told[at];
    this.slider.value = String(at);
    this.slider.setAttribute("aria-valuetext", told);
    this.find(".turn b").textContent = told;
    this.root.querySelectorAll(".stops span").forEach((stop, i) => {
      stop.classList.toggle("here", i === at);
    });
    const rows = [words.original, words.model, words.pca];
    this.root.querySelectorAll(".rows span").forEach((label, i) => {
      label.textContent = rows[i];
    });
    this.rows.forEach(({ canvas }, i) => {
      pictured(canvas, `${rows[i]}: ${names.join(", ")}`);
    });
    const format = new Intl.NumberFormat(facts.language, {
      minimumFractionDigits: 4,
      maximumFractionDigits: 4,
    });
    const measured = curves.map(({ name, values }) => `${name} ${format.format(values[at])}`);
    const figures = `${told}: ${measured.join(" · ")}`;
    this.find("output").textContent = figures;
    pictured(this.find(".chart canvas"), `${words.error}. ${figures}`);
    this.chart.draw(at);
    if (!images) return;
    const n = names.length;
    [images.originals, images.model, images.pca].forEach((bytes, row) => {
      const first = row ? at * n : 0;
      const places = Array.from({ length: n }, (_, i) => first + i);
      this.rows[row].show(bytes, places, shape);
      this.rows[row].canvas.style.setProperty("--columns", String(n));
    });
  }
}

export default mounting(Dial);
