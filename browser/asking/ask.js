/**
 * The button in a lesson by which the teacher asks the class what the step asks.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Facts
 * @property {string} id of the question
 * @property {Record<string, string>} words
 */
import { button, element } from "./elements.js";
import { tell } from "./told.js";
import { framed, mounting } from "../shared/mounting.js";

class Ask {
  /** @param {HTMLElement | ShadowRoot} parent @param {Component} component */
  constructor(parent, { data }) {
    this.facts = /** @type {Facts} */ (data);
    this.root = framed(parent, "ask").root;
    this.said = element("span", "said");
    this.said.setAttribute("role", "status");
    this.button = button("", () => this.ask(), "main");
    this.root.append(this.button, this.said);
  }

  close() {
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data }) {
    if (/** @type {Facts} */ (data).id !== this.facts.id) this.said.textContent = "";
    this.facts = /** @type {Facts} */ (data);
    this.button.textContent = this.facts.words.ask;
  }

  async ask() {
    const { id, words } = this.facts;
    this.said.textContent = await tell("ask", { question: id }, words);
  }
}

export default mounting(Ask);
