/**
 * What lies on the pad, told to whoever on the page shows it, with every point of the pen.
 *
 * @typedef {Object} Drawn
 * @property {import("./form.js").Drawing} drawing
 * @property {number} pad its side, in the drawing's units
 * @property {boolean} scan whether it is a digit from a photograph instead
 * @property {number | null} at how many times Python had been told, this one included; null: not yet
 * @typedef {(drawn: Drawn | null) => void} Listener
 */

/**
 * Streamlit serves each component's modules under addresses of their own, so that this one is there
 * several times: what all of them know is the page's.
 *
 * @type {{ drawn: Drawn | null, listeners: Set<Listener> }}
 */
const page = (/** @type {any} */ (globalThis)[Symbol.for("explorer-drawn")] ??= {
  drawn: null,
  listeners: new Set(),
});

/** @param {Drawn | null} drawn null: there is no pad any more */
export function tellAll(drawn) {
  page.drawn = drawn;
  for (const listener of page.listeners) listener(drawn);
}

/**
 * Hear of it from now on, at once of what lies there; gives what ends that.
 *
 * @param {Listener} listener
 */
export function listen(listener) {
  page.listeners.add(listener);
  listener(page.drawn);
  return () => page.listeners.delete(listener);
}
