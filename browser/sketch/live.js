/**
 * A sentence that screen readers read aloud whenever it changes.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 */

/** @param {Component} component */
export default function live({ parentElement, data }) {
  let sentence = parentElement.querySelector("p");
  if (!sentence) {
    sentence = document.createElement("p");
    sentence.setAttribute("aria-live", "polite");
    parentElement.append(sentence);
  }
  if (sentence.textContent !== data) sentence.textContent = data;
}
