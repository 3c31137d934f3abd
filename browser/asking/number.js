/** Guess a number, with a slider or by writing it. An answer: that number. */
import { Form } from "./form.js";
import { element } from "./elements.js";

export class Num extends Form {
  /** @param {ConstructorParameters<typeof Form>} given */
  constructor(...given) {
    super(...given);
    const { from, to, unit } = this.question;
    this.slider = this.#input("range");
    this.field = this.#input("number");
    this.field.placeholder = "?";
    this.slider.addEventListener("input", () => this.#from(this.slider));
    // a thumb that already stands where it is wanted is only clicked
    this.slider.addEventListener("click", () => this.#from(this.slider));
    this.field.addEventListener("input", () => this.#typed());
    this.field.addEventListener("change", () => this.#from(this.field));
    this.controls = element("div", "controls", this.slider, element("label", "", this.field, unit));
    this.bins = element("div", "bins");
    this.marks = element("div", "marks");
    const ends = [from, to].map((end) => element("span", "", this.#written(end)));
    this.chart = element("div", "chart", this.bins, this.marks, element("div", "ends", ...ends));
    this.body.append(this.chart, this.controls);
    this.draw();
  }

  /** @param {import("./question.js").Question} question @param {unknown} value */
  static possible({ from, to }, value) {
    return typeof value === "number" && value >= from && value <= to;
  }

  /** @param {"range" | "number"} type */
  #input(type) {
    const { from, to, step } = this.question;
    const input = element("input", "");
    input.type = type;
    [input.min, input.max] = [String(from), String(to)];
    // what is written need not be a step of the slider
    input.step = type === "range" ? String(step) : "any";
    input.setAttribute("aria-label", this.words.mine);
    return input;
  }

  /** While a number is being written it may be none yet, or half of one. */
  #typed() {
    if (!this.open) return;
    const value = this.field.valueAsNumber;
    this.take(Num.possible(this.question, value) ? value : null);
  }

  /** @param {HTMLInputElement} input */
  #from(input) {
    if (!this.open) return;
    const { from, to } = this.question;
    const value = input.valueAsNumber; // NaN where nothing is written
    this.take(Number.isFinite(value) ? Math.min(to, Math.max(from, value)) : null);
    this.field.value = String(this.answer ?? "");
  }

  draw() {
    const { answer, revealed, rounds, question, words } = this;
    const { from, to } = question;
    this.controls.hidden = revealed !== null || (!this.open && answer === null);
    this.controls.classList.toggle("unanswered", answer === null);
    this.slider.value = String(answer ?? (from + to) / 2);
    if (!this.field.matches(":focus")) this.field.value = String(answer ?? "");
    const told = answer === null ? words.unanswered : this.#written(answer);
    this.slider.setAttribute("aria-valuetext", told);

    this.chart.hidden = !revealed && !rounds.length;
    this.bins.hidden = !rounds.length;
    this.bins.replaceChildren(...this.#bars());
    const marks = [];
    if (typeof revealed?.right === "number") {
      const { right, low, high } = revealed;
      if (low !== null && high !== null) {
        const band = element("i", "band");
        band.style.left = `${100 * this.#share(low)}%`;
        band.style.width = `${100 * (this.#share(high) - this.#share(low))}%`;
        marks.push(band);
      }
      marks.push(this.#mark("right", `✓ ${words.happened}: ${this.#written(right, true)}`, right));
    }
    if (revealed && answer !== null) {
      const sign = { true: "✓ ", false: "✗ ", null: "" }[String(revealed.verdict)];
      marks.push(this.#mark("mine", `${sign}${words.mine}: ${told}`, answer));
    }
    this.marks.replaceChildren(...marks);
  }

  /** The histogram of every round, bars of one number beside each other. */
  #bars() {
    const { rounds } = this;
    const shares = rounds.map(({ n, tally }) => tally.map((count) => (n ? count / n : 0)));
    const highest = Math.max(1e-9, ...shares.flat());
    const peaks = shares.map((each) => each.indexOf(Math.max(...each)));
    return shares.flatMap((each, i) => {
      const most = peaks[i];
      // of two rounds each share stands on the side where the other one isn't
      const side = peaks.length < 2 ? "" : (peaks[0] <= peaks[1]) === (i === 0) ? "left" : "right";
      return each.map((share, bin) => {
        const bar = element("i", this.round(i));
        const width = 100 / each.length;
        bar.style.left = `${width * (bin + i / rounds.length)}%`;
        bar.style.width = `calc(${width / rounds.length}% - 2px)`;
        bar.style.height = `${(100 * share) / highest}%`;
        if (bin === most && share) [bar.dataset.share, bar.dataset.side] = [this.percent(share), side];
        const { from, to } = this.question;
        const [low, high] = [bin, bin + 1].map((k) => from + ((to - from) * k) / each.length);
        bar.title = `${this.#written(low)} – ${this.#written(high)}: ${this.percent(share)}`;
        return bar;
      });
    });
  }

  /**
   * A line of its own above the axis, with a stem down to it: labels never lie on each other.
   *
   * @param {string} name @param {string} words @param {number} value
   */
  #mark(name, words, value) {
    const stem = element("i", "stem");
    const label = element("b", `tag ${name}`, words);
    const mark = element("div", `mark ${name}`, stem, label);
    const share = 100 * this.#share(value);
    stem.style.left = label.style.left = `${share}%`;
    label.style.translate = `${-share}%`; // never beyond an end
    return mark;
  }

  /** @param {number} value */
  #share(value) {
    const { from, to } = this.question;
    return Math.min(1, Math.max(0, (value - from) / (to - from)));
  }

  /**
   * With three digits that say something.
   *
   * @param {number} value
   * @param {boolean} all with zeros at the end, as Python's sentence about what is right has them
   */
  #written(value, all = false) {
    const { unit } = this.question;
    const before = value ? Math.floor(Math.log10(Math.abs(value))) + 1 : 3;
    const most = Math.min(8, Math.max(0, 3 - before));
    const digits = { maximumFractionDigits: most, minimumFractionDigits: all ? most : 0 };
    return `${this.number(value, digits)}${unit ? ` ${unit}` : ""}`;
  }
}
