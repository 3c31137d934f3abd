/**
 * Rows of images, column under column. The image under the pointer is looked at, and where it is
 * clicked it stays so: Python is told.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Picture
 * @property {string} source
 * @property {string} alt what it shows, for those who cannot see it
 * @property {string} caption
 * @typedef {Object} Row
 * @property {string} label
 * @property {Picture[]} pictures
 * @typedef {Object} Facts
 * @property {Row[]} rows the first has the originals
 * @property {number} picked the image that is looked at, counted from 0
 * @property {number} size of an image, in pixels of a laptop's screen
 */
import { framed, mounting } from "../shared/mounting.js";
import { looked } from "./looked.js";

class Rows {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "rows", `<div class="strip" role="group" tabindex="0"></div>`);
    this.root = root;
    this.strip = find(".strip");
    this.picked = 0;
    this.strip.addEventListener("pointermove", (event) => looked.tell(this.#under(event) ?? this.picked));
    this.strip.addEventListener("pointerleave", () => looked.tell(this.picked));
    this.strip.addEventListener("click", (event) => {
      const under = this.#under(event);
      if (under === null) return;
      this.picked = under;
      this.setStateValue?.("picked", under);
    });
    this.deaf = looked.listen((n) => this.#mark(n ?? this.picked));
  }

  close() {
    this.deaf();
    looked.tell(null);
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data, setStateValue }) {
    this.setStateValue = setStateValue;
    const { rows, picked, size } = /** @type {Facts} */ (data);
    this.picked = picked;
    this.strip.style.setProperty("--columns", String(rows[0].pictures.length));
    this.strip.style.setProperty("--size", String(size));
    this.strip.setAttribute("aria-label", rows.map(({ label }) => label).join(", "));
    const cells = rows.flatMap(({ label, pictures }) => [named(label), ...pictures.map(pictured)]);
    this.strip.replaceChildren(...cells);
    [...this.strip.querySelectorAll("figure")].slice(0, rows[0].pictures.length).forEach((figure) => {
      figure.classList.add("original");
    });
    looked.tell(picked);
  }

  /** Which image is under the pointer. @param {MouseEvent} event */
  #under({ target }) {
    const figure = /** @type {Element} */ (target).closest("figure");
    return figure ? Number(figure.dataset.n) : null;
  }

  /** @param {number} n */
  #mark(n) {
    for (const figure of this.strip.querySelectorAll("figure")) {
      figure.classList.toggle("seen", Number(figure.dataset.n) === n);
    }
  }
}

/** @param {string} label */
function named(label) {
  const cell = document.createElement("div");
  cell.className = "label";
  cell.textContent = label;
  return cell;
}

/** @param {Picture} picture @param {number} n */
function pictured({ source, alt, caption }, n) {
  const figure = document.createElement("figure");
  const image = document.createElement("img");
  [image.src, image.alt, image.decoding] = [source, alt, "sync"];
  const words = document.createElement("figcaption");
  words.textContent = caption;
  figure.dataset.n = String(n);
  figure.append(image, words);
  return figure;
}

export default mounting(Rows);
