/**
 * What one component tells the others on the page, with every move of the hand.
 *
 * @template T
 * @typedef {Object} Channel
 * @property {(value: T | null) => void} tell null: there is nobody any more who tells
 * @property {(listener: (value: T | null) => void) => () => void} listen from now on, at once to
 *   what was told last; gives what ends that
 */

/**
 * The channel of a name. Streamlit serves each component's modules under addresses of their own, so
 * that this one is there several times: what all of them know is the page's.
 *
 * @template T
 * @param {string} name
 * @returns {Channel<T>}
 */
export function channel(name) {
  /** @type {{ last: T | null, listeners: Set<(value: T | null) => void> }} */
  const page = (/** @type {any} */ (globalThis)[Symbol.for(`explorer-${name}`)] ??= {
    last: null,
    listeners: new Set(),
  });
  return {
    tell(value) {
      page.last = value;
      for (const listener of page.listeners) listener(value);
    },
    listen(listener) {
      page.listeners.add(listener);
      listener(page.last);
      return () => page.listeners.delete(listener);
    },
  };
}
