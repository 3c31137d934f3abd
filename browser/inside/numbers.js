/**
 * A code's numbers under the hand: bars that are dragged, switched off and swept, and what the
 * decoder makes of them while they move.
 *
 * The component keeps what people have moved. Python is told at the end of a gesture.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {import("./numbers_facts.js").Facts} Facts
 */
import { paintAround, scaleOf } from "../shared/diverging.js";
import { framed, mounting } from "../shared/mounting.js";
import { pictured } from "../shared/pictured.js";
import { context, paint } from "../shared/pictures.js";
import { fetchTensors } from "../shared/tensors.js";
import { Bars } from "./bars.js";
import { Beforehand, Decoded } from "./sources.js";
import { Strip } from "./strip.js";

const STOPS = 9; // images of a sweep's row
const SWEEP = 3500; // ms there and back
const PAUSE = 400; // ms of rest until Python is told
const BUDGET = 6; // ms of a frame for the row, after the picture
const FRAME = `
<div class="hand">
  <figure class="small"><img alt=""><figcaption></figcaption>
    <p class="range"><i></i><span></span></p></figure>
  <div class="bars">
    <div class="pane" tabindex="0" role="slider" aria-valuenow="0" aria-orientation="vertical"
      aria-describedby="numbers-keys"><canvas></canvas></div>
    <div class="tools">
      <button type="button" class="before">‹</button>
      <button type="button" class="next">›</button>
      <b></b>
      <input type="range" step="any">
      <button type="button" class="sweep" aria-pressed="false"></button>
      <button type="button" class="mean"></button>
      <button type="button" class="zero"></button>
      <button type="button" class="back"></button>
    </div>
  </div>
  <figure><canvas class="made"></canvas><figcaption></figcaption></figure>
  <figure class="small"><canvas class="change"></canvas>
    <figcaption><span></span><span class="scale"><em>−</em><i></i><em>+</em></span></figcaption></figure>
</div>
<p class="why"></p>
<div class="rows">
  <span class="name"></span><div class="strip" tabindex="0" role="group"><canvas class="stops"></canvas></div>
  <span class="name"></span><div class="strip" tabindex="0" role="group"><canvas class="largest"></canvas></div>
  <span class="name"></span><div class="strip" tabindex="0" role="group"><canvas class="smallest"></canvas></div>
</div>
<p class="unseen" id="numbers-keys"></p>
<p class="unseen said" aria-live="polite"></p>`;

class Numbers {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "inside", FRAME);
    this.root = root;
    this.find = find;
    /** @type {Facts | null} */
    this.facts = null;
    this.pane = find(".pane");
    this.slider = /** @type {HTMLInputElement} */ (find(".tools input"));
    this.made = /** @type {HTMLCanvasElement} */ (find(".made"));
    this.change = /** @type {HTMLCanvasElement} */ (find(".change"));
    this.bars = new Bars(this.pane, {
      choose: (j) => this.#choose(j),
      move: (j, value) => this.#move(j, value),
      end: () => this.tell(),
      press: (key) => this.#press(key),
    });
    this.strip = new Strip(find(".stops"), STOPS);
    this.largest = new Strip(find(".largest"), 0);
    this.smallest = new Strip(find(".smallest"), 0);
    /** @type {Decoded | Beforehand | null} */
    this.source = null;
    /** @type {Record<string, any> | null} ranges of the numbers and extreme images */
    this.known = null;
    /** @type {Float32Array | null} the reconstruction, 0…255, that a change is measured from */
    this.first = null;
    this.sweeping = 0; // since when, ms
    this.changed = { image: true, stops: true, extremes: true };
    this.frame = 0;
    this.#listen();
    this.sizes = new ResizeObserver(() => this.touch());
    this.sizes.observe(this.pane);
  }

  close() {
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.telling);
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data, setStateValue }) {
    /** @type {Facts} */
    const facts = data;
    const old = this.facts;
    this.facts = facts;
    this.setStateValue = setStateValue;
    const { bars } = this;
    if (!old || old.key !== facts.key) {
      bars.chosen = Math.min(old ? bars.chosen : facts.start.number, facts.code.length - 1);
      this.held = new Map(old ? [] : facts.start.moved);
      if (old) this.tell(); // or a link would move numbers of another model
    }
    if (old?.key !== facts.key || old.image !== facts.image) {
      bars.code = facts.code;
      bars.values = [...facts.code];
      for (const [j, value] of this.held ?? []) if (j in bars.values) bars.values[j] = value;
      bars.measure();
      this.first = null;
      this.sweep(false);
    }
    if (old?.known !== facts.known) void this.#loadKnown(facts);
    if (old?.weights !== facts.weights || old.drawn !== facts.drawn) void this.#loadSource(facts);
    this.#write(facts);
    this.#say(facts); // the first picture may be long in coming
    this.touch("image", "stops");
  }

  /** @param {Facts} facts */
  async #loadKnown(facts) {
    this.known = this.bars.ranges = null;
    const { arrays } = await fetchTensors(facts.known);
    if (this.facts?.known !== facts.known) return; // another model has been chosen
    this.known = arrays;
    this.bars.ranges = /** @type {any} */ (arrays);
    this.bars.measure();
    this.touch("image", "stops", "extremes");
  }

  /** @param {Facts} facts */
  async #loadSource(facts) {
    this.source = null;
    const { facts: told, arrays } = await fetchTensors(facts.weights ?? facts.drawn ?? "");
    if (this.facts?.weights !== facts.weights || this.facts.drawn !== facts.drawn) return;
    this.source = facts.weights
      ? new Decoded(told, arrays)
      : new Beforehand(
          /** @type {Uint8Array} */ (arrays.images),
          told.steps,
          /** @type {any} */ (arrays),
        );
    this.first = null;
    this.touch("image", "stops");
  }

  /** @param {Facts} facts the words that stay */
  #write(facts) {
    const { words, shape } = facts;
    const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    this.fixed = new Intl.NumberFormat(facts.language, digits);
    const captions = [facts.title, words.made]; // that of the change depends on the bars
    const figures = this.root.querySelectorAll(".hand figure");
    captions.forEach((caption, i) => {
      /** @type {HTMLElement} */ (figures[i].querySelector("figcaption")).textContent = caption;
    });
    const picture = /** @type {HTMLImageElement} */ (this.find(".hand img"));
    picture.src = facts.picture;
    picture.alt = facts.title;
    [picture.width, picture.height] = [shape[2], shape[1]];
    this.find(".range span").textContent = words.range;
    this.find("#numbers-keys").textContent = words.keys;
    this.find(".why").textContent = facts.why;
    for (const name of ["before", "next", "sweep", "mean", "zero", "back"]) {
      const button = this.find(`.${name}`);
      const short = name === "before" || name === "next";
      if (short) button.setAttribute("aria-label", words[name]);
      else button.textContent = words[name];
      button.title = words[`${name}Help`] ?? words[name];
    }
    for (const canvas of [this.made, this.change]) {
      if (canvas.width !== shape[2] || canvas.height !== shape[1]) {
        [canvas.width, canvas.height] = [shape[2], shape[1]];
      }
    }
  }

  #listen() {
    const on = (/** @type {string} */ name, /** @type {() => void} */ act) =>
      this.find(`.${name}`).addEventListener("click", () => {
        act();
        this.tell();
      });
    const { bars, slider } = this;
    on("before", () => this.#choose((bars.chosen + bars.count - 1) % bars.count));
    on("next", () => this.#choose((bars.chosen + 1) % bars.count));
    on("sweep", () => this.sweep(!this.sweeping));
    on("mean", () => this.#move(bars.chosen, bars.ranges?.mean[bars.chosen] ?? 0));
    on("zero", () => this.#move(bars.chosen, 0));
    on("back", () => this.#allBack());
    slider.addEventListener("input", () => this.#move(bars.chosen, Number(slider.value)));
    slider.addEventListener("change", () => this.tell());
  }

  /** @param {string} key @returns {boolean} whether it meant something */
  #press(key) {
    const { bars } = this;
    if (key === "Delete" || key === "0") this.#move(bars.chosen, 0);
    else if (key === "Backspace") this.#move(bars.chosen, bars.code[bars.chosen]);
    else if (key === "Enter" || key === " ") this.sweep(!this.sweeping);
    else if (key === "Escape") this.#allBack();
    else return false;
    return true;
  }

  /** @param {number} j */
  #choose(j) {
    if (j === this.bars.chosen) return;
    this.sweep(false);
    this.bars.chosen = j;
    this.touch("image", "stops", "extremes");
  }

  /**
   * @param {number} j
   * @param {number} value
   */
  #move(j, value) {
    this.sweep(false);
    const { bars } = this;
    if (this.source instanceof Beforehand) this.#others(j);
    bars.values[j] = value;
    if (value === bars.code[j]) this.held?.delete(j);
    else this.held?.set(j, value);
    this.touch("image", ...(j === bars.chosen ? [] : /** @type {["stops"]} */ (["stops"])));
  }

  /** Where images were drawn beforehand only one number is moved: the others go back. */
  #others(/** @type {number} */ j) {
    const { bars, held } = this;
    for (const other of [...(held?.keys() ?? [])]) {
      if (other === j) continue;
      bars.values[other] = bars.code[other];
      held?.delete(other);
    }
  }

  #allBack() {
    this.sweep(false);
    this.bars.values = [...this.bars.code];
    this.held?.clear();
    this.touch("image", "stops");
  }

  /** @param {boolean} on let the chosen number run through its range and back */
  sweep(on) {
    const { bars } = this;
    if (!on && this.sweeping) bars.values[bars.chosen] = this.swept ?? 0;
    if (on) this.swept = bars.values[bars.chosen];
    this.sweeping = on ? performance.now() : 0;
    this.find(".sweep").setAttribute("aria-pressed", String(on));
    this.touch("image");
  }

  /** Tells Python what is moved, a moment after the last move. */
  tell() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      const moved = [...(this.held ?? [])].map(([j, value]) => [j, Number(value.toFixed(3))]);
      this.setStateValue?.("numbers", { number: this.bars.chosen, moved });
    }, PAUSE);
  }

  /** @param {("image" | "stops" | "extremes")[]} parts that have to be drawn anew */
  touch(...parts) {
    for (const part of parts) this.changed[part] = true;
    this.frame ||= requestAnimationFrame((now) => {
      this.frame = 0;
      this.#draw(now);
    });
  }

  /** @param {number} now */
  #draw(now) {
    const { facts, bars, source, known, changed } = this;
    if (!facts) return;
    const { chosen } = bars;
    if (this.sweeping && bars.ranges) {
      const { low, high } = bars.ranges;
      const share = (1 - Math.cos((2 * Math.PI * (now - this.sweeping)) / SWEEP)) / 2;
      bars.values[chosen] = low[chosen] + share * (high[chosen] - low[chosen]);
      changed.image = true;
    }
    bars.draw((value) => this.written(value));
    if (changed.image) this.#drawImage(facts);
    if (changed.extremes && known) {
      for (const [strip, name] of /** @type {const} */ ([
        [this.largest, "largest"],
        [this.smallest, "smallest"],
      ])) {
        const each = known[name].length / bars.count;
        strip.show(known.images, known[name].subarray(chosen * each, (chosen + 1) * each), facts.shape);
      }
    }
    if (changed.stops && bars.ranges) {
      this.strip.begin(facts.shape);
      this.#name(facts);
    }
    this.changed = { image: false, stops: changed.stops && !bars.ranges, extremes: changed.extremes && !known };
    if (source && bars.ranges) {
      const began = performance.now();
      while (this.strip.open && performance.now() - began < BUDGET) {
        const code = [...bars.values];
        const share = this.strip.next / (STOPS - 1);
        const [low, high] = [bars.ranges.low[chosen], bars.ranges.high[chosen]];
        code[chosen] = low + share * (high - low);
        this.strip.add(source.image(code, chosen, true));
      }
    }
    if (this.sweeping || (this.strip.open && source)) this.touch();
  }

  /** The chosen number's value in words, for the eye and for screen readers. @param {Facts} facts */
  #say(facts) {
    const { bars, slider } = this;
    const { chosen, values } = bars;
    const value = values[chosen];
    const name = facts.words.number
      .replace("{number}", String(chosen + 1))
      .replace("{value}", this.written(value));
    this.find(".tools b").textContent = name;
    [slider.min, slider.max] = [String(bars.least), String(bars.most)];
    slider.value = String(value);
    slider.setAttribute("aria-label", name);
    this.pane.setAttribute("aria-label", facts.words.bars);
    for (const [attribute, told] of /** @type {const} */ ([
      ["aria-valuemin", bars.least],
      ["aria-valuemax", bars.most],
      ["aria-valuenow", value],
      ["aria-valuetext", name],
    ])) {
      this.pane.setAttribute(attribute, String(told));
    }
    return name;
  }

  /** @param {Facts} facts */
  #drawImage(facts) {
    const { bars, source } = this;
    const { chosen, values, code } = bars;
    const value = values[chosen];
    const name = this.#say(facts);
    if (!source) return;
    if (!this.first) this.first = Float32Array.from(source.image(code, chosen, false));
    const bytes = source.image(values, chosen, value !== code[chosen]);
    const [channels, height, width] = facts.shape;
    const image = new ImageData(width, height);
    paint(image, bytes, 0, facts.shape);
    context(this.made).putImageData(image, 0, 0);
    pictured(this.made, `${facts.words.made}: ${name}`);
    const pixels = height * width;
    const change = new Float32Array(pixels);
    for (let i = 0; i < change.length; i++) {
      for (let c = 0; c < channels; c++) {
        change[i] += (bytes[c * pixels + i] - this.first[c * pixels + i]) / channels;
      }
    }
    paintAround(image, change, 0, [height, width], 255, scaleOf(this.change));
    context(this.change).putImageData(image, 0, 0);
    const { words } = facts;
    const caption = values.some((one, j) => one !== code[j]) ? words.change : words.unchanged;
    this.find(".change + figcaption > :first-child").textContent = caption;
    pictured(this.change, caption);
  }

  /** @param {Facts} facts the rows' names, which tell the number */
  #name(facts) {
    const { chosen, ranges } = this.bars;
    if (!ranges) return;
    const names = [facts.words.stops, facts.words.largest, facts.words.smallest];
    const strips = this.root.querySelectorAll(".rows .strip");
    this.root.querySelectorAll(".rows .name").forEach((name, i) => {
      name.textContent = names[i]
        .replace("{number}", String(chosen + 1))
        .replace("{low}", this.written(ranges.low[chosen]))
        .replace("{high}", this.written(ranges.high[chosen]));
      strips[i].setAttribute("aria-label", name.textContent);
    });
  }

  /** @param {number} value */
  written(value) {
    return (this.fixed?.format(Math.abs(value) < 0.005 ? 0 : value) ?? "").replace("-", "−");
  }
}

export default mounting(Numbers);
