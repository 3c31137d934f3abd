/** What a visitor sees of a question to the class: it is answered, closed, revealed. */
import { button, element } from "./elements.js";
import { formOf } from "./question.js";
import { Sheet } from "./sheet.js";
import { tell } from "./told.js";

/** @typedef {import("./told.js").Asked} Asked */
/** @typedef {import("./told.js").Answer} Answer */

export class Panel {
  /**
   * @param {HTMLElement} parent
   * @param {Record<string, string>} words
   */
  constructor(parent, words) {
    this.words = words;
    this.sheet = new Sheet(parent, "panel", words);
    this.title = element("b", "");
    this.state = element("p", "state");
    this.state.setAttribute("role", "status");
    this.send = button(words.send, () => this.answer(), "main");
    this.foot = element("div", "foot", this.send, this.state);
    this.sheet.head.append(this.title);
    /** @type {Asked | null} */
    this.asked = null;
    this.made = ""; // the question that stands here
    /** @type {import("./form.js").Form | null} */
    this.form = null;
    /** @type {Answer | null} */
    this.draft = null;
    /** @type {Answer | null} what the server has */
    this.sent = null;
    this.fault = "";
    this.lost = false;
    this.sending = false;
  }

  close() {
    this.form?.close();
    this.sheet.close();
  }

  /** @param {Asked} asked */
  show(asked) {
    const { round, question } = asked;
    const another = round?.id !== this.asked?.round?.id;
    this.asked = asked;
    this.sheet.show(round !== null);
    if (!round) return;
    if (another) {
      [this.draft, this.sent, this.fault] = [null, null, ""];
      this.sheet.foldTo(false);
    }
    // what was sent last may be on its way while an older one comes back
    if (!this.sending) this.sent = asked.answer;
    this.draft ??= this.sent;
    if (asked.said) this.fault = asked.said;
    this.build(JSON.stringify([round.id, question]));
    if (this.form && round.state === "revealed") {
      this.form.reveal(asked.revealed, this.sent);
      this.form.show(asked.rounds);
    }
    this.draw();
  }

  /** The question's form, anew where it is another one. @param {string} made */
  build(made) {
    if (made === this.made) return;
    this.made = made;
    this.form?.close();
    this.form = null;
    const question = this.asked?.question;
    if (!question) {
      this.sheet.body.replaceChildren(this.foot);
      return;
    }
    this.form = formOf(this.sheet.body, question, this.words, (answer) => {
      this.draft = answer;
      this.fault = "";
      this.draw();
    });
    if (this.draft !== null) this.form.set(this.draft);
    else this.draft = this.form.answer; // the order shown is an answer from the beginning
    this.sheet.body.append(this.foot);
  }

  async answer() {
    const round = this.asked?.round;
    if (!round || this.draft === null) return;
    const answer = this.draft;
    this.sending = true;
    this.draw();
    // a question may be about the visitor's own drawing, which every address has
    const drawing = new URLSearchParams(location.search).get("drawing") ?? "";
    const fault = await tell("answer", { round: round.id, answer, drawing }, this.words);
    this.sending = false;
    if (this.asked?.round?.id !== round.id) return; // another one is asked by now
    this.fault = fault;
    if (!fault) this.sent = answer;
    this.draw();
  }

  /** Whether the server can be reached. @param {boolean} lost */
  reach(lost) {
    this.lost = lost;
    this.draw();
  }

  draw() {
    const { words, draft, sent, form } = this;
    const round = this.asked?.round;
    if (!round) return;
    const open = round.state === "open";
    const changed = JSON.stringify(draft) !== JSON.stringify(sent);
    this.title.textContent = round.turn > 1 ? words.askedAgain : words.asked;
    if (form && !open && changed && round.state === "closed") form.set(sent);
    form?.enable(open);
    this.send.hidden = !open || !form;
    this.send.disabled = draft === null || !changed || this.sending;
    this.send.textContent = sent === null ? words.send : words.change;
    this.state.classList.toggle("fault", this.lost || this.fault !== "");
    this.state.textContent = this.lost ? words.lost : this.fault || this.#state(open, changed);
  }

  /** @param {boolean} open @param {boolean} changed */
  #state(open, changed) {
    const { words, sent } = this;
    if (open && sent === null) return words.unsent;
    if (open) return changed ? words.changed : words.sent;
    if (this.asked?.round?.state === "closed") return sent === null ? words.missed : words.closed;
    return "";
  }
}
