/**
 * A sentence that screen readers read aloud whenever it changes.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {string} Facts the sentence
 */

/** @param {Component} component */
export default function live({ parentElement, data }) {
  const said = /** @type {Facts} */ (data);
  let sentence = parentElement.querySelector("p");
  if (!sentence) {
    sentence = document.createElement("p");
    sentence.setAttribute("aria-live", "polite");
    parentElement.append(sentence);
  }
  if (sentence.textContent !== said) sentence.textContent = said;
}
