/** Buttons and lists of the time machine. */
import { pictured } from "../shared/pictured.js";

export const ICONS = {
  play: "M6 4v16l14-8z",
  pause: "M5 4h5v16H5zM14 4h5v16h-5z",
  back: "M6 4h3v16H6zM20 4v16L9 12z",
  next: "M15 4h3v16h-3zM4 4v16l11-8z",
};

/**
 * @param {Element} element
 * @param {string} words
 */
export function label(element, words) {
  if (element.getAttribute("aria-label") === words) return;
  if (element instanceof HTMLCanvasElement) pictured(element, words);
  else element.setAttribute("aria-label", words);
  if (element instanceof HTMLButtonElement) element.title = words;
}

/**
 * @param {Element} button
 * @param {string} path
 */
export function icon(button, path) {
  button.innerHTML = `<svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg>`;
}

/**
 * Fill a list, keeping what is chosen.
 *
 * @param {HTMLSelectElement} list
 * @param {string[][]} wanted values and their words
 * @param {string} usual
 */
export function options(list, wanted, usual) {
  const now = [...list.options].map(({ value, text }) => [value, text]);
  if (JSON.stringify(now) === JSON.stringify(wanted)) return;
  const first = wanted.findIndex(([value]) => value === usual);
  const chosen = list.options.length ? list.selectedIndex : first;
  list.replaceChildren(...wanted.map(([value, text]) => new Option(text, value)));
  list.selectedIndex = chosen;
}
