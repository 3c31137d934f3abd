/**
 * Digits that lean more and more, and what becomes of them, under one slider: for pages without a
 * server, which have every picture from the beginning.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Words
 * @property {string} slider
 * @property {string[]} rows what each row shows
 * @property {string} failed
 * @typedef {Object} Facts what Python tells (pages/swap/slanted.py)
 * @property {string} images where they are fetched: (slants, rows, digits, height, width)
 * @property {[number, number, number]} shape
 * @property {number[]} slants
 * @property {string[][][]} captions of each slant, row and digit
 * @property {string[]} figures a sentence for each slant
 * @property {string} language
 * @property {Words} words
 */
import { framed, mounting } from "../shared/mounting.js";
import { pictured } from "../shared/pictured.js";
import { context, paint } from "../shared/pictures.js";
import { fetchTensors } from "../shared/tensors.js";

const FRAME = `
<label><span></span><input type="range" min="0" step="1"><output></output></label>
<div class="rows"></div>
<p class="figures" aria-live="polite"></p>`;

class Slanted {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "slanted", FRAME);
    this.root = root;
    this.find = find;
    /** @type {HTMLInputElement} */
    this.slider = find("input");
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Uint8Array | null} */
    this.images = null;
    this.slider.addEventListener("input", () => this.draw());
  }

  close() {
    this.root.remove();
  }

  /** @param {Component} component */
  async update({ data }) {
    const old = this.facts;
    this.facts = /** @type {Facts} */ (data);
    if (old) return; // of a page without a server nothing changes
    const { slants, captions, shape, words, images } = this.facts;
    this.find("label span").textContent = words.slider;
    this.slider.max = String(slants.length - 1);
    this.slider.value = String(slants.indexOf(0));
    for (const title of words.rows) {
      const name = document.createElement("b");
      name.textContent = title;
      this.find(".rows").append(name, ...captions[0][0].map(() => figure(shape)));
    }
    try {
      this.images = /** @type {Uint8Array} */ ((await fetchTensors(images)).arrays.images);
      this.draw();
    } catch {
      this.find(".figures").textContent = words.failed;
    }
  }

  draw() {
    const { facts, images } = this;
    if (!facts || !images) return;
    const { slants, shape, captions, figures, words, language } = facts;
    const at = Number(this.slider.value);
    const format = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    this.find("output").textContent = slants[at].toLocaleString(language, format).replace("-", "−");
    const [channels, height, width] = shape;
    const size = channels * height * width;
    const shown = [...this.root.querySelectorAll("figure")];
    shown.forEach((one, n) => {
      const digits = captions[0][0].length;
      const [row, digit] = [Math.floor(n / digits), n % digits];
      const canvas = /** @type {HTMLCanvasElement} */ (one.firstChild);
      const pixels = new ImageData(width, height);
      paint(pixels, images, (at * shown.length + n) * size, shape);
      context(canvas).putImageData(pixels, 0, 0);
      const caption = captions[at][row][digit];
      pictured(canvas, `${words.rows[row]}: ${caption || digit}`);
      /** @type {Element} */ (one.lastChild).textContent = caption;
    });
    this.find(".figures").textContent = figures[at];
  }
}

/** @param {[number, number, number]} shape */
function figure([, height, width]) {
  const one = document.createElement("figure");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  one.append(canvas, document.createElement("figcaption"));
  return one;
}

export default mounting(Slanted);
