/**
 * A pad for drawing with pen, mouse, finger or keys.
 *
 * The pad keeps the drawing. Python is told after every stroke, undo, key or width, and gives one
 * back only where a pad begins: after a reload, or on the way back from another screen. What Python
 * may give at any time is a digit from a photograph; it lies on the pad until something is drawn.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {import("../shared/strokes.js").Point} Point
 * @typedef {Object} Drawn
 * @property {Point[][]} strokes
 * @property {number} width of the pen
 * @property {boolean} centred
 * @typedef {Object} Scanned a digit from a photograph
 * @property {string} text in the address
 * @property {string} picture
 * @typedef {{ strokes: Point[][], scan: Scanned | null }} Sheet what lies on the pad
 * @typedef {Object} Facts
 * @property {number} side of the pad, in its own units
 * @property {number} step how far an arrow key moves the drawing
 * @property {[number, number]} widths the narrowest and the widest pen
 * @property {number} most strokes
 * @property {number} points at most, of all strokes together
 * @property {Drawn} drawing
 * @property {Scanned | null} scan
 * @property {number} at how many times Python has been told something
 * @property {string} ready where a drawing for each of the keys 0 to 9 is fetched
 * @property {Record<string, string>} words
 */
import { framed, mounting } from "../shared/mounting.js";
import { Pen, blackened, ink } from "../shared/strokes.js";
import { onPad } from "./drawn.js";

const PAUSE = 150; // ms between two messages to Python while a key is held down
const TURN = Math.PI / 36; // 5°
const REMEMBERED = 200; // steps back

const FRAME = `
<div class="pad">
  <canvas tabindex="0" role="application"></canvas>
  <p class="hint" aria-hidden="true"></p>
</div>
<div class="tools">
  <button type="button" class="undo"></button>
  <button type="button" class="clear"></button>
  <label class="pen"><span></span><input type="range"></label>
</div>
<label class="centred"><input type="checkbox"><span></span></label>
<p class="keys" id="keys"></p>
<p class="said" aria-live="polite"></p>`;

class Pad {
  /**
   * @param {HTMLElement | ShadowRoot} parent
   * @param {Component} component
   */
  constructor(parent, { data }) {
    const { root, find } = framed(parent, "sketchpad", FRAME);
    this.root = root;
    this.find = find;
    this.canvas = /** @type {HTMLCanvasElement} */ (find("canvas"));
    this.pen = new Pen(this.canvas, {
      strokes: () => this.strokes,
      limits: () => this.facts,
      begin: (stroke) => this.change([...this.strokes, stroke]),
      go: () => this.touch(),
      end: () => this.end(),
      full: () => this.say(this.facts.words.full),
    });
    this.slider = /** @type {HTMLInputElement} */ (find(".pen input"));
    this.box = /** @type {HTMLInputElement} */ (find(".centred input"));

    this.facts = /** @type {Facts} */ (data);
    this.strokes = this.facts.drawing.strokes;
    /** @type {Scanned | null} */
    this.scan = null;
    this.given = ""; // the text of the scan that Python gave last
    this.photograph = new Image();
    this.photograph.onload = () => this.show();
    [this.slider.min, this.slider.max] = this.facts.widths.map(String); // before its value
    this.slider.value = String(this.facts.drawing.width);
    this.box.checked = this.facts.drawing.centred;
    /** @type {Sheet[]} what "undo" goes back to; of a kept drawing stroke by stroke */
    this.before = this.strokes.map((_, n) => ({ strokes: this.strokes.slice(0, n), scan: null }));
    this.frame = 0;
    this.told = 0; // when
    this.at = this.facts.at;
    /** whether that was what lies on the pad now */
    this.known = true;
    this.later = 0;
    this.sizes = new ResizeObserver(() => this.show());
    /** @type {Promise<Point[][][]>} a drawing for each of the keys 0 to 9; empty if none came */
    this.ready = fetch(this.facts.ready)
      .then((answer) => (answer.ok ? answer.json() : []))
      .catch(() => []);
    this.connect();
  }

  close() {
    onPad.tell(null);
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.later);
    this.root.remove();
  }

  /** Python has run: take over its words and the way to reach it. @param {Component} component */
  update({ data, setStateValue }) {
    this.facts = /** @type {Facts} */ (data);
    this.setStateValue = setStateValue;
    const { words, scan } = this.facts;
    if (scan && scan.text !== this.given && scan.text !== this.scan?.text) {
      this.change([], scan);
      this.known = true;
    }
    this.given = scan?.text ?? "";
    this.find(".undo").textContent = words.undo;
    this.find(".clear").textContent = words.clear;
    this.find(".pen span").textContent = words.pen;
    this.find(".centred span").textContent = words.centred;
    this.find(".hint").textContent = words.hint;
    this.find(".keys").textContent = words.keys;
    this.canvas.setAttribute("aria-label", words.pad);
    this.canvas.setAttribute("aria-describedby", "keys");
    this.tellAll();
    this.show();
  }

  connect() {
    const { canvas, slider, box } = this;
    canvas.addEventListener("keydown", (event) => this.press(event));
    this.find(".undo").addEventListener("click", () => this.undo());
    this.find(".clear").addEventListener("click", () => this.clear());
    slider.addEventListener("input", () => this.touch());
    slider.addEventListener("change", () => this.tell());
    box.addEventListener("change", () => this.tell());
    this.sizes.observe(canvas);
  }

  end() {
    this.say(this.facts.words.stroke.replace("{n}", String(this.strokes.length)));
    this.tell();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.altKey || event.metaKey || this.pen.down) return;
    const undo = event.ctrlKey && event.key.toLowerCase() === "z";
    if (event.ctrlKey && !undo) return;
    const { step, words } = this.facts;
    const across = { ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? 0;
    const down = { ArrowUp: -1, ArrowDown: 1 }[event.key] ?? 0;
    if (undo) this.undo();
    else if (event.key === "Delete") this.clear();
    else if (/^[0-9]$/.test(event.key)) {
      this.putReady(event.key);
    } else if ((across || down) && this.strokes.length) {
      if (!event.shiftKey) this.move(across * step, down * step);
      else if (across) this.turn(across * TURN);
      this.say(event.shiftKey ? words.turned : words.moved);
      this.tellSoon();
    } else if (!across && !down) return;
    event.preventDefault(); // or the arrows would scroll the page
    event.stopPropagation();
  }

  /** A ready drawing. @param {string} digit 0 to 9 */
  async putReady(digit) {
    const drawing = (await this.ready)[Number(digit)];
    if (!drawing || this.pen.down) return;
    this.change(drawing);
    this.say(this.facts.words.placed.replace("{digit}", digit));
    this.tell();
  }

  undo() {
    if (this.pen.down) return; // a stroke is being drawn, by another finger
    const sheet = this.before.pop();
    if (!sheet) return;
    this.put(sheet);
    this.say(this.facts.words.undone);
    this.tell();
  }

  clear() {
    if (this.empty() || this.pen.down) return;
    this.change([]);
    this.say(this.facts.words.cleared);
    this.tell();
  }

  /** As far as there is room. @param {number} across @param {number} down */
  move(across, down) {
    const { side } = this.facts;
    const [left, top, right, bottom] = this.bounds();
    const dx = Math.min(side - right, Math.max(-left, across));
    const dy = Math.min(side - bottom, Math.max(-top, down));
    this.change(this.strokes.map((each) => each.map(([x, y]) => [x + dx, y + dy])));
  }

  /** About its middle. @param {number} angle clockwise, in radians */
  turn(angle) {
    const { side } = this.facts;
    const [left, top, right, bottom] = this.bounds();
    const [middleX, middleY] = [(left + right) / 2, (top + bottom) / 2];
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const turned = this.strokes.map((each) =>
      each.map(([x, y]) => {
        const [dx, dy] = [x - middleX, y - middleY];
        return /** @type {Point} */ ([middleX + cos * dx - sin * dy, middleY + sin * dx + cos * dy]);
      }),
    );
    // a turn that would push ink off the pad would bend it there
    if (turned.flat(2).every((value) => value >= 0 && value <= side)) this.change(turned);
  }

  bounds() {
    const points = this.strokes.flat();
    const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
    return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
  }

  empty() {
    return !this.strokes.length && !this.scan;
  }

  /**
   * Go on with other strokes, or with a digit from a photograph; "undo" leads back.
   * @param {Point[][]} strokes
   * @param {Scanned | null} scan
   */
  change(strokes, scan = null) {
    this.before.push({ strokes: this.strokes, scan: this.scan });
    if (this.before.length > REMEMBERED) this.before.shift();
    this.put({ strokes, scan });
  }

  /** @param {Sheet} sheet */
  put({ strokes, scan }) {
    this.strokes = strokes;
    this.scan = scan;
    if (scan) this.photograph.src = scan.picture;
    this.touch();
  }

  /** @param {string} words */
  say(words) {
    const said = this.find(".said");
    // the same words twice would not be read twice
    said.textContent = said.textContent === words ? `${words}\u00a0` : words;
  }

  tell() {
    clearTimeout(this.later);
    this.later = 0;
    this.told = performance.now();
    this.at += 1;
    this.known = true;
    this.tellAll();
    this.show();
    const strokes = this.strokes.map((each) => each.map((point) => point.map(Math.round)));
    const [width, centred] = [Number(this.slider.value), this.box.checked];
    this.setStateValue?.("drawing", { strokes, width, centred, scan: this.scan?.text ?? "", at: this.at });
  }

  /** Now, or when a held key has made its pause: the last state always arrives. */
  tellSoon() {
    const wait = this.told + PAUSE - performance.now();
    if (wait <= 0) this.tell();
    else if (!this.later) this.later = window.setTimeout(() => this.tell(), wait);
  }

  /** Something else lies on the pad, of which Python knows nothing yet. */
  touch() {
    this.known = false;
    this.tellAll();
    this.show();
  }

  /** Those on the page that show it. */
  tellAll() {
    onPad.tell({
      drawing: { strokes: this.strokes, width: Number(this.slider.value), centred: this.box.checked },
      pad: this.facts.side,
      scan: this.scan !== null,
      at: this.known ? this.at : null,
    });
  }

  show() {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.frame = 0;
    const { side } = this.facts;
    const draw = blackened(this.canvas, side);
    if (!draw) return;
    if (this.scan && this.photograph.complete && this.photograph.naturalWidth) {
      draw.imageSmoothingEnabled = false; // its pixels are what the models see
      draw.drawImage(this.photograph, 0, 0, side, side);
    }
    ink(draw, this.strokes, Number(this.slider.value));
    /** @type {HTMLElement} */ (this.find(".hint")).hidden = !this.empty();
    /** @type {HTMLButtonElement} */ (this.find(".undo")).disabled = !this.before.length;
    /** @type {HTMLButtonElement} */ (this.find(".clear")).disabled = this.empty();
  }
}

export default mounting(Pad);
