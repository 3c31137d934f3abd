/**
 * A component that tests add: as many strokes as it is told.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 */

/** @param {Component} component */
export default function toycounter({ parentElement, data }) {
  let strokes = parentElement.querySelector("p");
  if (!strokes) {
    strokes = document.createElement("p");
    parentElement.append(strokes);
  }
  strokes.textContent = "|".repeat(data);
}
