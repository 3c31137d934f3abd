/**
 * What all forms of question share. Each draws the question, the visitor's answer, what is right and
 * what the class has answered, in whatever combination of these it has been told.
 *
 * @typedef {import("./question.js").Question} Question
 * @typedef {import("./question.js").Revealed} Revealed
 * @typedef {import("./question.js").Round} Round
 */
import { element } from "./elements.js";

export class Form {
  /**
   * @param {HTMLElement} parent
   * @param {Question} question
   * @param {Record<string, string>} words
   * @param {(answer: any) => void} onAnswer
   */
  constructor(parent, question, words, onAnswer) {
    this.question = question;
    this.words = words;
    this.onAnswer = onAnswer;
    /** @type {any} the visitor's, of the form that this question has; null: none yet */
    this.answer = null;
    /** @type {Revealed | null} */
    this.revealed = null;
    /** @type {Round[]} the first and, if the class was asked again, the second */
    this.rounds = [];

    const ask = element("legend", "ask", question.ask);
    this.body = element("div", "body");
    this.legend = element("p", "rounds");
    this.told = element("div", "told");
    this.told.setAttribute("aria-live", "polite");
    this.root = element("fieldset", `asked ${question.form}`, ask, this.body, this.legend, this.told);
    parent.append(this.root);
  }

  /**
   * Whether a value can be an answer to this question.
   *
   * @param {Question} question
   * @param {unknown} value
   */
  static possible(question, value) {
    return false;
  }

  /** Show an answer as the visitor's. @param {any} answer or null */
  set(answer) {
    this.answer = answer;
    this.draw();
  }

  /**
   * Show what is right beside an answer; null: back to asking.
   *
   * @param {Revealed | null} revealed
   * @param {any} answer the visitor's, or null
   */
  reveal(revealed, answer) {
    this.revealed = revealed;
    this.answer = answer;
    this.root.classList.toggle("revealed", revealed !== null);
    this.told.replaceChildren(...(revealed ? this.#verdict(revealed) : []));
    this.draw();
  }

  /** Show what the class has answered. @param {Round[] | null} rounds */
  show(rounds) {
    this.rounds = rounds ?? [];
    const { words } = this;
    const told = this.rounds.length > 1 ? [words.first, words.second] : [words.answers];
    this.legend.replaceChildren(
      ...this.rounds.map(({ n }, i) =>
        element("span", this.round(i), told[i].replace("{n}", this.number(n))),
      ),
    );
    this.draw();
  }

  /** Whether it can be answered. @param {boolean} on */
  enable(on) {
    this.root.disabled = !on;
    this.draw();
  }

  close() {
    this.root.remove();
  }

  /** Everything anew; each form its own way. */
  draw() {}

  /** The visitor has chosen. @param {any} answer */
  take(answer) {
    this.set(answer);
    this.onAnswer(answer);
  }

  /** Whether it is being answered. */
  get open() {
    return !this.root.disabled && !this.revealed;
  }

  /** The class of what belongs to a round: the last one is filled, the one before hatched. @param {number} i */
  round(i) {
    return i === this.rounds.length - 1 ? "round last" : "round before";
  }

  /**
   * A number as people write it, in the language of the words.
   *
   * @param {number} value
   * @param {Intl.NumberFormatOptions} options
   */
  number(value, options = {}) {
    return value.toLocaleString(this.words.language, options);
  }

  /** A share 0…1 in per cent. @param {number} value */
  percent(value) {
    return this.number(value, { style: "percent", maximumFractionDigits: 0 });
  }

  /** @param {Revealed} revealed */
  #verdict({ verdict, said, images }) {
    const { words } = this;
    const found = [];
    if (said || verdict !== null) {
      const line = element("p", "verdict");
      if (verdict !== null) {
        line.classList.add(verdict ? "right" : "wrong");
        line.append(element("b", "", `${verdict ? "✓" : "✗"} ${verdict ? words.right : words.wrong}`));
      }
      line.append(element("span", "", said));
      found.push(line);
    }
    if (images.length) {
      const figures = images.map(({ src, alt, words: below }) => {
        const image = document.createElement("img");
        Object.assign(image, { src, alt });
        return element("figure", "", image, element("figcaption", "", below));
      });
      found.push(element("div", "images", ...figures));
    }
    return found;
  }
}
