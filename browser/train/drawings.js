/**
 * A pad on which one drawing after the other is made to learn from, and those made so far.
 *
 * @typedef {import("../shared/strokes.js").Point} Point
 * @typedef {Object} Pad
 * @property {number} side of the pad, in its own units
 * @property {number} width of the pen
 * @property {number} most strokes
 * @property {number} points at most, of all strokes together
 * @property {string} ready where a drawing for each of the keys 0 to 9 is fetched
 * @property {[number, number]} wanted the fewest and the most drawings
 */
import { DRAWN, isDrawing } from "./examples.js";
import { form } from "../shared/form.js";
import { pictured } from "../shared/pictured.js";
import { context, paint } from "../shared/pictures.js";
import { Pen, blackened, ink } from "../shared/strokes.js";

export const LETTERS = "ABCDEFGHIJ"; // what a drawing is called: it may be any digit, or none

export const PAD = `
<div class="pad"><canvas tabindex="0" role="application"></canvas></div>
<div class="tools">
  <p class="how"></p>
  <p><button type="button" class="add"></button> <button type="button" class="clear"></button></p>
  <ol></ol>
</div>`;

export class Drawings {
  /**
   * @param {HTMLElement} root with PAD in it
   * @param {(drawings: Uint8Array[]) => void} changed
   * @param {(words: string) => void} say
   */
  constructor(root, changed, say) {
    this.root = root;
    this.changed = changed;
    this.say = say;
    /** @type {Uint8Array[]} 56 × 56 each */
    this.made = [];
    /** @type {Point[][]} */
    this.strokes = [];
    this.frame = 0;
    /** @type {Pad | null} */
    this.facts = null;
    /** @type {Record<string, string>} */
    this.words = {};
    /** @type {Promise<Point[][][]> | null} a drawing for each of the keys 0 to 9 */
    this.ready = null;
    this.canvas = /** @type {HTMLCanvasElement} */ (this.find("canvas"));
    this.pen = new Pen(this.canvas, {
      strokes: () => this.strokes,
      limits: () => /** @type {Pad} */ (this.facts),
      begin: (stroke) => this.#put([...this.strokes, stroke]),
      go: () => this.show(),
      end: () => {},
      full: () => this.say(this.words.full),
    });
    this.canvas.addEventListener("keydown", (event) => this.#press(event));
    this.find(".add").addEventListener("click", () => this.#add());
    this.find(".clear").addEventListener("click", () => this.#put([]));
    this.sizes = new ResizeObserver(() => this.show());
    this.sizes.observe(this.canvas);
  }

  /** @param {string} selector @returns {HTMLElement} */
  find(selector) {
    return /** @type {HTMLElement} */ (this.root.querySelector(selector));
  }

  close() {
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
  }

  /** @param {Pad} facts @param {Record<string, string>} words */
  update(facts, words) {
    this.facts = facts;
    this.words = words;
    this.ready ??= fetch(facts.ready)
      .then((found) => (found.ok ? found.json() : []))
      .catch(() => []);
    this.canvas.setAttribute("aria-label", `${words.pad}. ${words.keys}`);
    this.find(".how").textContent = words.how;
    this.find(".add").textContent = words.add;
    this.find(".clear").textContent = words.clear;
    this.#list();
  }

  /** Those of an earlier visit, if it has left some. @param {unknown} made */
  set(made) {
    if (!Array.isArray(made) || !made.every(isDrawing)) return;
    this.made = made;
    this.#list();
  }

  /** @param {KeyboardEvent} event */
  async #press(event) {
    if (event.altKey || event.metaKey || event.ctrlKey || this.pen.down) return;
    if (event.key === "Enter") this.#add();
    else if (event.key === "Delete") this.#put([]);
    else if (/^[0-9]$/.test(event.key)) {
      const drawing = (await this.ready)?.[Number(event.key)];
      if (!drawing || this.pen.down) return;
      this.#put(drawing);
      this.say(this.words.placed.replace("{digit}", event.key));
    } else return;
    event.preventDefault();
  }

  /** @param {Point[][]} strokes */
  #put(strokes) {
    this.strokes = strokes;
    this.show();
  }

  #add() {
    const { facts, strokes, made } = this;
    if (!facts || !strokes.length || made.length >= facts.wanted[1]) return;
    made.push(form({ strokes, width: facts.width, centred: true }, facts.side, DRAWN));
    this.#put([]);
    this.#list();
    this.say(this.words.added.replace("{name}", LETTERS[made.length - 1]));
    this.changed(made);
  }

  /** @param {number} place */
  #remove(place) {
    this.made.splice(place, 1);
    this.#list();
    this.canvas.focus(); // the button is gone
    this.changed(this.made);
  }

  #list() {
    this.find("ol").replaceChildren(...this.made.map((image, i) => this.#item(image, i)));
    this.show();
  }

  /** @param {Uint8Array} image @param {number} i */
  #item(image, i) {
    const item = document.createElement("li");
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = DRAWN;
    const pixels = new ImageData(DRAWN, DRAWN);
    paint(pixels, image, 0, [1, DRAWN, DRAWN]);
    context(canvas).putImageData(pixels, 0, 0);
    pictured(canvas, LETTERS[i]);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "×";
    button.setAttribute("aria-label", this.words.remove?.replace("{name}", LETTERS[i]) ?? "");
    button.addEventListener("click", () => this.#remove(i));
    item.append(canvas, LETTERS[i], button);
    return item;
  }

  show() {
    this.frame ||= requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    this.frame = 0;
    const { facts, strokes, made } = this;
    if (!facts) return;
    const full = made.length >= facts.wanted[1];
    /** @type {HTMLButtonElement} */ (this.find(".add")).disabled = !strokes.length || full;
    /** @type {HTMLButtonElement} */ (this.find(".clear")).disabled = !strokes.length;
    const draw = blackened(this.canvas, facts.side);
    if (draw) ink(draw, strokes, facts.width);
  }
}
