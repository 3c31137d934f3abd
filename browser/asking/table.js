/**
 * What is kept of the class, beside the teacher's key: also when no question is on the screens.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Facts
 * @property {Record<string, string>} words
 */
import { keeping } from "./keeping.js";
import { mounting } from "../shared/mounting.js";

class Table {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.parent = parent;
    this.made = "";
    /** @type {HTMLElement | null} */
    this.root = null;
  }

  close() {
    this.root?.remove();
  }

  /** @param {Component} component */
  update({ data }) {
    const made = JSON.stringify(data);
    if (made === this.made) return; // what has been said stays
    this.made = made;
    this.close();
    this.root = keeping(/** @type {Facts} */ (data).words);
    this.parent.append(this.root);
  }
}

export default mounting(Table);
