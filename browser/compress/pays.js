/**
 * Bytes an image over the number of images: a decoder, shared out among them, and small codes
 * against formats that need none. A slider, also dragged on the chart, says how many images there
 * are; the points where the autoencoder begins to take less are marked. Python is told the number
 * when the slider rests.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Line
 * @property {string} name
 * @property {string} colour
 * @property {string} dash
 * @property {number} decoder bytes that are there before the first image
 * @property {number} each bytes of an image
 * @property {string} loss what of the image comes back, in words
 * @typedef {Object} Words
 * @property {string} images
 * @property {string} bytes of the other axis
 * @property {string} verdict with {beaten} and {rivals}
 * @property {string} chart what it shows
 * @typedef {Object} Facts
 * @property {string} language
 * @property {Line[]} lines the autoencoder's first
 * @property {number} images at the beginning
 * @property {number} most images
 * @property {Words} words
 */
import { DASHES, breakEven, byteText, countText } from "./sizes.js";
import { Plot, label, line, shareOf, valueAt } from "./plot.js";
import { framed, mounting } from "../shared/mounting.js";
import { pictured } from "../shared/pictured.js";
import { unpack } from "../shared/tensors.js";

const REST = 400; // ms until Python is told
const LETTERS = 20; // CSS pixels that a number takes
const FRAME = `
<div class="chart"><canvas></canvas></div>
<div class="side">
  <label><span></span><output></output><input type="range" min="0" max="1000" step="1"></label>
  <ol></ol>
  <p class="verdict" aria-live="polite"></p>
</div>`;

class Pays {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "pays", FRAME);
    this.root = root;
    this.canvas = /** @type {HTMLCanvasElement} */ (find("canvas"));
    this.slider = /** @type {HTMLInputElement} */ (find("input"));
    this.output = find("output");
    this.list = find("ol");
    this.verdict = find(".verdict");
    this.label = find("label span");
    this.plot = new Plot(this.canvas);
    /** @type {Facts | null} */
    this.facts = null;
    this.share = 0;
    this.resting = 0;
    /** @type {(name: string, value: unknown) => void} */
    this.tell = () => {};
    /** @type {HTMLElement[]} */
    this.rows = [];
    this.slider.addEventListener("input", () => this.#move(Number(this.slider.value) / 1000));
    this.canvas.addEventListener("pointerdown", (event) => {
      this.canvas.setPointerCapture(event.pointerId);
      this.#move(this.plot.shareAt(event));
    });
    this.canvas.addEventListener("pointermove", (event) => {
      if (event.buttons & 1) this.#move(this.plot.shareAt(event));
    });
    this.watcher = new ResizeObserver(() => this.#draw());
    this.watcher.observe(this.canvas);
  }

  close() {
    clearTimeout(this.resting);
    this.watcher.disconnect();
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data, setStateValue }) {
    this.tell = setStateValue;
    const first = this.facts === null;
    /** @type {Facts} */
    const facts = unpack(data).facts;
    this.facts = facts;
    const { lines, words, language } = facts;
    this.label.textContent = words.images;
    this.slider.setAttribute("aria-label", words.images);
    this.plot.across = {
      name: words.images,
      low: 1,
      high: facts.most,
      log: true,
      written: (value) => countText(value, language),
    };
    const each = lines.map((one) => one.each);
    this.plot.up = {
      name: words.bytes,
      low: Math.min(...each) / 1.6,
      high: Math.max(...each) * 5,
      log: true,
      written: (value) => byteText(value, language),
    };
    this.rows = lines.map((each) => row(each));
    this.list.replaceChildren(...this.rows);
    if (first) this.share = shareOf(this.plot.across, facts.images);
    this.#show();
  }

  /** @param {number} share 0…1 of the slider */
  #move(share) {
    this.share = share;
    this.#show();
    clearTimeout(this.resting);
    this.resting = setTimeout(() => this.tell("images", this.images), REST);
  }

  get images() {
    const { facts, plot, share } = this;
    const exact = valueAt(plot.across, share);
    // two digits are as many as a hand can set
    const step = 10 ** Math.max(0, Math.floor(Math.log10(exact)) - 1);
    return Math.min(facts?.most ?? 1, Math.max(1, Math.round(exact / step) * step));
  }

  #show() {
    const { facts } = this;
    if (!facts) return;
    const { language, lines, words } = facts;
    const count = this.images;
    this.slider.value = String(Math.round(this.share * 1000));
    this.output.textContent = count.toLocaleString(language);
    this.slider.setAttribute("aria-valuetext", this.output.textContent);
    const sizes = lines.map(({ decoder, each }) => decoder + each * count);
    const largest = Math.max(...sizes);
    sizes.forEach((size, k) => {
      const bar = /** @type {HTMLElement} */ (this.rows[k].querySelector("i"));
      const figure = /** @type {HTMLElement} */ (this.rows[k].querySelector("b"));
      bar.style.width = `${(100 * size) / largest}%`;
      figure.textContent = byteText(size, language);
      this.rows[k].classList.toggle("more", k > 0 && size > sizes[0]);
    });
    const beaten = lines.filter((_each, k) => k > 0 && sizes[k] > sizes[0]).length;
    this.verdict.textContent = words.verdict
      .replace("{beaten}", beaten.toLocaleString(language))
      .replace("{rivals}", (lines.length - 1).toLocaleString(language));
    pictured(this.canvas, `${words.chart} ${this.verdict.textContent}`);
    this.#draw();
  }

  #draw() {
    const { facts, plot } = this;
    if (!facts || !this.canvas.clientWidth) return;
    const { language, lines, most } = facts;
    const draw = plot.begin();
    const { left, right, top, floor } = plot.edges;
    lines.forEach((each, k) => {
      draw.strokeStyle = draw.fillStyle = each.colour;
      draw.lineWidth = k ? 3 : 5;
      draw.setLineDash(DASHES[each.dash] ?? []);
      draw.beginPath();
      for (let x = left; x <= right; x += 4) {
        const count = valueAt(plot.across, (x - left) / (right - left));
        draw.lineTo(x, plot.y(each.decoder / count + each.each));
      }
      draw.stroke();
    });
    draw.setLineDash([]);
    draw.textAlign = "left";
    const ink = getComputedStyle(this.canvas).color;
    const marks = lines
      .slice(1)
      .map((each) => ({ colour: each.colour, needed: breakEven(lines[0], each), each }))
      .filter(({ needed }) => needed !== null && needed >= 1 && needed <= most)
      .map(({ colour, needed, each }) => {
        const count = needed ?? 1;
        return { colour, count, x: plot.x(count), y: plot.y(each.decoder / count + each.each) };
      })
      .sort((one, other) => one.y - other.y);
    draw.strokeStyle = ink;
    draw.lineWidth = 2;
    const at = plot.x(this.images);
    line(draw, at, top - 6, at, floor + 4, 1);
    for (const { colour, x, y } of marks) {
      draw.fillStyle = colour;
      draw.beginPath();
      draw.arc(x, y, 8, 0, 2 * Math.PI);
      draw.fill();
      draw.stroke();
    }
    let free = -Infinity; // where a number has room again
    draw.fillStyle = ink;
    for (const { count, x, y } of marks) {
      if (y < free) continue;
      label(draw, countText(count, language), x + 13, y - 11);
      free = y + LETTERS;
    }
    draw.restore();
  }
}

/**
 * A row of the list: name, bar, bytes, and what comes back.
 *
 * @param {Line} each
 */
function row(each) {
  const item = document.createElement("li");
  const mark = document.createElement("span");
  mark.className = "mark";
  mark.style.background = each.colour;
  const name = document.createElement("span");
  const loss = document.createElement("small");
  loss.textContent = each.loss;
  name.append(mark, each.name, " ", loss);
  const bar = document.createElement("i");
  bar.style.background = each.colour;
  const figure = document.createElement("b");
  item.append(name, figure, bar);
  return item;
}

export default mounting(Pays);
