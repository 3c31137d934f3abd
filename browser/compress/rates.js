/**
 * Bits of an image against how much of it comes back. Beside the chart the image itself, what the
 * point under the pointer makes of it, and what its rivals make of it with about as many bits.
 * A click holds a point; Python is told which.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Series
 * @property {string} kind "model", "pca" or a format
 * @property {string} name
 * @property {string} legend the name that it shares with others of its colour
 * @property {string} colour
 * @property {string} mark "dot", "square" or "cross"
 * @typedef {Object} Measured
 * @property {number} series
 * @property {string} id
 * @property {string} way in words: "8 bits a number"
 * @property {number} bits mean of all test images
 * @property {number} psnr the same
 * @property {number} own PSNR of the image that is shown
 * @property {number} picture which one
 * @typedef {Object} Exact
 * @property {string} name
 * @property {number} bits mean of all test images
 * @typedef {Object} Words
 * @property {string} bits
 * @property {string} psnr
 * @property {string} rivals
 * @property {string} figures with {bits} and {psnr}
 * @property {string} chart what it shows, and the keys
 * @typedef {Object} Facts
 * @property {string} language
 * @property {Series[]} series
 * @property {Measured[]} points
 * @property {Exact[]} exact formats that change nothing
 * @property {string} held the id of a point
 * @property {[number, number]} side height and width of a picture
 * @property {string} original what the first picture is
 * @property {Words} words
 */
import { pointerIn } from "../shared/pixels.js";
import { nearest, rivals } from "./nearest.js";
import { Plot, label, line } from "./plot.js";
import { framed, mounting } from "../shared/mounting.js";
import { pictured } from "../shared/pictured.js";
import { context, paint } from "../shared/pictures.js";
import { unpack } from "../shared/tensors.js";

const REACH = 60; // CSS pixels from the pointer to a point
const FRAME = `
<div class="chart"><canvas role="application" tabindex="0"></canvas><p class="legend"></p></div>
<div class="side">
  <div class="large"><figure></figure><figure></figure></div>
  <p class="beside"></p>
  <div class="rivals"></div>
  <p class="said" aria-live="polite"></p>
</div>`;

class Rates {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "rates", FRAME);
    this.root = root;
    this.canvas = /** @type {HTMLCanvasElement} */ (find("canvas"));
    this.large = [...this.root.querySelectorAll("figure")];
    this.rivals = /** @type {HTMLElement} */ (find(".rivals"));
    this.beside = find(".beside");
    this.said = find(".said");
    this.plot = new Plot(this.canvas);
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Uint8Array} */
    this.pictures = new Uint8Array();
    this.at = 0;
    this.held = 0;
    /** @type {(name: string, value: unknown) => void} */
    this.tell = () => {};
    this.canvas.addEventListener("pointermove", (event) => this.#point(event));
    this.canvas.addEventListener("pointerleave", () => this.#show(this.held));
    this.canvas.addEventListener("click", (event) => {
      this.#point(event);
      this.#hold(this.at);
    });
    this.canvas.addEventListener("keydown", (event) => this.#key(event));
    this.watcher = new ResizeObserver(() => this.#draw());
    this.watcher.observe(this.canvas);
  }

  close() {
    this.watcher.disconnect();
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data, setStateValue }) {
    this.tell = setStateValue;
    const { facts, arrays } = unpack(data);
    this.facts = /** @type {Facts} */ (facts);
    this.pictures = /** @type {Uint8Array} */ (arrays.pictures);
    const { points, words, language, exact } = this.facts;
    const plain = (/** @type {number} */ value) => value.toLocaleString(language);
    const bits = [...points.map((each) => each.bits), ...exact.map((each) => each.bits)];
    const psnr = points.map((each) => each.psnr);
    this.plot.across = {
      name: words.bits,
      low: Math.min(...bits) * 0.8,
      high: Math.max(...bits) * 1.25,
      log: true,
      written: plain,
    };
    this.plot.up = {
      name: words.psnr,
      low: Math.min(...psnr) - 1,
      high: Math.max(...psnr) + 3,
      log: false,
      written: plain,
    };
    this.#legend();
    const held = points.findIndex(({ id }) => id === this.facts?.held);
    this.held = held < 0 ? 0 : held;
    this.#show(this.held);
  }

  #legend() {
    const seen = new Map(this.facts?.series.map((each) => [each.legend, each]));
    const names = [...seen.values()].map((each) => {
      const name = document.createElement("span");
      const sign = document.createElement("i");
      sign.className = each.mark;
      sign.style.background = each.colour;
      name.append(sign, each.legend);
      return name;
    });
    this.root.querySelector(".legend")?.replaceChildren(...names);
  }

  /** @param {PointerEvent | MouseEvent} event */
  #point(event) {
    const [x, y] = pointerIn(this.canvas, event);
    const places = this.facts?.points.map((each) => [this.#x(each), this.#y(each)]) ?? [];
    const found = nearest(places, x, y, REACH);
    this.#show(found < 0 ? this.held : found);
  }

  /** @param {number} point */
  #hold(point) {
    this.held = point;
    this.#show(point);
    if (this.facts) this.tell("held", this.facts.points[point].id);
  }

  /** Left and right go along a line, up and down to the next one. @param {KeyboardEvent} event */
  #key(event) {
    const { facts } = this;
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: 1, ArrowDown: -1 };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (!facts || !step) return;
    event.preventDefault();
    const { points, series } = facts;
    const current = points[this.held];
    let of = current.series;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      of = (of + step + series.length) % series.length;
    }
    const along = points
      .map((each, index) => ({ ...each, index }))
      .filter((each) => each.series === of)
      .sort((a, b) => a.bits - b.bits);
    const here = along.findIndex(({ index }) => index === this.held);
    const close = nearest(along.map(({ bits }) => [Math.log(bits), 0]), Math.log(current.bits), 0, Infinity);
    const next = here < 0 ? close : Math.max(0, Math.min(along.length - 1, here + step));
    this.#hold(along[next].index);
  }

  /** @param {number} point that the pictures are of */
  #show(point) {
    const { facts } = this;
    if (!facts) return;
    this.at = point;
    const { points, words } = facts;
    this.#figure(this.large[0], 0, facts.original, "");
    this.#figure(this.large[1], points[point].picture, this.#name(point), this.#figures(point));
    this.beside.textContent = words.rivals;
    const others = rivals(points, facts.series, point);
    while (this.rivals.children.length < others.length) {
      this.rivals.append(document.createElement("figure"));
    }
    while (this.rivals.children.length > others.length) this.rivals.lastChild?.remove();
    others.forEach((other, k) => {
      const figure = /** @type {HTMLElement} */ (this.rivals.children[k]);
      this.#figure(figure, points[other].picture, this.#name(other), this.#figures(other));
    });
    this.said.textContent = `${this.#name(point)}: ${this.#figures(point)}`;
    this.canvas.setAttribute("aria-label", `${words.chart} ${this.said.textContent}`);
    this.#draw();
  }

  /** @param {number} point */
  #name(point) {
    const { points, series } = /** @type {Facts} */ (this.facts);
    return `${series[points[point].series].name}, ${points[point].way}`;
  }

  /** @param {number} point */
  #figures(point) {
    const { points, words, language } = /** @type {Facts} */ (this.facts);
    const bits = points[point].bits.toLocaleString(language, { maximumFractionDigits: 0 });
    const own = points[point].own.toLocaleString(language, { maximumFractionDigits: 1 });
    return words.figures.replace("{bits}", bits).replace("{psnr}", own);
  }

  /**
   * @param {Element} figure
   * @param {number} picture
   * @param {string} name
   * @param {string} figures
   */
  #figure(figure, picture, name, figures) {
    const [height, width] = /** @type {Facts} */ (this.facts).side;
    let canvas = figure.querySelector("canvas");
    if (!canvas) {
      canvas = document.createElement("canvas");
      figure.append(canvas, document.createElement("figcaption"));
    }
    if (canvas.width !== width || canvas.height !== height) {
      [canvas.width, canvas.height] = [width, height];
    }
    pictured(canvas, name);
    const image = new ImageData(width, height);
    paint(image, this.pictures, picture * width * height, [1, height, width]);
    context(canvas).putImageData(image, 0, 0);
    const caption = /** @type {HTMLElement} */ (figure.querySelector("figcaption"));
    const title = document.createElement("b");
    title.textContent = name;
    caption.replaceChildren(title, document.createElement("br"), figures);
  }

  /** @param {Measured} point */
  #x(point) {
    return this.plot.x(point.bits);
  }

  /** @param {Measured} point */
  #y(point) {
    return this.plot.y(point.psnr);
  }

  #draw() {
    const { facts, plot } = this;
    if (!facts || !this.canvas.clientWidth) return;
    const draw = plot.begin();
    const { top, floor } = plot.edges;
    const ink = getComputedStyle(this.canvas).color;
    const close = rivals(facts.points, facts.series, this.at);
    const looked = facts.points[this.at].series;
    facts.series.forEach((each, k) => {
      const points = facts.points.filter((one) => one.series === k).sort((a, b) => a.bits - b.bits);
      draw.strokeStyle = draw.fillStyle = each.colour;
      draw.globalAlpha = k === looked ? 1 : 0.5;
      draw.lineWidth = k === looked ? 4 : 2;
      draw.beginPath();
      points.forEach((one) => draw.lineTo(this.#x(one), this.#y(one)));
      draw.stroke();
      draw.globalAlpha = k === looked ? 1 : 0.75;
      points.forEach((one) => mark(draw, each.mark, this.#x(one), this.#y(one), k === looked ? 6 : 4));
      draw.globalAlpha = 1;
    });
    draw.textAlign = "right";
    draw.fillStyle = draw.strokeStyle = ink;
    facts.exact.forEach(({ name, bits }, k) => {
      draw.setLineDash([4, 5]);
      draw.lineWidth = 1;
      line(draw, plot.x(bits), top, plot.x(bits), floor, 0.5);
    });
    draw.setLineDash([]);
    facts.exact.forEach(({ name, bits }, k) => {
      label(draw, name, plot.x(bits) - 6, top + 8 + 22 * k);
    });
    draw.lineWidth = 2;
    draw.strokeStyle = ink;
    for (const other of close) ring(draw, this.#x(facts.points[other]), this.#y(facts.points[other]), 9);
    draw.lineWidth = 3;
    ring(draw, this.#x(facts.points[this.at]), this.#y(facts.points[this.at]), 11);
    draw.restore();
  }
}

/**
 * @param {CanvasRenderingContext2D} draw
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 */
function ring(draw, x, y, radius) {
  draw.beginPath();
  draw.arc(x, y, radius, 0, 2 * Math.PI);
  draw.stroke();
}

/**
 * @param {CanvasRenderingContext2D} draw
 * @param {string} kind
 * @param {number} x
 * @param {number} y
 * @param {number} size
 */
function mark(draw, kind, x, y, size) {
  draw.beginPath();
  if (kind === "dot") draw.arc(x, y, size, 0, 2 * Math.PI);
  else if (kind === "square") draw.rect(x - size, y - size, 2 * size, 2 * size);
  else {
    draw.moveTo(x, y - 1.3 * size);
    draw.lineTo(x + 1.3 * size, y);
    draw.lineTo(x, y + 1.3 * size);
    draw.lineTo(x - 1.3 * size, y);
  }
  draw.fill();
}

export default mounting(Rates);
