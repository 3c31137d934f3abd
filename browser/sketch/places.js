/**
 * Many points in the plane as a small picture, and a place among them: pages/sketch/places.py.
 *
 * @typedef {Object} Backdrop
 * @property {string} title
 * @property {string} source of the picture
 * @property {string} names of its islands, as HTML
 * @property {[number, number]} low the lower left corner
 * @property {number} span of the sides
 */

const EDGE = 0.02; // of a side: where what lies outside is marked

export class Places {
  /** @param {HTMLElement} parent */
  constructor(parent) {
    parent.innerHTML = `<p></p><div class="places"><img decoding="sync"><div class="names" aria-hidden="true"></div>
      <div class="marks" aria-hidden="true"></div></div>`;
    const find = (/** @type {string} */ selector) => /** @type {HTMLElement} */ (parent.querySelector(selector));
    this.title = find("p");
    this.image = /** @type {HTMLImageElement} */ (find("img"));
    this.names = find(".names");
    this.marks = find(".marks");
    /** @type {Backdrop | null} */
    this.backdrop = null;
  }

  /** @param {Backdrop} backdrop */
  frame(backdrop) {
    if (backdrop.source !== this.backdrop?.source) this.image.src = backdrop.source;
    this.backdrop = backdrop;
    this.title.textContent = this.image.alt = backdrop.title;
    this.names.innerHTML = backdrop.names;
  }

  /** A ring at a place, dots around it. @param {import("./seeing.js").Marks | null} marks */
  mark(marks) {
    const all = marks ? [...marks.around, marks.at] : [];
    while (this.marks.children.length > all.length) this.marks.lastChild?.remove();
    while (this.marks.children.length < all.length) this.marks.append(document.createElement("i"));
    all.forEach(([x, y], n) => {
      const { low, span } = /** @type {Backdrop} */ (this.backdrop);
      const share = (/** @type {number} */ at, /** @type {number} */ from) =>
        Math.min(1 - EDGE, Math.max(EDGE, (at - from) / span));
      const mark = /** @type {HTMLElement} */ (this.marks.children[n]);
      mark.className = n === all.length - 1 ? "place" : "";
      mark.style.left = `${100 * share(x, low[0])}%`;
      mark.style.top = `${100 * (1 - share(y, low[1]))}%`;
    });
  }
}
