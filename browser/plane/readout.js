/**
 * Beside the plane: the image at the place in large, the place in numbers, and what it looks like.
 */
import { pictured } from "../shared/pictured.js";
import { context, paint } from "../shared/pictures.js";

/** @typedef {import("./facts.js").Facts} Facts */
/** @typedef {import("../shared/view.js").Pair} Pair */

const SPEAK = 500; // ms of rest before the place is read out

export class Readout {
  /**
   * @param {HTMLElement} root
   * @param {{ slide: (axis: number, value: number) => void, end: () => void }} actions of the sliders
   */
  constructor(root, { slide, end }) {
    this.root = root;
    this.digit = /** @type {HTMLCanvasElement} */ (root.querySelector(".now canvas"));
    this.sliders = /** @type {HTMLInputElement[]} */ ([...root.querySelectorAll(".numbers input")]);
    this.outputs = [...root.querySelectorAll(".numbers output")];
    /** @type {ImageData | null} */
    this.image = null;
    this.sliders.forEach((slider, axis) => {
      slider.addEventListener("input", () => slide(axis, Number(slider.value)));
      slider.addEventListener("change", end);
    });
  }

  close() {
    clearTimeout(this.speaking);
  }

  /** @param {string} selector */
  #find(selector) {
    return /** @type {HTMLElement} */ (this.root.querySelector(selector));
  }

  /**
   * The words that stay.
   *
   * @param {Facts} facts
   */
  write(facts) {
    const { language, words } = facts;
    this.facts = facts;
    const digits = (/** @type {number} */ n) => ({
      minimumFractionDigits: n,
      maximumFractionDigits: n,
    });
    this.fixed = new Intl.NumberFormat(language, digits(2));
    this.tenths = new Intl.NumberFormat(language, digits(1));
    // until the first digit is drawn, which says what it looks like
    if (!this.digit.hasAttribute("aria-label")) pictured(this.digit, words.plane);
    this.sliders.forEach((slider, axis) => {
      const name = /** @type {Element} */ (slider.previousElementSibling);
      name.textContent = facts.names[axis];
    });
    const [, height, width] = facts.shape;
    if (this.image?.width !== width || this.image.height !== height) {
      [this.digit.width, this.digit.height] = [width, height]; // which clears it
      this.image = new ImageData(width, height);
    }
  }

  /** @param {Uint8Array} bytes of the image at the place */
  draw(bytes) {
    if (!this.image || !this.facts) return;
    paint(this.image, bytes, 0, this.facts.shape);
    context(this.digit).putImageData(this.image, 0, 0);
  }

  /**
   * Where the sliders stand.
   *
   * @param {Pair} at
   * @param {[number, number]} ends of the axes
   */
  slide(at, [least, most]) {
    this.sliders.forEach((slider, axis) => {
      slider.min = String(least);
      slider.max = String(most);
      slider.value = String(at[axis]);
      const written = this.number(at[axis]);
      this.outputs[axis].textContent = written;
      slider.setAttribute("aria-valuetext", written);
    });
  }

  /**
   * @param {Pair} place
   * @param {import("./real_codes.js").RealCodes | null} real
   * @param {() => void} spoken called when it is read out
   */
  tell([x, y], real, spoken) {
    const { facts } = this;
    if (!facts) return;
    const { words } = facts;
    const label = real?.classAt(x, y) ?? -1;
    const name = facts.classes.find((kind) => kind.label === label)?.name;
    const looks = name === undefined ? "" : words.looks.replace("{name}", name);
    const away = this.tenths?.format(Math.hypot(x, y)) ?? "";
    const distance = words.distance.replace("{distance}", away);
    const guess = real?.isFar(x, y) ? words.guessing : "";
    this.#find(".what").textContent = looks;
    this.#find(".where").textContent = `(${this.number(x)}; ${this.number(y)}), ${distance}`;
    this.#find(".guess").textContent = guess;
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      const parts = [looks, distance, guess].filter(Boolean);
      const said = words.decoded.replace("{what}", parts.join(", "));
      this.#find(".said").textContent = said;
      pictured(this.digit, said);
      spoken();
    }, SPEAK);
  }

  /** @param {number} value */
  number(value) {
    return written(value, this.fixed);
  }
}

/**
 * @param {number} value
 * @param {Intl.NumberFormat | undefined} format
 */
export function written(value, format) {
  return (format?.format(Math.abs(value) < 0.005 ? 0 : value) ?? "").replace("-", "−");
}
