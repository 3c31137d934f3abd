/**
 * Opens an address when Python says so: the view of a lesson's next step.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 *
 * @typedef {Object} Facts
 * @property {string} address "/plane?…"; "" as long as none is to be opened
 * @property {number} nth how many have been wanted: the same may be wanted again
 */
import { open } from "../shared/opening.js";

// ours lie below the server's own address: with a base path, too
const SERVER = import.meta.url.split("/_stcore/")[0];

// what may have been scrolled to the end of the step before
const SCROLLED = '.st-key-lesson, [data-testid="stMain"]';

let last = 0;

/** @param {Component} component */
export default function opening({ data }) {
  const { address, nth } = /** @type {Facts} */ (data);
  if (nth === last) return;
  last = nth; // also of a server that was started anew, and counts anew
  if (!address) return;
  for (const each of document.querySelectorAll(SCROLLED)) each.scrollTo(0, 0);
  void open(address, SERVER);
}
