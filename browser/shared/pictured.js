/**
 * Make an element a picture to screen readers, which say these words for it. Before there are any it
 * must be none: a picture without a name is read out as such.
 *
 * @param {Element} element
 * @param {string} words
 */
export function pictured(element, words) {
  element.setAttribute("role", "img");
  element.setAttribute("aria-label", words);
}
