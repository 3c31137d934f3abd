/**
 * A run from its first moment on: loss curves, the codes of test images and eight of the images as
 * the model draws them, all at the moment where the slider stands. They glide from one frame to
 * the next while it plays.
 *
 * Python sends the losses and tells where the frames are fetched. It is told the epoch when the
 * slider comes to rest; null stands for the end, which moves on while the run trains.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Facts
 * @property {string} language
 * @property {number} epochs of the whole run
 * @property {number | null} at the epoch to begin with, null for the end
 * @property {import("./frames.js").Listed[]} frames
 * @property {import("./loss_chart.js").Chart[]} charts
 * @property {import("./gliding_codes.js").Class[]} classes
 * @property {boolean} rows codes of one number: each class gets a row
 * @property {string} note
 * @property {Record<string, string>} words
 */
import { ICONS, icon, label, options } from "./controls.js";
import { GlidingCodes } from "./gliding_codes.js";
import { drawStrip } from "./image_strip.js";
import { LossChart, valueAt } from "./loss_chart.js";
import { Frame, Frames, pictures } from "./frames.js";
import { framed, mounting } from "../shared/mounting.js";
import { unpack } from "../shared/tensors.js";

const EACH = 900; // ms from one frame to the next at speed 1
const CHASE = 110; // ms: how fast the picture follows the slider
const REST = 500; // ms without a key until Python is told
const SPEEDS = [0.5, 1, 2, 4];
const FRAME = `
<div class="bar">
  <button type="button" class="back"></button>
  <button type="button" class="play"></button>
  <button type="button" class="next"></button>
  <input type="range" class="time" min="0" step="1">
  <output></output>
  <select class="speed"></select>
</div>
<div class="views">
  <div class="loss">
    <div class="head"><select class="curve"></select><b></b><span class="legend"></span></div>
    <canvas></canvas>
  </div>
  <div class="codes"><canvas></canvas><p class="note"></p></div>
  <div class="classes" aria-hidden="true"></div>
</div>
<p class="caption"></p>
<div class="digits" tabindex="0" role="group">
  <span class="original"></span><canvas class="original"></canvas>
  <span class="drawn"></span><canvas class="drawn"></canvas>
</div>
<p class="said" aria-live="polite"></p>`;

export class TimeMachine {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "machine", FRAME);
    this.root = root;
    this.find = find;
    /** @type {HTMLInputElement} */
    this.slider = find(".time");
    /** @type {HTMLButtonElement} */
    this.button = find(".play");
    this.output = find("output");
    /** @type {HTMLSelectElement} */
    this.curve = find(".curve");
    /** @type {HTMLSelectElement} */
    this.speed = find(".speed");
    this.said = find(".said");
    this.chart = new LossChart(find(".loss canvas"));
    this.codes = new GlidingCodes(find(".codes canvas"));
    this.frames = new Frames(() => this.#arrived());
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {HTMLCanvasElement[]} */
    this.originals = [];
    /** @type {Uint8Array | null} */
    this.data = null;
    /** The frame that the picture shows, with its share of the way to the next one. */
    this.at = 0;
    /** The frame that the slider names. */
    this.aim = 0;
    /** It stands at the end, and goes on with it. */
    this.follows = true;
    this.playing = false;
    this.request = 0;
    this.last = 0;
    this.resting = 0;
    /** @type {(name: string, value: unknown) => void} */
    this.tell = () => {};
    /** @type {number | null | undefined} */
    this.told = undefined;
    this.calm = window.matchMedia("(prefers-reduced-motion: reduce)");
    this.#listen();
    this.sized = new ResizeObserver(() => this.draw());
    this.sized.observe(this.root);
  }

  close() {
    cancelAnimationFrame(this.request);
    clearTimeout(this.resting);
    this.sized.disconnect();
    this.frames.close();
    this.root.remove();
  }

  /** @param {Pick<Component, "data" | "setStateValue">} component */
  update({ data, setStateValue }) {
    this.tell = setStateValue;
    const same = this.data?.length === data.length && data.every(
      (/** @type {number} */ byte, /** @type {number} */ i) => byte === this.data?.[i],
    );
    if (same) {
      this.draw(); // the theme may be another one
      return;
    }
    this.data = data;
    const first = this.facts === null;
    const { facts, arrays, shapes } = unpack(data);
    this.facts = /** @type {Facts} */ (facts);
    const labels = arrays.labels ? /** @type {Int32Array} */ (arrays.labels) : null;
    this.#words(this.facts);
    this.codes.colour(facts.classes, labels);
    this.frames.make = (epoch, packed) =>
      new Frame(epoch, packed, labels, facts.classes.length, facts.rows);
    this.originals = arrays.originals
      ? pictures(/** @type {Uint8Array} */ (arrays.originals), shapes.originals)
      : [];
    this.root.classList.toggle("bare", !this.originals.length);
    this.frames.list(facts.frames);
    if (first && facts.at !== null) {
      this.follows = facts.at >= (facts.frames.at(-1)?.epoch ?? Infinity);
      this.at = this.aim = this.frames.nearest(facts.at);
    }
    this.#arrived();
  }

  /** Frames have been listed or fetched. */
  #arrived() {
    const end = Math.max(0, this.frames.length - 1);
    const alone = !this.frames.here.size;
    if (this.follows && !this.playing) this.aim = end;
    this.aim = Math.min(this.aim, end);
    // what is there first is shown at once; later ones are glided to
    if (alone || this.at > end) this.at = this.aim;
    this.slider.max = String(end);
    this.frames.fetch(this.aim);
    this.draw();
    this.#move();
  }

  #listen() {
    this.button.addEventListener("click", () => (this.playing ? this.#pause() : this.#play()));
    this.find(".back").addEventListener("click", () => this.#go(Math.ceil(this.at - 0.01) - 1));
    this.find(".next").addEventListener("click", () => this.#go(Math.floor(this.at + 0.01) + 1));
    this.slider.addEventListener("input", () => this.#go(Number(this.slider.value)));
    this.slider.addEventListener("change", () => this.#rest(0));
    this.curve.addEventListener("change", () => this.draw());
    const { canvas } = this.chart;
    /** @param {PointerEvent} event */
    const drag = (event) => {
      if (this.frames.length && event.buttons & 1) {
        this.#go(this.frames.nearest(this.chart.epochAt(event)));
      }
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      drag(event);
    });
    canvas.addEventListener("pointermove", drag);
    canvas.addEventListener("pointerup", () => this.#rest(0));
  }

  /** @param {number} index of a frame */
  #go(index) {
    this.playing = false;
    this.#aimAt(index);
    this.#rest(REST);
    this.#move();
    this.draw();
  }

  /** @param {number} index */
  #aimAt(index) {
    const end = Math.max(0, this.frames.length - 1);
    this.aim = Math.max(0, Math.min(end, index));
    this.follows = this.aim === end;
  }

  #play() {
    const end = this.frames.length - 1;
    if (end < 1) return;
    if (this.at >= end - 0.01) this.at = 0;
    this.at = Math.floor(this.at + 0.01);
    this.playing = true;
    clearTimeout(this.resting);
    this.#move();
    this.draw();
  }

  #pause() {
    this.playing = false;
    this.#aimAt(Math.round(this.at));
    this.#rest(0);
    this.#move();
    this.draw();
  }

  /**
   * Say where it stands, and tell Python, once it has stood there for a while.
   *
   * @param {number} after ms
   */
  #rest(after) {
    clearTimeout(this.resting);
    this.resting = window.setTimeout(() => {
      const epoch = this.frames.listed[this.aim]?.epoch;
      if (epoch === undefined) return;
      this.said.textContent = this.#sentence(epoch);
      const value = this.follows ? null : epoch;
      if (value !== this.told) this.tell("epoch", value);
      this.told = value;
    }, after);
  }

  /** Come nearer to the aim, frame by frame, until it is reached. */
  #move() {
    if (this.request) return;
    this.last = 0;
    /** @param {number} now */
    const step = (now) => {
      const passed = this.last ? Math.min(100, now - this.last) : 16;
      this.last = now;
      this.request = 0;
      if (this.playing) this.#playOn(passed);
      else if (this.calm.matches || Math.abs(this.aim - this.at) < 0.004) this.at = this.aim;
      else this.at += (this.aim - this.at) * (1 - Math.exp(-passed / CHASE));
      this.draw();
      if (this.playing || this.at !== this.aim) this.request = requestAnimationFrame(step);
    };
    this.request = requestAnimationFrame(step);
  }

  /** @param {number} passed ms */
  #playOn(passed) {
    const end = this.frames.length - 1;
    const next = Math.floor(this.at) + 1;
    if (this.frames.at(Math.min(next, end))) {
      this.at = Math.min(end, this.at + (passed / EACH) * Number(this.speed.value));
    }
    this.#aimAt(Math.min(end, Math.floor(this.at)));
    if (this.at < end) return;
    this.playing = false;
    this.#rest(0);
  }

  draw() {
    const { facts, find, originals, frames } = this;
    if (!facts) return;
    const from = frames.near(Math.floor(this.at));
    const to = frames.at(Math.ceil(this.at)) ?? from;
    const linear = this.calm.matches ? 0 : this.at - Math.floor(this.at);
    const share = linear * linear * (3 - 2 * linear); // slow at both ends: each one can be seen
    const epoch = from && to ? from.epoch + (to.epoch - from.epoch) * share : null;
    this.chart.chart = facts.charts[Math.max(0, this.curve.selectedIndex)] ?? null;
    this.chart.epochs = facts.epochs;
    this.chart.show(epoch);
    this.find(".note").textContent = from ? "" : facts.note;
    if (from && to) this.codes.show(from, to, share);
    drawStrip(find("canvas.original"), originals, originals, [], 0);
    drawStrip(find("canvas.drawn"), originals, from?.pictures ?? [], to?.pictures ?? [], share);
    const listed = frames.listed[this.aim]?.epoch;
    this.output.textContent = listed === undefined ? "" : this.#epoch(listed);
    this.slider.value = String(this.aim);
    this.slider.setAttribute(
      "aria-valuetext",
      listed === undefined ? facts.note : this.#sentence(listed),
    );
    const none = frames.length < 2;
    for (const control of this.root.querySelectorAll(".bar button, .bar input")) {
      /** @type {HTMLButtonElement} */ (control).disabled = none;
    }
    const { play, pause } = facts.words;
    if (this.button.dataset.playing !== String(this.playing)) {
      this.button.dataset.playing = String(this.playing);
      icon(this.button, this.playing ? ICONS.pause : ICONS.play);
    }
    label(this.button, this.playing ? pause : play);
  }

  /** @param {number} epoch */
  #epoch(epoch) {
    const { words, language } = /** @type {Facts} */ (this.facts);
    if (!epoch) return words.untrained;
    return words.epoch.replace("{n}", epoch.toLocaleString(language, { maximumFractionDigits: 2 }));
  }

  /**
   * Where it stands, in words: the epoch and the losses.
   *
   * @param {number} epoch
   */
  #sentence(epoch) {
    const { charts, language } = /** @type {Facts} */ (this.facts);
    const chart = charts[Math.max(0, this.curve.selectedIndex)];
    const losses = (chart?.curves ?? []).flatMap((curve) => {
      const value = valueAt(curve, epoch);
      const written = value?.toLocaleString(language, { maximumFractionDigits: chart.digits });
      return written === undefined ? [] : [`${curve.name} ${written}`];
    });
    return [this.#epoch(epoch), ...losses].join(", ");
  }

  /** @param {Facts} facts */
  #words({ words, charts, classes, language }) {
    for (const name of /** @type {("back" | "next")[]} */ (["back", "next"])) {
      const button = this.find(`.${name}`);
      if (!button.firstChild) icon(button, ICONS[name]);
      label(button, words[name]);
    }
    label(this.slider, words.time);
    label(this.speed, words.speed);
    const times = new Intl.NumberFormat(language);
    options(
      this.speed,
      SPEEDS.map((speed) => [String(speed), words.times.replace("{n}", times.format(speed))]),
      "1",
    );
    const names = charts.map(({ title }) => title);
    options(this.curve, names.map((title) => [title, title]), names[0]);
    label(this.curve, words.curve);
    this.curve.hidden = names.length < 2;
    this.find(".head b").textContent = names.length < 2 ? names[0] : "";
    this.find(".legend").replaceChildren(
      ...charts[0].curves.map(({ name, colour, dash }) => {
        const item = document.createElement("span");
        const line = document.createElement("i");
        line.style.borderTop = `3px ${dash === "solid" ? "solid" : "dashed"} ${colour}`;
        item.append(line, name);
        return item;
      }),
    );
    this.find(".classes").replaceChildren(
      ...classes.map(({ name, colour, ink }) => {
        const item = document.createElement("b");
        item.textContent = name;
        item.style.background = colour;
        item.style.color = ink;
        return item;
      }),
    );
    this.find(".caption").textContent = words.caption;
    this.find("span.original").textContent = words.original;
    this.find("span.drawn").textContent = words.drawn;
    label(this.find(".digits"), `${words.originals}, ${words.drawings}`);
    label(this.find("canvas.original"), words.originals);
    label(this.find("canvas.drawn"), words.drawings);
    label(this.chart.canvas, words.loss);
    label(this.codes.canvas, words.codes);
    this.chart.language = language;
    this.chart.axis = words.axis;
    this.codes.written = (value) =>
      value.toLocaleString(language, { maximumSignificantDigits: 2 }).replace("-", "−");
  }
}

export default mounting(TimeMachine);
