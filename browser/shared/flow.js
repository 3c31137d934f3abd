/** An image with words below it, and a code as bars: what ui/images.py draws, for what follows a hand. */
import { pictured } from "./pictured.js";
import { context, paint, toBytes } from "./pictures.js";

/** @typedef {import("./pictures.js").Shape} Shape */

/** An image on the page. Until it has been shown one it is the frame of it. */
export class Picture {
  /** @param {number} size of its longer side, in pixels of a laptop's screen */
  constructor(size) {
    this.element = document.createElement("figure");
    this.element.className = "picture empty";
    this.canvas = document.createElement("canvas");
    this.words = document.createElement("figcaption");
    this.element.append(this.canvas, this.words);
    this.size = size;
    this.#frame([1, 1, 1]);
  }

  /** @param {Shape} shape */
  #frame([, height, width]) {
    [this.canvas.width, this.canvas.height] = [width, height];
    this.pixels = new ImageData(width, height);
    this.element.style.setProperty("--size", String((this.size * height) / Math.max(height, width)));
  }

  /**
   * @param {Uint8Array | Float32Array | Float64Array} image bytes, or numbers 0…1
   * @param {Shape} shape
   * @param {string} alt what it shows, for those who cannot see it
   * @param {string} caption
   */
  show(image, shape, alt, caption = "") {
    const { canvas } = this;
    if (canvas.width !== shape[2] || canvas.height !== shape[1]) this.#frame(shape);
    let bytes = image;
    if (!(image instanceof Uint8Array)) toBytes(image, (bytes = new Uint8Array(image.length)));
    paint(/** @type {ImageData} */ (this.pixels), /** @type {Uint8Array} */ (bytes), 0, shape);
    context(canvas).putImageData(/** @type {ImageData} */ (this.pixels), 0, 0);
    named(canvas, alt);
    this.caption(caption);
    this.element.classList.remove("empty", "waits");
  }

  /** @param {string} words */
  caption(words) {
    if (this.words.textContent !== words) this.words.textContent = words;
  }

  /** What it shows belongs to something else that was there before. */
  wait() {
    this.element.classList.add("waits");
  }

  /** Nothing is to be seen any more. @param {string} caption */
  clear(caption = "") {
    this.element.classList.add("empty");
    this.element.classList.remove("waits");
    named(this.canvas, "");
    context(this.canvas).clearRect(0, 0, this.canvas.width, this.canvas.height);
    this.caption(caption);
  }
}

/**
 * An image for those who cannot see it; without words it is none.
 *
 * @param {Element} element
 * @param {string} alt
 */
function named(element, alt) {
  if (alt) {
    pictured(element, alt);
  } else {
    element.removeAttribute("role");
    element.removeAttribute("aria-label");
  }
}

const MANY = 64; // bars: gaps between more would leave no room for them

/** A code as bars around zero, orange up and blue down; the highest is its largest number. */
export class Code {
  /** @param {number} size its height, in pixels of a laptop's screen */
  constructor(size) {
    this.element = document.createElement("figure");
    this.element.className = "code empty";
    this.element.style.setProperty("--size", String(size));
    this.bars = document.createElement("div");
    this.bars.className = "bars";
    this.words = document.createElement("figcaption");
    this.element.append(this.bars, this.words);
  }

  /**
   * @param {ArrayLike<number>} code
   * @param {string} words
   * @param {string} alt what the bars are, for those who cannot see them
   */
  show(code, words, alt = words) {
    const { bars } = this;
    while (bars.children.length > code.length) bars.lastChild?.remove();
    while (bars.children.length < code.length) {
      bars.append(document.createElement("i"));
      bars.lastChild?.appendChild(document.createElement("b"));
    }
    const top = Math.max(...Array.from(code, Math.abs)) || 1;
    [...bars.children].forEach((bar, i) => {
      const one = /** @type {HTMLElement} */ (bar.firstChild);
      one.className = code[i] >= 0 ? "up" : "down";
      one.style.height = `${((Math.abs(code[i]) / top) * 50).toFixed(1)}%`;
    });
    named(bars, alt);
    if (this.words.textContent !== words) this.words.textContent = words;
    this.element.classList.remove("empty", "waits");
    this.element.classList.toggle("many", code.length > MANY);
  }

  wait() {
    this.element.classList.add("waits");
  }

  /** @param {string} caption */
  clear(caption) {
    this.bars.replaceChildren();
    named(this.bars, "");
    this.element.classList.add("empty");
    this.element.classList.remove("waits");
    this.words.textContent = caption;
  }
}

/**
 * An arrow to what comes next.
 *
 * @param {string} words on it
 */
export function arrow(words) {
  const element = document.createElement("div");
  element.className = "arrow";
  element.textContent = words;
  return element;
}
