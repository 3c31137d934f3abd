/**
 * The teacher's button that lets the class follow, from where this page is now.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 *
 * @typedef {Object} Facts
 * @property {Record<string, string>} words
 */
import { button, element } from "./elements.js";
import { here } from "./follow.js";
import { tell } from "./told.js";
import { framed, mounting } from "../shared/mounting.js";

class Lead {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.root = framed(parent, "lead").root;
  }

  close() {
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data }) {
    const { words } = /** @type {Facts} */ (data);
    const said = element("p", "");
    said.setAttribute("role", "status");
    const lead = async () => {
      said.textContent = await tell("here", { address: here() }, words);
    };
    this.root.replaceChildren(button(words.lead, lead), said);
  }
}

export default mounting(Lead);
