/**
 * A step's question in a lesson: it is answered first, and what is right comes after.
 *
 * Answers stay in the browser. Python is told of the one to the question that stands here, as
 * "answer" ({ id, value }, or null when it is taken back), and says what is right. Where no question
 * stands, as beside a list of chapters, it is told in "progress" which ones are answered, and all of
 * them can be forgotten: the next pupil at this computer begins anew.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {import("./question.js").Answer} Answer
 * @typedef {import("./question.js").Question} Question
 * @typedef {import("./question.js").Revealed} Revealed
 * @typedef {Object} Facts
 * @property {Question | null} question
 * @property {Revealed | null} revealed once Python knows the answer
 * @property {string} keep the name under which the browser keeps the answers
 * @property {Record<string, string>} words
 */
import { button, element } from "./elements.js";
import { Kept } from "./kept.js";
import { formOf, possible } from "./question.js";
import { framed, mounting } from "../shared/mounting.js";

const PANEL = ".st-key-lesson"; // it scrolls by itself where it stands beside its screen
const WORDS = 600; // ms until the words are there that follow an answer

class Step {
  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {Component} component
   */
  constructor(parent, { data }) {
    this.facts = /** @type {Facts} */ (data);
    this.root = framed(parent, "step").root;
    this.kept = new Kept(this.facts.keep);
    this.made = ""; // the question that stands here, as Python told it
    /** @type {{ id: string, value: Answer } | null} what Python was told last */
    this.told = null;
    this.progress = "[]"; // likewise, as JSON
    /** @type {Answer | null} not yet given */
    this.draft = null;
    /** @type {import("./form.js").Form | null} */
    this.form = null;
    this.done = button("", () => this.give(), "main");
    this.again = button("", () => this.takeBack());
    this.buttons = element("div", "buttons", this.done, this.again);
    this.forget = button("", () => this.forgetAll(), "quiet");
    /** @type {Record<string, unknown> | null} what has just been forgotten */
    this.forgotten = null;
    /** @type {(name: string, value: unknown) => void} */
    this.setStateValue = () => {};
  }

  close() {
    this.form?.close();
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data, setStateValue }) {
    this.facts = /** @type {Facts} */ (data);
    this.setStateValue = setStateValue;
    const { question, words } = this.facts;
    const made = JSON.stringify([question, words]);
    if (made !== this.made) {
      this.made = made;
      this.build();
    }
    this.tell();
    this.show();
  }

  /** The question anew. */
  build() {
    const { question, words } = this.facts;
    this.form?.close();
    this.form = null;
    this.done.textContent = words.done;
    this.again.textContent = words.again;
    this.buttons.remove();
    this.forget.remove();
    if (!question) {
      this.root.append(this.forget);
      return;
    }
    this.form = formOf(this.root, question, words, (answer) => {
      this.draft = answer;
      this.show();
    });
    this.draft = this.form.answer;
    this.root.append(this.buttons);
  }

  /** What has been answered, null: nothing yet, or what an older question of this id was. */
  get given() {
    const { question } = this.facts;
    const found = question ? this.kept.of(question.id) : null;
    return question && possible(question, found) ? /** @type {Answer} */ (found) : null;
  }

  give() {
    const { question } = this.facts;
    if (!question || this.draft === null) return;
    this.kept.keep(question.id, this.draft);
    this.tell();
    this.show();
    this.again.focus({ preventScroll: true });
    // the words below an answer come in the same run of Python, a moment after what is right
    setTimeout(() => this.#centre(), WORDS);
  }

  /** In a step beside its screen: half of what is right in sight, and the beginning of why. */
  #centre() {
    const panel = document.querySelector(PANEL);
    const [room, here] = [panel, this.buttons].map((each) => each?.getBoundingClientRect());
    if (panel && room && here) panel.scrollBy(0, here.top - room.top - room.height / 2);
  }

  takeBack() {
    const { question } = this.facts;
    if (!question) return;
    this.draft = this.given;
    this.kept.keep(question.id, null);
    this.facts = { ...this.facts, revealed: null }; // it is of the answer before
    this.tell();
    this.form?.reveal(null, this.draft);
    this.show();
  }

  /** All answers, or bring them back. */
  forgetAll() {
    const { forgotten } = this;
    this.forgotten = forgotten ? null : this.kept.answers;
    this.kept.replace(forgotten ?? {});
    this.tell();
    this.show();
  }

  /** Python is told what it doesn't know yet; each time costs a run of the page. */
  tell() {
    const { question, revealed } = this.facts;
    const { given, told } = this;
    if (!question) {
      const progress = JSON.stringify(this.kept.ids);
      if (progress !== this.progress) this.setStateValue("progress", this.kept.ids);
      this.progress = progress;
      return;
    }
    const answer = given === null ? null : { id: question.id, value: given };
    const known = told?.id === question.id ? told : null; // another's means none to this one
    // what is revealed without an answer, Python knows from before it was forgotten in another tab
    const stale = answer === null && revealed !== null;
    if (JSON.stringify(answer) === JSON.stringify(known) && !stale) return;
    this.told = answer;
    this.setStateValue("answer", answer);
  }

  show() {
    const { form, given } = this;
    const { forget, forgotten, kept } = this;
    forget.textContent = forgotten ? this.facts.words.bringBack : this.facts.words.forget;
    forget.hidden = !forgotten && !kept.ids.length;
    if (!form) return;
    const { revealed } = this.facts;
    if (given !== null) form.reveal(revealed, given);
    form.enable(given === null);
    this.done.hidden = given !== null;
    this.done.disabled = this.draft === null;
    this.again.hidden = given === null;
  }
}

export default mounting(Step);
