/**
 * Three ways from one image to another under one slider: straight and spherical in the code, and
 * the cross-fade of the pixels. All images come from the server at once, so that any decoder will do.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Words
 * @property {[string, string, string]} titles of the ways
 * @property {string} slider
 * @property {string} read with {name} and {share}
 * @typedef {Object} Facts what Python tells (pages/generate/walk.py)
 * @property {string} images where they are fetched: way after way, step after step
 * @property {[number, number, number]} shape
 * @property {number} steps of each way
 * @property {number[][]} read the class that the judge reads, of each way's steps
 * @property {number[][]} sure and its probability
 * @property {number} at where the slider begins, 0…1
 * @property {string} language
 * @property {Words} words
 */
import { framed, mounting } from "../shared/mounting.js";
import { pictured } from "../shared/pictured.js";
import { context, paint } from "../shared/pictures.js";
import { fetchTensors } from "../shared/tensors.js";

const STOPS = 11; // images of a strip, with both ends
const GAP = 1; // pixels of an image between two

const WAY = `<figure><figcaption></figcaption>
  <canvas class="now" width="28" height="28"></canvas><p></p>
  <canvas class="stops" width="${STOPS}" height="1"></canvas></figure>`;
const FRAME = `<div class="ways">${WAY.repeat(3)}</div>
<label><span></span><input type="range" min="0" max="1" step="0.005"></label>`;

class Walk {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.root = framed(parent, "walk", FRAME).root;
    this.figures = [...this.root.querySelectorAll("figure")];
    this.slider = /** @type {HTMLInputElement} */ (this.root.querySelector("input"));
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Uint8Array | null} */
    this.bytes = null;
    this.slider.addEventListener("input", () => this.draw());
    this.slider.addEventListener("change", () => this.tell?.("at", Number(this.slider.value)));
  }

  close() {
    this.root.remove();
  }

  /** @param {Component} component */
  async update({ data, setStateValue }) {
    /** @type {Facts} */
    const facts = data;
    const old = this.facts;
    this.facts = facts;
    this.tell = setStateValue;
    const { words } = facts;
    const label = /** @type {Element} */ (this.root.querySelector("label span"));
    label.textContent = words.slider;
    this.percent = new Intl.NumberFormat(facts.language, { style: "percent" });
    this.figures.forEach((figure, way) => {
      const caption = /** @type {Element} */ (figure.querySelector("figcaption"));
      caption.textContent = words.titles[way];
      for (const canvas of figure.querySelectorAll("canvas")) {
        pictured(canvas, words.titles[way]);
      }
    });
    if (!old) this.slider.value = String(facts.at);
    if (old?.images !== facts.images) {
      const { arrays } = await fetchTensors(facts.images);
      if (this.facts !== facts) return; // others have been asked for meanwhile
      this.bytes = /** @type {Uint8Array} */ (arrays.images);
      this.#drawStops();
    }
    this.draw();
  }

  /**
   * @param {number} way
   * @param {number} step
   */
  #at(way, step) {
    const { steps, shape } = /** @type {Facts} */ (this.facts);
    return (way * steps + step) * shape[0] * shape[1] * shape[2];
  }

  /** The images where the slider stands. */
  draw() {
    const { facts, bytes } = this;
    if (!facts || !bytes) return;
    const { shape, steps, words } = facts;
    const step = Math.round(Number(this.slider.value) * (steps - 1));
    this.figures.forEach((figure, way) => {
      const canvas = /** @type {HTMLCanvasElement} */ (figure.querySelector(".now"));
      const [, height, width] = shape;
      if (canvas.width !== width) [canvas.width, canvas.height] = [width, height];
      const image = new ImageData(width, height);
      paint(image, bytes, this.#at(way, step), shape);
      context(canvas).putImageData(image, 0, 0);
      const share = this.percent?.format(facts.sure[way][step]) ?? "";
      const said = words.read
        .replace("{name}", String(facts.read[way][step]))
        .replace("{share}", share);
      const line = /** @type {Element} */ (figure.querySelector("p"));
      line.textContent = said;
      pictured(canvas, `${words.titles[way]}: ${said}`);
    });
  }

  #drawStops() {
    const { facts, bytes } = this;
    if (!facts || !bytes) return;
    const [, height, width] = facts.shape;
    this.figures.forEach((figure, way) => {
      const image = new ImageData(STOPS * (width + GAP) - GAP, height);
      for (let stop = 0; stop < STOPS; stop++) {
        const step = Math.round((stop / (STOPS - 1)) * (facts.steps - 1));
        paint(image, bytes, this.#at(way, step), facts.shape, stop * (width + GAP));
      }
      const canvas = /** @type {HTMLCanvasElement} */ (figure.querySelector(".stops"));
      [canvas.width, canvas.height] = [image.width, image.height];
      context(canvas).putImageData(image, 0, 0);
    });
  }
}

export default mounting(Walk);
