/** What the teacher sees of a question to the class: how far it is, and the buttons that lead it. */
import { button, element } from "./elements.js";
import { keeping } from "./keeping.js";
import { formOf } from "./question.js";
import { Sheet } from "./sheet.js";
import { tell } from "./told.js";

/** @typedef {import("./told.js").Asked} Asked */
/** @typedef {import("./told.js").Counted} Counted */

export class Bar {
  /**
   * @param {HTMLElement} parent
   * @param {Record<string, string>} words
   */
  constructor(parent, words) {
    this.words = words;
    this.sheet = new Sheet(parent, "leading", words);
    this.count = element("b", "");
    this.count.setAttribute("role", "status");
    this.state = element("span", "state");
    this.fault = element("p", "fault");
    this.fault.setAttribute("role", "status");
    this.shut = this.#command("close", words.close);
    this.again = this.#command("again", words.askAgain);
    this.reveal = this.#command("reveal", words.reveal, "main");
    this.stop = this.#command("stop", words.stop);
    this.sheet.head.append(this.count, this.state, this.shut, this.again, this.reveal, this.stop);
    this.foot = element("div", "foot", this.fault, keeping(words));
    this.sheet.body.append(this.foot);
    /** @type {Asked | null} */
    this.asked = null;
    /** @type {Counted | null} */
    this.counted = null;
    this.made = "";
    /** @type {import("./form.js").Form | null} */
    this.form = null;
    this.wrong = "";
    this.lost = false;
  }

  close() {
    this.form?.close();
    this.sheet.close();
  }

  /** @param {Asked} asked */
  show(asked) {
    const { round, question } = asked;
    if (round?.id !== this.asked?.round?.id) {
      this.counted = null;
      this.wrong = "";
    }
    this.asked = asked;
    this.sheet.show(round !== null);
    if (!round) return;
    const made = JSON.stringify(question);
    if (made !== this.made) {
      this.made = made;
      this.form?.close();
      this.form = question && formOf(this.sheet.body, question, this.words, () => {});
      this.sheet.body.append(this.foot);
      this.sheet.foldTo(false);
    }
    this.form?.enable(false);
    this.form?.reveal(asked.revealed, null);
    this.draw();
  }

  /** @param {Counted} counted */
  tally(counted) {
    this.counted = counted;
    this.draw();
  }

  /** Whether the server can be reached. @param {boolean} lost */
  reach(lost) {
    this.lost = lost;
    this.draw();
  }

  draw() {
    const { words, counted, asked } = this;
    const round = asked?.round;
    if (!round) return;
    const answered = counted?.answered ?? 0;
    // who has answered may have left
    const all = Math.max(answered, counted?.present ?? 0);
    this.count.textContent = words.answered
      .replace("{n}", String(answered))
      .replace("{all}", String(all));
    const states = { open: words.open, closed: words.over, revealed: words.shown };
    const turn = round.turn > 1 ? `${words.secondRound} · ` : "";
    this.state.textContent = `${turn}${states[round.state]}`;
    this.shut.hidden = round.state !== "open";
    this.again.hidden = round.turn > 1 || round.state !== "closed";
    this.reveal.hidden = round.state === "revealed";
    this.form?.show(counted?.rounds ?? []);
    this.fault.textContent =
      (this.lost ? words.lost : this.wrong) || asked?.said || counted?.said || "";
  }

  /**
   * A button that says one thing about the round.
   *
   * @param {"close" | "again" | "reveal" | "stop"} what
   * @param {string} words
   * @param {string} name its class
   */
  #command(what, words, name = "") {
    return button(
      words,
      async () => {
        const round = this.asked?.round?.id;
        const wrong = await tell(what, { round }, this.words);
        if (this.asked?.round?.id !== round) return; // a second click, when the first had done it
        this.wrong = wrong;
        this.draw();
      },
      name,
    );
  }
}
