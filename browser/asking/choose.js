/** Choose one option, or several. An answer: the places of the chosen ones, from 0. */
import { Form } from "./form.js";
import { element } from "./elements.js";

/** @typedef {import("./question.js").Question} Question */
/** @typedef {{ row: HTMLLabelElement, input: HTMLInputElement, marks: HTMLElement, bars: HTMLElement }} Option */

/**
 * Whether these are places of ``n`` options, none twice.
 *
 * @param {unknown} value
 * @param {number} n
 * @returns {value is number[]}
 */
export function isPlaces(value, n) {
  return (
    Array.isArray(value) &&
    value.every((each) => Number.isInteger(each) && each >= 0 && each < n) &&
    new Set(value).size === value.length
  );
}

export class Choose extends Form {
  /** @param {ConstructorParameters<typeof Form>} given */
  constructor(...given) {
    super(...given);
    const { question, words } = this;
    /** @type {Option[]} */
    this.options = question.options.map((option) => {
      const input = element("input", "");
      input.type = question.several ? "checkbox" : "radio";
      input.name = question.id;
      input.addEventListener("change", () => this.take(this.#chosen()));
      const marks = element("span", "marks");
      const bars = element("span", "bars");
      const row = element("label", "option", input, element("span", "words", option), marks, bars);
      return { row, input, marks, bars };
    });
    if (question.several) this.body.append(element("p", "hint", words.several));
    this.body.append(element("div", "options", ...this.options.map(({ row }) => row)));
    this.draw();
  }

  /** @param {Question} question @param {unknown} value */
  static possible({ options, several }, value) {
    return isPlaces(value, options.length) && value.length > 0 && (several || value.length === 1);
  }

  #chosen() {
    const places = this.options.map(({ input }, place) => (input.checked ? place : -1));
    const found = places.filter((place) => place >= 0);
    return found.length ? found : null;
  }

  draw() {
    /** @type {number[]} */
    const chosen = this.answer ?? [];
    const right = /** @type {number[]} */ (this.revealed?.right ?? []);
    this.options.forEach(({ row, input, marks, bars }, place) => {
      const [mine, isRight] = [chosen.includes(place), right.includes(place)];
      input.checked = mine;
      input.disabled = this.revealed !== null;
      row.classList.toggle("chosen", mine);
      row.classList.toggle("right", isRight);
      row.classList.toggle("wrong", this.revealed?.right != null && mine && !isRight);
      marks.replaceChildren(...this.#marks(place, mine, isRight));
      bars.replaceChildren(...this.rounds.map((_, i) => this.#bar(i, place)));
    });
  }

  /** @param {number} place @param {boolean} mine @param {boolean} isRight */
  #marks(place, mine, isRight) {
    const { words, revealed } = this;
    if (!revealed) return [];
    const found = [];
    const value = revealed.values[place];
    if (value) found.push(element("span", "value", value));
    const known = revealed.right !== null;
    const sign = !known ? "" : isRight ? "✓ " : "✗ ";
    const name = !known ? "" : isRight ? " right" : " wrong";
    if (mine) found.push(element("b", `tag mine${name}`, `${sign}${words.mine}`));
    else if (isRight) found.push(element("b", "tag right", `${sign}${words.correct}`));
    return found;
  }

  /** @param {number} i round @param {number} place of the option */
  #bar(i, place) {
    const { n, tally } = this.rounds[i];
    const count = tally[place] ?? 0;
    const share = n ? count / n : 0;
    const filled = element("i", "");
    filled.style.width = `${100 * share}%`;
    const written = `${this.percent(share)} (${this.number(count)})`;
    return element("span", `bar ${this.round(i)}`, element("span", "track", filled), written);
  }
}
