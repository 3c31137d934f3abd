/**
 * A code, minus the mean of a group, plus that of another, and moved along directions: decoded
 * while the sliders move, with what then can be measured on the image.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Direction
 * @property {string} name of its measure
 * @property {string} title
 * @property {string} unit
 * @property {number[]} step of a code for one standard deviation
 * @property {number} spread that deviation, in the unit
 * @typedef {Object} Words
 * @property {[string, string, string]} terms a, b and c
 * @property {string} result
 * @property {string} share of the difference
 * @property {string} measured with {value}
 * @property {string} sweep
 * @property {string} reset
 * @property {string} waiting
 * @property {string} failed
 * @typedef {Object} Facts what Python tells (pages/generate/arithmetic.py)
 * @property {string} weights where the decoder is fetched
 * @property {string} key of the model
 * @property {number[][]} codes a, b and c
 * @property {Direction[]} directions
 * @property {number} farthest of the directions' sliders, in deviations
 * @property {number} most of the difference
 * @property {number[]} push how far the sliders stand at first
 * @property {string} language
 * @property {Words} words
 */
import { framed, mounting } from "../shared/mounting.js";
import { Network } from "../shared/network.js";
import { pictured } from "../shared/pictured.js";
import { context, paint, toBytes } from "../shared/pictures.js";
import { fetchTensors } from "../shared/tensors.js";
import { MEASURES } from "./measures.js";

const STOPS = 9; // images of the sweep
const GAP = 1; // pixels of an image between two

const TERM = `<figure><canvas width="28" height="28"></canvas><figcaption></figcaption></figure>`;
const SLIDER = `<label><span></span><input type="range" step="0.01"><output></output></label>`;
const FRAME = `<div class="terms">${TERM}<b>−</b>${TERM}<b>+</b>${TERM}<b>=</b></div>
<div class="result">${TERM}</div>
<div class="sliders">${SLIDER.repeat(4)}<button type="button"></button></div>
<figure class="sweep"><figcaption></figcaption><canvas width="${STOPS}" height="1"></canvas></figure>
<p class="waiting" role="status"></p>`;

/**
 * a + share · (c − b), and so many deviations along each direction.
 *
 * @param {Facts} facts
 * @param {number[]} push
 */
export function summed({ codes: [a, b, c], directions }, [share, ...along]) {
  return Float32Array.from(a, (_, i) =>
    directions.reduce((z, { step }, n) => z + along[n] * step[i], a[i] + share * (c[i] - b[i])),
  );
}

class Sum {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.root = framed(parent, "sum", FRAME).root;
    this.canvases = [...this.root.querySelectorAll("canvas")];
    this.captions = [...this.root.querySelectorAll("figcaption")];
    this.sliders = [...this.root.querySelectorAll("input")];
    this.moved = 1; // the slider that the sweep shows
    this.frame = 0;
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Network | null} */
    this.decoder = null;
    this.sliders.forEach((slider, n) => {
      slider.addEventListener("input", () => {
        this.moved = n;
        this.touch();
      });
      slider.addEventListener("change", () => this.#told());
    });
    this.button = /** @type {HTMLButtonElement} */ (this.root.querySelector("button"));
    this.button.addEventListener("click", () => {
      this.sliders.forEach((slider, n) => (slider.value = n ? "0" : "1"));
      this.touch();
      this.#told();
    });
  }

  close() {
    cancelAnimationFrame(this.frame);
    this.root.remove();
  }

  #told() {
    this.tell?.("push", this.push());
  }

  push() {
    return this.sliders.map((slider) => Number(slider.value));
  }

  /** @param {Component} component */
  async update({ data, setStateValue }) {
    /** @type {Facts} */
    const facts = data;
    const old = this.facts;
    this.facts = facts;
    this.tell = setStateValue;
    this.#write(facts);
    if (!old) this.sliders.forEach((slider, n) => (slider.value = String(facts.push[n])));
    if (old?.weights !== facts.weights) {
      this.decoder = null;
      const status = /** @type {Element} */ (this.root.querySelector(".waiting"));
      status.textContent = facts.words.waiting;
      try {
        const { facts: layers, arrays } = await fetchTensors(facts.weights);
        if (this.facts?.weights !== facts.weights) return; // another model meanwhile
        this.decoder = new Network(layers, arrays);
        status.textContent = "";
      } catch {
        status.textContent = facts.words.failed;
        return;
      }
    }
    this.#drawTerms();
    this.touch();
  }

  /** @param {Facts} facts */
  #write({ words, directions, farthest, most, language }) {
    this.fixed = new Intl.NumberFormat(language, {
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    });
    [...words.terms, words.result, words.sweep].forEach((word, n) => {
      this.captions[n].textContent = word;
      pictured(this.canvases[n], word);
    });
    this.button.textContent = words.reset;
    this.sliders.forEach((slider, n) => {
      const label = /** @type {Element} */ (slider.previousElementSibling);
      label.textContent = n ? directions[n - 1].title : words.share;
      [slider.min, slider.max] = n ? [String(-farthest), String(farthest)] : ["0", String(most)];
    });
  }

  /** What is the same wherever the sliders stand. */
  #drawTerms() {
    const { facts, decoder } = this;
    if (!facts || !decoder) return;
    facts.codes.forEach((code, n) => this.#draw(this.canvases[n], [decoder.run(code)]));
  }

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {ArrayLike<number>[]} images side by side
   */
  #draw(canvas, images) {
    const shape = /** @type {[number, number, number]} */ (this.decoder?.made);
    const [, height, width] = shape;
    const across = images.length * (width + GAP) - GAP;
    if (canvas.width !== across) [canvas.width, canvas.height] = [across, height];
    const pixels = new ImageData(across, height);
    const bytes = new Uint8Array(images[0].length);
    images.forEach((image, n) => {
      toBytes(image, bytes);
      paint(pixels, bytes, 0, shape, n * (width + GAP));
    });
    context(canvas).putImageData(pixels, 0, 0);
  }

  /** Draw what has changed with the next frame. */
  touch() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => {
      this.draw();
      /** @type {Float64Array[]} */
      const stops = [];
      this.frame = requestAnimationFrame(() => this.#sweep(stops));
    });
  }

  draw() {
    const { facts, decoder } = this;
    if (!facts || !decoder) return;
    const push = this.push();
    const image = decoder.run(summed(facts, push));
    this.#draw(this.canvases[3], [image]);
    const [, height, width] = decoder.made;
    const outputs = this.root.querySelectorAll("output");
    outputs[0].textContent = `× ${this.fixed?.format(push[0])}`;
    facts.directions.forEach(({ name, unit }, n) => {
      const value = MEASURES[name](image, height, width);
      const shown = Math.abs(value) < 0.05 ? 0 : value; // no minus before a rounded zero
      const written = `${this.fixed?.format(shown).replace("-", "−")} ${unit}`;
      outputs[n + 1].textContent = facts.words.measured.replace("{value}", written);
    });
  }

  /**
   * The images along the slider that was moved last, one a frame, so that the hand never waits.
   *
   * @param {Float64Array[]} stops those that are done
   */
  #sweep(stops) {
    const { facts, decoder, moved } = this;
    if (!facts || !decoder) return;
    const slider = this.sliders[moved];
    const [least, most] = [Number(slider.min), Number(slider.max)];
    const push = this.push();
    push[moved] = least + ((most - least) * stops.length) / (STOPS - 1);
    stops.push(decoder.run(summed(facts, push)).slice());
    if (stops.length === STOPS) this.#draw(this.canvases[4], stops);
    else this.frame = requestAnimationFrame(() => this.#sweep(stops));
  }
}

export default mounting(Sum);
