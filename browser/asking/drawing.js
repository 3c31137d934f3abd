/** Draw a digit, with pen, mouse, finger or keys. An answer: the drawing's text. */
import { Form } from "./form.js";
import { button, element } from "./elements.js";
import { MAX_POINTS, MAX_STROKES, SIDE, WIDTH, drawingOf, textOf } from "./drawing_text.js";
import { Pen, blackened, ink } from "../shared/strokes.js";

/** @typedef {import("../shared/strokes.js").Point} Point */

const STEP = 10; // units of the pad that an arrow key goes, a pixel of MNIST's
const LIMITS = { side: SIDE, most: MAX_STROKES, points: MAX_POINTS };
const MIDDLE = /** @type {Point} */ ([SIDE / 2, SIDE / 2]);

export class Drawing extends Form {
  /** @param {ConstructorParameters<typeof Form>} given */
  constructor(...given) {
    super(...given);
    const { words } = this;
    /** @type {Point[][]} */
    this.strokes = [];
    this.text = ""; // of the strokes
    this.tip = MIDDLE; // of the pen that the keys move
    this.inked = false; // whether it draws as it goes
    this.canvas = element("canvas", "pad");
    this.canvas.tabIndex = 0;
    this.canvas.setAttribute("role", "application");
    this.canvas.setAttribute("aria-label", `${words.pad}. ${words.padKeys}`);
    this.canvas.addEventListener("keydown", (event) => this.#press(event));
    for (const name of ["focus", "blur"]) this.canvas.addEventListener(name, () => this.#paint());
    this.pen = new Pen(this.canvas, {
      strokes: () => this.strokes,
      limits: () => LIMITS,
      begin: (stroke) => this.#add(stroke),
      go: () => this.#paint(),
      end: () => this.#drawn(),
      full: () => this.#say(words.full),
    });
    this.undo = button(words.undo, () => this.#undo());
    this.clear = button(words.clear, () => this.#clear());
    this.said = element("p", "unseen");
    this.said.setAttribute("aria-live", "polite");
    const tools = element("div", "tools", this.undo, this.clear, element("p", "hint", words.padKeys));
    this.easel = element("div", "easel", this.canvas, tools);
    this.class = element("div", "drawings");
    this.body.append(this.easel, this.class, this.said);
    this.sizes = new ResizeObserver(() => this.#paint());
    this.sizes.observe(this.canvas);
    this.draw();
  }

  /** @param {import("./question.js").Question} _ @param {unknown} value */
  static possible(_, value) {
    return typeof value === "string" && drawingOf(value) !== null;
  }

  close() {
    this.sizes.disconnect();
    super.close();
  }

  /** @param {import("./question.js").Round[] | null} rounds */
  show(rounds) {
    super.show(rounds);
    this.class.replaceChildren(...this.rounds.map(({ tally }, i) => this.#drawings(tally, i)));
    for (const canvas of this.class.querySelectorAll("canvas")) painted(canvas, canvas.dataset.text ?? "");
  }

  draw() {
    if ((this.answer ?? "") !== this.text) {
      this.text = this.answer ?? "";
      this.strokes = drawingOf(this.text)?.strokes ?? [];
    }
    // the models' images have the drawing among them, and an empty pad says nothing
    this.easel.hidden = !this.open && (!this.text || Boolean(this.revealed?.images.length));
    this.easel.classList.toggle("closed", !this.open);
    this.canvas.tabIndex = this.open ? 0 : -1;
    this.undo.disabled = this.clear.disabled = !this.strokes.length;
    this.#paint();
  }

  /** @param {Point[]} stroke */
  #add(stroke) {
    this.strokes = [...this.strokes, stroke];
    this.#paint();
  }

  #drawn() {
    this.#say(this.words.stroke.replace("{n}", String(this.strokes.length)));
    this.#told();
  }

  #told() {
    this.text = textOf(this.strokes);
    this.take(this.text || null);
  }

  #undo() {
    if (this.pen.down || !this.strokes.length) return;
    this.strokes = this.strokes.slice(0, -1);
    this.inked = false;
    this.#say(this.words.undone);
    this.#told();
  }

  #clear() {
    if (this.pen.down) return;
    this.strokes = [];
    this.inked = false;
    this.#say(this.words.cleared);
    this.#told();
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (!this.open || this.pen.down || event.altKey || event.metaKey) return;
    const { words } = this;
    const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    const down = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
    if (event.ctrlKey) {
      if (event.key.toLowerCase() !== "z") return;
      this.#undo();
    } else if (event.key === "Delete") this.#clear();
    else if (event.key === " ") {
      if (!this.inked && !this.pen.mayBegin()) return;
      this.inked = !this.inked;
      this.#say(this.inked ? words.penDown : words.penUp);
      if (this.inked) {
        this.#add([this.tip]);
        this.#told();
      }
    } else if (across || down) this.#step(across, down);
    else return;
    this.#paint();
    event.preventDefault(); // or the arrows would scroll the page
    event.stopPropagation();
  }

  /** @param {number} across @param {number} down */
  #step(across, down) {
    const [x, y] = this.tip;
    const inside = (/** @type {number} */ value) => Math.min(SIDE, Math.max(0, value));
    this.tip = /** @type {Point} */ ([inside(x + across * STEP), inside(y + down * STEP)]);
    if (!this.inked || this.pen.room <= 0) return;
    // a new stroke in place of the last one: what was told before stays as it was
    const last = this.strokes[this.strokes.length - 1];
    this.strokes = [...this.strokes.slice(0, -1), [...last, this.tip]];
    this.#told();
  }

  /** @param {string} words */
  #say(words) {
    // the same words twice would not be read twice
    this.said.textContent = this.said.textContent === words ? `${words}\u00a0` : words;
  }

  #paint() {
    const draw = blackened(this.canvas, SIDE);
    if (!draw) return;
    ink(draw, this.strokes, WIDTH);
    if (!this.open || !this.canvas.matches(":focus-visible")) return;
    const [x, y] = this.tip; // a cross, thicker while it draws
    draw.strokeStyle = "#ffd84d";
    draw.lineWidth = this.inked ? 6 : 3;
    draw.beginPath();
    draw.moveTo(x - 12, y);
    draw.lineTo(x + 12, y);
    draw.moveTo(x, y - 12);
    draw.lineTo(x, y + 12);
    draw.stroke();
  }

  /** @param {string[]} texts @param {number} i round */
  #drawings(texts, i) {
    const canvases = texts.map((text) => {
      const canvas = element("canvas", "");
      canvas.dataset.text = text;
      return canvas;
    });
    const caption = element("figcaption", "", this.legend.children[i].textContent ?? "");
    return element("figure", this.round(i), caption, element("div", "", ...canvases));
  }
}

/** @param {HTMLCanvasElement} canvas @param {string} text */
function painted(canvas, text) {
  const draw = blackened(canvas, SIDE);
  const drawing = drawingOf(text);
  if (draw && drawing) ink(draw, drawing.strokes, drawing.width);
}
