/**
 * Put options in order, by dragging, with buttons or with the arrow keys. An answer: the places of
 * the options as they are shown, in the order chosen.
 */
import { Form } from "./form.js";
import { button, element } from "./elements.js";
import { isPlaces } from "./choose.js";

/**
 * @typedef {Object} Row
 * @property {HTMLLIElement} row
 * @property {HTMLElement} grip
 * @property {HTMLButtonElement[]} moves up and down
 * @property {HTMLElement} marks
 * @property {HTMLElement} spreads
 */

export class Order extends Form {
  /** @param {ConstructorParameters<typeof Form>} given */
  constructor(...given) {
    super(...given);
    const { question } = this;
    /** @type {Row[]} in the order of the options */
    this.rows = question.options.map((option, place) => this.#row(option, place));
    this.list = element("ol", "ordered", ...this.rows.map(({ row }) => row));
    this.said = element("p", "unseen");
    this.said.setAttribute("aria-live", "polite");
    if (question.by) this.body.append(element("p", "hint", question.by));
    this.body.append(this.list, this.said);
    /** @type {number | null} the option that is dragged */
    this.dragged = null;
    this.list.addEventListener("pointermove", (event) => this.#drag(event));
    for (const name of ["pointerup", "pointercancel"]) {
      this.list.addEventListener(name, () => this.#drop());
    }
    this.set(null);
  }

  /** @param {import("./question.js").Question} question @param {unknown} value */
  static possible({ options }, value) {
    return isPlaces(value, options.length) && value.length === options.length;
  }

  /** The order shown is an answer from the beginning. @param {number[] | null} answer */
  set(answer) {
    super.set(answer ?? this.#asShown());
  }

  /** @param {import("./question.js").Revealed | null} revealed @param {number[] | null} answer */
  reveal(revealed, answer) {
    super.reveal(revealed, revealed ? answer : (answer ?? this.#asShown()));
  }

  #asShown() {
    return this.question.options.map((_, place) => place);
  }

  draw() {
    const { words, revealed, rounds } = this;
    /** @type {number[] | null} */
    const mine = this.answer;
    const right = /** @type {number[] | null} */ (revealed?.right ?? null);
    const shown = right ?? mine ?? this.#asShown();
    this.#stand(shown);
    const highest = Math.max(...rounds.flatMap(({ n, tally }) => tally.flat().map((count) => count / (n || 1))));
    this.rows.forEach(({ row, grip, moves, marks, spreads }, place) => {
      const at = shown.indexOf(place);
      grip.hidden = !this.open;
      moves.forEach((each, i) => {
        each.hidden = !this.open;
        // disabled, it would lose the focus at the end of its way
        each.setAttribute("aria-disabled", String(at === (i ? shown.length - 1 : 0)));
      });
      row.classList.toggle("dragged", this.dragged === place);
      const found = [];
      if (revealed?.values[place]) found.push(element("span", "value", revealed.values[place]));
      if (revealed && mine) {
        const own = mine.indexOf(place);
        // options that are equal may stand either way
        const same = right !== null && (revealed.verdict || own === at);
        const sign = right === null ? "" : same ? "✓ " : "✗ ";
        const name = right === null ? "" : same ? "right" : "wrong";
        found.push(element("b", `tag ${name}`, `${sign}${words.mine}: ${own + 1}`));
      }
      marks.replaceChildren(...found);
      spreads.replaceChildren(
        ...rounds.map((_, i) => this.#spread(i, place, right?.indexOf(place), highest)),
      );
    });
  }

  /** Let the rows stand in this order, the one with the focus keeping it. @param {number[]} order */
  #stand(order) {
    const wanted = order.map((place) => this.rows[place].row);
    if (wanted.every((row, i) => row === this.list.children[i])) return;
    const root = /** @type {Document | ShadowRoot} */ (this.list.getRootNode());
    const focused = this.list.contains(root.activeElement) ? root.activeElement : null;
    this.list.replaceChildren(...wanted);
    /** @type {HTMLElement | null} */ (focused)?.focus({ preventScroll: true });
  }

  /** @param {string} option @param {number} place @returns {Row} */
  #row(option, place) {
    const { words } = this;
    const moves = [-1, 1].map((by) => {
      const made = button(by < 0 ? "↑" : "↓", () => this.#move(place, by));
      made.setAttribute("aria-label", (by < 0 ? words.up : words.down).replace("{option}", option));
      return made;
    });
    const grip = element("span", "grip", "⠿");
    grip.ariaHidden = "true";
    const marks = element("span", "marks");
    const spreads = element("div", "spreads");
    const row = element("li", "option", grip, element("span", "words", option), spreads, marks, ...moves);
    row.addEventListener("keydown", (event) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by || !this.open) return;
      event.preventDefault(); // or the page would scroll
      event.stopPropagation();
      this.#move(place, by);
    });
    row.addEventListener("pointerdown", (event) => this.#lift(event, place));
    return { row, grip, moves, marks, spreads };
  }

  /** @param {number} place of an option @param {number} by how far up (-) or down */
  #move(place, by) {
    const order = [...this.answer];
    const from = order.indexOf(place);
    const to = Math.min(order.length - 1, Math.max(0, from + by));
    if (!this.open || to === from) return;
    order.splice(to, 0, ...order.splice(from, 1));
    this.take(order);
    this.said.textContent = this.words.place
      .replace("{option}", this.question.options[place])
      .replace("{place}", String(to + 1))
      .replace("{n}", String(order.length));
  }

  /** @param {PointerEvent} event @param {number} place */
  #lift(event, place) {
    const on = /** @type {Element} */ (event.target);
    if (!this.open || event.button !== 0 || on.closest("button")) return;
    // a finger on the words may want to scroll the page
    if (event.pointerType === "touch" && !on.closest(".grip")) return;
    event.preventDefault(); // nor is text selected
    this.dragged = place;
    this.list.setPointerCapture(event.pointerId); // rows change their places, the list doesn't
    this.draw();
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    if (this.dragged === null) return;
    const { dragged } = this;
    const from = this.answer.indexOf(dragged);
    const middles = this.answer.map((/** @type {number} */ place) => {
      const { top, height } = this.rows[place].row.getBoundingClientRect();
      return top + height / 2;
    });
    // as far as the pointer has passed the middles of others
    const above = middles.findIndex((/** @type {number} */ y, /** @type {number} */ i) => i < from && event.clientY < y);
    const below = middles.findLastIndex((/** @type {number} */ y, /** @type {number} */ i) => i > from && event.clientY > y);
    if (above >= 0) this.#move(dragged, above - from);
    else if (below >= 0) this.#move(dragged, below - from);
  }

  #drop() {
    this.dragged = null;
    this.draw();
  }

  /**
   * How often a class has put an option first, second, …
   *
   * @param {number} i round
   * @param {number} place of the option
   * @param {number | undefined} right its right place
   * @param {number} most share of all, as high as there is room
   */
  #spread(i, place, right, most) {
    const { n, tally } = this.rounds[i];
    /** @type {number[]} */
    const shares = tally[place].map((/** @type {number} */ count) => (n ? count / n : 0));
    const highest = Math.max(...shares);
    const columns = shares.map((share, at) => {
      const bar = element("i", "");
      bar.style.height = `${(100 * share) / (most || 1)}%`;
      return element("span", at === right ? "column right" : "column", bar, String(at + 1));
    });
    const often = this.words.often
      .replace("{place}", String(shares.indexOf(highest) + 1))
      .replace("{share}", this.percent(highest));
    return element("div", `spread ${this.round(i)}`, ...columns, element("span", "", n ? often : ""));
  }
}
