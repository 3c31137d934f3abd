/**
 * Pixels of the page and of the screen: presenter mode enlarges all of a page by CSS `zoom`, and
 * what lies in it measures in pixels of its own.
 */

/**
 * How many of the window's pixels one of the element's own is.
 *
 * @param {Element} element
 */
const enlarged = (element) => element.currentCSSZoom ?? 1; // no browser before 2024 knows it

/**
 * How many dots of the screen one of the element's own pixels is.
 *
 * @param {Element} element
 */
export const density = (element) => (window.devicePixelRatio || 1) * enlarged(element);

/**
 * An element's place in the window and its size, in its own pixels.
 *
 * @param {Element} element
 */
export function boxOf(element) {
  const { left, top, width, height } = element.getBoundingClientRect();
  const by = enlarged(element);
  return { left: left / by, top: top / by, width: width / by, height: height / by };
}

/**
 * Where a pointer is, from the element's upper left corner, in its own pixels.
 *
 * @param {Element} element
 * @param {{ clientX: number, clientY: number }} event
 * @returns {[number, number]}
 */
export function pointerIn(element, { clientX, clientY }) {
  const { left, top } = element.getBoundingClientRect();
  const by = enlarged(element);
  return [(clientX - left) / by, (clientY - top) / by];
}
