/**
 * A pad for drawing with pen, mouse, finger or keys.
 *
 * The pad keeps the drawing. Python is told after every stroke, undo, key or width, and gives one
 * back only where a pad begins: after a reload, or on the way back from another screen. What Python
 * may give at any time is a digit from a photograph; it lies on the pad until something is drawn.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {[number, number]} Point in units of the pad, y downwards
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
 * @property {string} ready where a drawing for each of the keys 0 to 9 is fetched
 * @property {Record<string, string>} words
 */

const CLOSER = 1.5; // units: points nearer to each other than this add nothing
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

/** @type {WeakMap<Node, Pad>} */
const pads = new WeakMap();

/** @param {Component} component */
export default function sketchpad(component) {
  let pad = pads.get(component.parentElement);
  if (!pad) {
    pad = new Pad(component);
    pads.set(component.parentElement, pad);
  }
  pad.listen(component);
  const shown = pad;
  return () => {
    shown.close();
    pads.delete(component.parentElement);
  };
}

class Pad {
  /** @param {Component} component */
  constructor({ parentElement, data }) {
    const root = document.createElement("div");
    root.className = "sketchpad";
    root.hidden = true; // until its style has come, which Streamlit fetches apart
    root.innerHTML = FRAME;
    parentElement.append(root);
    this.root = root;
    /** @type {<E extends Element>(selector: string) => E} */
    const find = (selector) => /** @type {any} */ (root.querySelector(selector));
    this.find = find;
    this.canvas = /** @type {HTMLCanvasElement} */ (find("canvas"));
    this.pen = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
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
    /** @type {number | null} the pointer that is drawing */
    this.pointer = null;
    this.frame = 0;
    this.told = 0;
    this.later = 0;
    this.sizes = new ResizeObserver(() => this.show());
    /** @type {Promise<Point[][][]>} a drawing for each of the keys 0 to 9; empty if none came */
    this.ready = fetch(this.facts.ready)
      .then((answer) => (answer.ok ? answer.json() : []))
      .catch(() => []);
    this.connect();
  }

  close() {
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.later);
    this.root.remove();
  }

  /** Python has run: take over its words and the way to reach it. @param {Component} component */
  listen({ data, setStateValue }) {
    this.facts = /** @type {Facts} */ (data);
    this.setStateValue = setStateValue;
    const { words, scan } = this.facts;
    if (scan && scan.text !== this.given && scan.text !== this.scan?.text) this.change([], scan);
    this.given = scan?.text ?? "";
    this.find(".undo").textContent = words.undo;
    this.find(".clear").textContent = words.clear;
    this.find(".pen span").textContent = words.pen;
    this.find(".centred span").textContent = words.centred;
    this.find(".hint").textContent = words.hint;
    this.find(".keys").textContent = words.keys;
    this.canvas.setAttribute("aria-label", words.pad);
    this.canvas.setAttribute("aria-describedby", "keys");
    this.show();
  }

  connect() {
    const { canvas, slider, box } = this;
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.go(event));
    canvas.addEventListener("pointerup", (event) => this.end(event));
    // the system took the finger, e.g. for a gesture of its own: what is drawn stays
    canvas.addEventListener("pointercancel", (event) => this.end(event));
    canvas.addEventListener("keydown", (event) => this.press(event));
    this.find(".undo").addEventListener("click", () => this.undo());
    this.find(".clear").addEventListener("click", () => this.clear());
    slider.addEventListener("input", () => this.show());
    slider.addEventListener("change", () => this.tell());
    box.addEventListener("change", () => this.tell());
    this.sizes.observe(canvas);
  }

  /** @param {PointerEvent} event */
  at(event) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    const { side } = this.facts;
    const inside = (/** @type {number} */ share) => Math.min(side, Math.max(0, share * side));
    return /** @type {Point} */ ([
      inside((event.clientX - left) / width),
      inside((event.clientY - top) / height),
    ]);
  }

  /** @param {PointerEvent} event */
  begin(event) {
    if (this.pointer !== null || event.button !== 0) return;
    if (this.strokes.length >= this.facts.most || this.room() <= 0) {
      this.say(this.facts.words.full);
      return;
    }
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    this.change([...this.strokes, [this.at(event)]]);
  }

  /** @param {PointerEvent} event */
  go(event) {
    if (event.pointerId !== this.pointer) return;
    const stroke = this.strokes[this.strokes.length - 1];
    const passed = event.getCoalescedEvents?.() ?? [];
    let room = this.room();
    for (const each of passed.length ? passed : [event]) {
      if (room <= 0) {
        this.say(this.facts.words.full);
        break;
      }
      const [x, y] = this.at(each);
      const [lastX, lastY] = stroke[stroke.length - 1];
      if (Math.hypot(x - lastX, y - lastY) < CLOSER) continue;
      stroke.push([x, y]);
      room--;
    }
    this.show();
  }

  /** How many points may still be added. */
  room() {
    return this.facts.points - this.strokes.reduce((sum, stroke) => sum + stroke.length, 0);
  }

  /** @param {PointerEvent} event */
  end(event) {
    if (event.pointerId !== this.pointer) return;
    this.pointer = null;
    this.say(this.facts.words.stroke.replace("{n}", String(this.strokes.length)));
    this.tell();
  }

  /** @param {KeyboardEvent} event */
  press(event) {
    if (event.altKey || event.metaKey || this.pointer !== null) return;
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
    if (!drawing || this.pointer !== null) return;
    this.change(drawing);
    this.say(this.facts.words.placed.replace("{digit}", digit));
    this.tell();
  }

  undo() {
    if (this.pointer !== null) return; // a stroke is being drawn, by another finger
    const sheet = this.before.pop();
    if (!sheet) return;
    this.put(sheet);
    this.say(this.facts.words.undone);
    this.tell();
  }

  clear() {
    if (this.empty() || this.pointer !== null) return;
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
    this.show();
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
    this.show();
    const strokes = this.strokes.map((each) => each.map((point) => point.map(Math.round)));
    const [width, centred] = [Number(this.slider.value), this.box.checked];
    this.setStateValue?.("drawing", { strokes, width, centred, scan: this.scan?.text ?? "" });
  }

  /** Now, or when a held key has made its pause: the last state always arrives. */
  tellSoon() {
    const wait = this.told + PAUSE - performance.now();
    if (wait <= 0) this.tell();
    else if (!this.later) this.later = window.setTimeout(() => this.tell(), wait);
  }

  show() {
    if (!this.frame) this.frame = requestAnimationFrame(() => this.draw());
  }

  draw() {
    this.frame = 0;
    const { canvas, pen, strokes } = this;
    const dots = Math.round(canvas.clientWidth * window.devicePixelRatio);
    if (!dots) return;
    if (canvas.width !== dots) canvas.width = canvas.height = dots;
    const scale = dots / this.facts.side;
    pen.setTransform(scale, 0, 0, scale, 0, 0);
    pen.fillStyle = "#000"; // as MNIST's, in both themes
    pen.fillRect(0, 0, this.facts.side, this.facts.side);
    if (this.scan && this.photograph.complete && this.photograph.naturalWidth) {
      pen.imageSmoothingEnabled = false; // its pixels are what the models see
      pen.drawImage(this.photograph, 0, 0, this.facts.side, this.facts.side);
    }
    pen.strokeStyle = "#fff";
    pen.lineWidth = Number(this.slider.value);
    pen.lineCap = pen.lineJoin = "round";
    for (const stroke of strokes) {
      pen.beginPath();
      pen.moveTo(...stroke[0]);
      for (const point of stroke) pen.lineTo(...point); // one alone becomes a dot
      pen.stroke();
    }
    /** @type {HTMLElement} */ (this.find(".hint")).hidden = !this.empty();
    /** @type {HTMLButtonElement} */ (this.find(".undo")).disabled = !this.before.length;
    /** @type {HTMLButtonElement} */ (this.find(".clear")).disabled = this.empty();
  }
}
