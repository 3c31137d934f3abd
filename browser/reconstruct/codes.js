/**
 * The codes of the image that is looked at, one of each coder.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Coded
 * @property {string} caption
 * @property {string} alt what the bars are, for those who cannot see them, with {n}
 * @typedef {Object} Facts packed with ``code0``, ``code1`` … of each coder (pages/reconstruct/picture.py)
 * @property {Coded[]} coders
 * @property {number} picked the image that is looked at, counted from 0
 * @property {number} size of the bars, in pixels of a laptop's screen
 */
import { Code } from "../shared/flow.js";
import { framed, mounting } from "../shared/mounting.js";
import { unpack } from "../shared/tensors.js";
import { looked } from "./looked.js";

class Codes {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.root = framed(parent, "codes").root;
    /** @type {Code[]} */
    this.bars = [];
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {import("../shared/tensors.js").Tensors | null} */
    this.told = null;
    this.deaf = looked.listen((n) => this.#show(n));
  }

  close() {
    this.deaf();
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data }) {
    this.told = unpack(data);
    this.facts = /** @type {Facts} */ (this.told.facts);
    const { coders, size, picked } = this.facts;
    this.bars = coders.map(() => new Code(size));
    this.root.replaceChildren(...this.bars.map(({ element }) => element));
    this.#show(picked);
  }

  /** @param {number | null} n */
  #show(n) {
    if (!this.facts || !this.told) return;
    const { arrays, shapes } = this.told;
    const { coders, picked } = this.facts;
    const at = n ?? picked;
    coders.forEach(({ caption, alt }, i) => {
      const [many, size] = shapes[`code${i}`];
      if (at >= many) return; // other images are on their way
      const code = arrays[`code${i}`].subarray(at * size, (at + 1) * size);
      this.bars[i].show(code, caption, alt.replace("{n}", String(at + 1)));
    });
  }
}

export default mounting(Codes);
