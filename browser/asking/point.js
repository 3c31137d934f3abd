/** Point to a place on a picture, by clicking or with the arrow keys. An answer: [x, y]. */
import { Form } from "./form.js";
import { element } from "./elements.js";

/** @typedef {import("./question.js").Pair} Pair */
/** @typedef {import("./question.js").Question} Question */
/** @typedef {import("./question.js").Picture} Picture */

const STEP = 0.02; // of the picture's side, for an arrow key; with Shift a fifth of it
const EDGE = 0.15; // of the picture's height: words above a place that is higher lie outside
const SVG = "http://www.w3.org/2000/svg";

export class Point extends Form {
  /** @param {ConstructorParameters<typeof Form>} given */
  constructor(...given) {
    super(...given);
    const { question, words } = this;
    const picture = /** @type {Picture} */ (question.picture);
    const [left, lower, right, upper] = picture.box;
    this.box = picture.box;
    const image = element("img", "");
    Object.assign(image, { src: picture.src, alt: "", draggable: false });
    this.over = document.createElementNS(SVG, "svg");
    this.over.setAttribute("aria-hidden", "true");
    this.labels = element("div", "labels");
    this.pane = element("div", "pane", image, this.labels);
    this.pane.insertBefore(this.over, this.labels);
    this.pane.style.setProperty("--aspect", String(Math.abs((right - left) / (upper - lower))));
    this.pane.setAttribute("role", "application");
    this.pane.setAttribute("aria-label", `${question.ask} ${words.pointKeys}`);
    this.said = element("p", "unseen");
    this.said.setAttribute("aria-live", "polite");
    this.hint = element("p", "hint", words.pointKeys);
    const [across, up] = picture.names.map((name) => element("span", "", name));
    across.className = "across";
    up.className = "up";
    this.frame = element("div", "frame", up, this.pane, across);
    this.body.append(this.hint, this.frame, this.said);
    this.pane.addEventListener("pointerdown", (event) => this.#down(event));
    this.pane.addEventListener("pointermove", (event) => {
      if (event.buttons & 1 && this.pane.hasPointerCapture(event.pointerId)) this.#to(event);
    });
    this.pane.addEventListener("keydown", (event) => this.#press(event));
    this.draw();
  }

  /** @param {Question} _ @param {unknown} value */
  static possible(_, value) {
    return Array.isArray(value) && value.length === 2 && value.every(Number.isFinite);
  }

  draw() {
    const { answer, revealed, rounds, words } = this;
    this.pane.tabIndex = this.open ? 0 : -1;
    this.pane.classList.toggle("closed", !this.open);
    this.hint.hidden = !this.open;
    const right = /** @type {Pair | null} */ (revealed?.right ?? null);
    this.over.replaceChildren(
      ...(right && revealed ? [this.#ring(right, revealed.within)] : []),
      ...rounds.flatMap(({ tally }, i) => tally.map((place) => this.#dot(place, this.round(i)))),
    );
    // words above the upper place and below the lower one: they never lie on each other
    const above = right !== null && (!answer || this.#shares(right)[1] <= this.#shares(answer)[1]);
    const labels = [];
    if (right) labels.push(this.#label(right, "right", revealed ? `✓ ${words.happened}` : "", above));
    if (answer) {
      const sign = { true: "✓ ", false: "✗ " }[String(revealed?.verdict)] ?? "";
      labels.push(this.#label(answer, "mine", revealed ? `${sign}${words.mine}` : "", !above));
    }
    this.labels.replaceChildren(...labels);
    const top = Math.min(1, ...[right, answer].map((place) => (place ? this.#shares(place)[1] : 1)));
    this.frame.classList.toggle("roomy", labels.length > 0 && revealed !== null && top < EDGE);
  }

  /** Where a place is on the picture: shares of it to the right and downwards. @param {Pair} place @returns {Pair} */
  #shares([x, y]) {
    const [left, lower, right, upper] = this.box;
    return [(x - left) / (right - left), (upper - y) / (upper - lower)];
  }

  /** The place at shares of the picture, at its edge if they are outside. @param {Pair} shares @returns {Pair} */
  #place(shares) {
    const [left, lower, right, upper] = this.box;
    const [across, down] = shares.map((share) => Math.min(1, Math.max(0, share)));
    return [left + across * (right - left), upper - down * (upper - lower)];
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (!this.open || event.button !== 0) return;
    this.pane.setPointerCapture(event.pointerId);
    this.#to(event);
  }

  /** @param {PointerEvent} event */
  #to(event) {
    if (!this.open) return;
    const { left, top, width, height } = this.pane.getBoundingClientRect();
    this.take(this.#place([(event.clientX - left) / width, (event.clientY - top) / height]));
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (!this.open || event.altKey || event.ctrlKey || event.metaKey) return;
    const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    const down = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
    const put = !this.answer && (event.key === " " || event.key === "Enter");
    if (!across && !down && !put) return;
    event.preventDefault(); // or the page would scroll
    event.stopPropagation();
    const step = event.shiftKey ? STEP / 5 : STEP;
    // the first key puts the mark in the middle
    const [x, y] = this.answer ? this.#shares(this.answer) : [0.5 - across * step, 0.5 - down * step];
    this.take(this.#place([x + across * step, y + down * step]));
    const [told, upwards] = this.answer.map((/** @type {number} */ value) =>
      this.number(value, { maximumSignificantDigits: 3 }),
    );
    this.said.textContent = this.words.at.replace("{x}", told).replace("{y}", upwards);
  }

  /** @param {Pair} place @param {string} name */
  #dot(place, name) {
    return this.#drawn("circle", place, { r: "6", class: name });
  }

  /** What counts as right. @param {Pair} place @param {number} within */
  #ring(place, within) {
    const [left, lower, right, upper] = this.box;
    return this.#drawn("ellipse", place, {
      rx: `${Math.abs((100 * within) / (right - left))}%`,
      ry: `${Math.abs((100 * within) / (upper - lower))}%`,
      class: "within",
    });
  }

  /** @param {string} shape @param {Pair} place @param {Record<string, string>} facts */
  #drawn(shape, place, facts) {
    const [x, y] = this.#shares(place);
    const drawn = document.createElementNS(SVG, shape);
    const all = { cx: `${100 * x}%`, cy: `${100 * y}%`, ...facts };
    for (const [name, value] of Object.entries(all)) drawn.setAttribute(name, value);
    return /** @type {SVGElement} */ (drawn);
  }

  /** @param {Pair} place @param {string} name @param {string} words @param {boolean} above */
  #label(place, name, words, above) {
    const [x, y] = this.#shares(place).map((share) => Math.min(1, Math.max(0, share)));
    const mark = element("div", `place ${name}${above ? " upper" : ""}`);
    [mark.style.left, mark.style.top] = [`${100 * x}%`, `${100 * y}%`];
    if (words) {
      const label = element("b", `tag ${name}`, words);
      label.style.translate = `${-100 * x}%`; // never beyond an edge
      mark.append(label);
    }
    return mark;
  }
}
