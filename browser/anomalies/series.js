/**
 * A signal, and how strange its windows are along the time, with a threshold under the hand: what is
 * above it is counted while it is dragged. The wheel and two fingers zoom, a drag moves the time.
 *
 * The component keeps where people are. Python is told at the end of a gesture, and says where to
 * begin when there is another signal or another judge.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {import("./series_facts.js").Facts} Facts
 * @typedef {import("./series_facts.js").Strangeness} Strangeness
 * @typedef {import("./series_chart.js").Values} Values
 */
import { framed, mounting } from "../shared/mounting.js";
import { pictured } from "../shared/pictured.js";
import { boxOf, pointerIn } from "../shared/pixels.js";
import { fetchTensors } from "../shared/tensors.js";
import { listen } from "../shared/view.js";
import { counted } from "./counting.js";
import { BELOW, LEFT, drawSignal, drawStrangeness, drawWhole } from "./series_chart.js";
import { FRAME, item } from "./series_frame.js";
import { leveled, spread, written } from "./series_values.js";
import { Stretch } from "./stretch.js";

const BUTTON_ZOOM = 1.6;
const PAUSE = 400; // ms of rest that end a gesture of wheel or keys
const FINE = 0.01; // of the axis: a step of the threshold by an arrow key
const AROUND = 4; // windows that are seen around one that is jumped to

class Series {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "series", FRAME);
    this.root = root;
    this.find = find;
    this.pane = find(".pane");
    /** @type {HTMLCanvasElement} */
    this.signalCanvas = find(".signal");
    /** @type {HTMLCanvasElement} */
    this.strangeCanvas = find(".strange");
    /** @type {HTMLCanvasElement} */
    this.wholeCanvas = find(".whole");
    this.handle = find(".threshold");
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Values | null} */
    this.values = null;
    /** @type {Strangeness | null} */
    this.strange = null;
    this.most = 1; // at the upper edge of the axis of the strangeness
    this.threshold = 0;
    this.stretch = new Stretch();
    this.frame = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.telling = undefined;
    this.#listen();
    this.sizes = new ResizeObserver(() => this.#redraw());
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
    this.#write(facts);
    if (old?.key !== facts.key) {
      this.threshold = facts.threshold;
      this.stretch.seconds = facts.seconds;
    }
    if (!old || old.seconds !== facts.seconds) {
      this.stretch.look(...(facts.seen ?? [0, facts.seconds]));
    }
    if (old?.signal !== facts.signal || old.strangeness !== facts.strangeness) {
      void this.#load(facts, old?.signal !== facts.signal);
    } else if (facts.detail && old.detail !== facts.detail) {
      void this.#loadDetail(facts);
    }
    this.#redraw();
  }

  /**
   * @param {Facts} facts
   * @param {boolean} another signal than before
   */
  async #load(facts, another) {
    this.find(".waiting").textContent = facts.words.waiting;
    if (another) this.values = null;
    try {
      const [signal, strange] = await Promise.all([
        fetchTensors(facts.signal),
        fetchTensors(facts.strangeness),
      ]);
      if (this.facts?.strangeness !== facts.strangeness) return; // something else is wanted by now
      const { low, high, rate, step } = signal.facts;
      const level = leveled(signal, 0, step);
      const { taken: steps } = strange.arrays;
      const all = { start: 0, step: 1, low: steps, high: steps };
      const taken = steps ? spread(all, strange.facts.low, strange.facts.high, 255) : null;
      this.values = { levels: [level], taken, rate, takenRate: strange.facts.rate, low, high };
      this.strange = {
        values: /** @type {Float32Array} */ (strange.arrays.values),
        marks: /** @type {Int32Array} */ (strange.arrays.marks),
        hop: strange.facts.hop,
        length: strange.facts.length,
      };
      // the strangest may be far beyond the others: the axis ends with the 99.8th of 100
      const sorted = Float32Array.from(this.strange.values).sort();
      const top = sorted[Math.floor(0.998 * (sorted.length - 1))];
      this.most = 1.15 * Math.max(top, 1.3 * facts.threshold);
      this.stretch.least = this.strange.length / 2;
      this.find(".waiting").textContent = "";
    } catch {
      this.find(".waiting").textContent = facts.words.failed;
      return;
    }
    if (facts.detail) await this.#loadDetail(facts);
    this.#redraw();
  }

  /** @param {Facts} facts */
  async #loadDetail(facts) {
    const { detail } = facts;
    if (!detail || !this.values) return;
    const found = await fetchTensors(detail).catch(() => null);
    if (!found || !this.values || this.facts?.detail !== detail) return;
    const { start, step, takenStart, takenLow, takenHigh } = found.facts;
    this.values.levels = [this.values.levels[0], leveled(found, start, step)];
    if (found.arrays.taken) {
      const { taken } = found.arrays;
      this.values.taken = spread({ start: takenStart, step: 1, low: taken, high: taken }, takenLow, takenHigh, 255);
    }
    this.#redraw();
  }

  /** @param {Facts} facts */
  #write({ words, kinds, marked, unit }) {
    const [signal, strange] = this.root.querySelectorAll(".chart em");
    signal.textContent = unit ? `${words.signal}, ${unit}` : words.signal;
    strange.textContent = unit ? `${words.strange}, ${unit}` : words.strange;
    this.pane.setAttribute("aria-label", words.chart);
    pictured(this.wholeCanvas, words.whole);
    this.find(".unseen").textContent = words.keys;
    this.handle.setAttribute("aria-label", words.threshold);
    this.handle.title = words.threshold;
    for (const name of ["before", "next", "closer", "wider", "all"]) {
      const button = this.find(`.${name}`);
      button.title = words[name];
      button.setAttribute("aria-label", words[name]);
    }
    this.find(".all").textContent = words.allShort;
    const key = kinds.map(({ name, colour }) => item(name, `--colour:${colour}`, "mark"));
    key.push(item(words.taken, "--colour:#2f7fd0", "line"));
    key.push(item(words.above, "--colour:#d95f0e", "line"));
    this.find(".key").replaceChildren(...key);
    this.find(".hits").hidden = !marked;
  }

  #listen() {
    let holding = false; // the line of the threshold
    listen(this.pane, {
      hover: ([, y]) => this.pane.classList.toggle("on-line", this.#isOnLine(y)),
      leave: () => this.pane.classList.remove("on-line"),
      press: ([, y]) => (holding = this.#isOnLine(y)),
      pinch: () => (holding = false),
      drag: ([, y], [dx]) => {
        if (holding) this.#hold(this.#thresholdAt(y));
        else this.#pan(dx);
      },
      tap: () => {},
      pan: (dx) => this.#pan(dx),
      zoom: ([x], times) => this.#zoom(x - LEFT, times),
      reset: () => this.#lookAt(0, this.stretch.seconds),
      end: () => this.#tellSoon(),
    });
    this.handle.addEventListener("pointerdown", (event) => {
      this.handle.setPointerCapture(event.pointerId);
    });
    this.handle.addEventListener("pointermove", (event) => {
      if (!this.handle.hasPointerCapture(event.pointerId)) return;
      this.#hold(this.#thresholdAt(pointerIn(this.pane, event)[1]));
    });
    this.handle.addEventListener("pointerup", () => this.#tellSoon());
    this.handle.addEventListener("keydown", (event) => {
      const up = { ArrowUp: 1, ArrowRight: 1, ArrowDown: -1, ArrowLeft: -1 }[event.key];
      if (!up) return;
      event.preventDefault();
      event.stopPropagation();
      this.#hold(this.threshold + up * FINE * this.most * (event.shiftKey ? 5 : 1));
      this.#tellSoon();
    });
    this.pane.addEventListener("keydown", (event) => {
      const width = this.#wide();
      const actions = /** @type {Record<string, () => void>} */ ({
        ArrowLeft: () => this.#pan(width * 0.15),
        ArrowRight: () => this.#pan(-width * 0.15),
        "+": () => this.#zoom(width / 2, BUTTON_ZOOM),
        "=": () => this.#zoom(width / 2, BUTTON_ZOOM),
        "-": () => this.#zoom(width / 2, 1 / BUTTON_ZOOM),
        0: () => this.#lookAt(0, this.stretch.seconds),
      });
      const action = actions[event.key];
      if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      action();
      this.#tellSoon();
    });
    /** @param {string} name @param {() => void} act */
    const click = (name, act) =>
      this.find(`.${name}`).addEventListener("click", () => {
        act();
        this.#tellSoon();
      });
    click("closer", () => this.#zoom(this.#wide() / 2, BUTTON_ZOOM));
    click("wider", () => this.#zoom(this.#wide() / 2, 1 / BUTTON_ZOOM));
    click("all", () => this.#lookAt(0, this.stretch.seconds));
    click("before", () => this.#jump(-1));
    click("next", () => this.#jump(1));
    const toPlace = (/** @type {PointerEvent} */ event) => {
      const [x] = pointerIn(this.wholeCanvas, event);
      const share = (x - LEFT) / (this.wholeCanvas.clientWidth - LEFT);
      const half = (this.stretch.to - this.stretch.from) / 2;
      this.#lookAt(share * this.stretch.seconds - half, share * this.stretch.seconds + half);
    };
    this.wholeCanvas.addEventListener("pointerdown", (event) => {
      this.wholeCanvas.setPointerCapture(event.pointerId);
      toPlace(event);
    });
    this.wholeCanvas.addEventListener("pointermove", (event) => {
      if (this.wholeCanvas.hasPointerCapture(event.pointerId)) toPlace(event);
    });
    this.wholeCanvas.addEventListener("pointerup", () => this.#tellSoon());
  }

  #wide() {
    return Math.max(1, this.signalCanvas.clientWidth - LEFT);
  }

  /** Where the strangeness has its floor and how tall its chart is, in pixels of the pane. */
  #scale() {
    const tall = this.strangeCanvas.clientHeight - BELOW;
    return { floor: boxOf(this.strangeCanvas).top - boxOf(this.pane).top + tall, tall };
  }

  /** @param {number} y pixel of the pane */
  #thresholdAt(y) {
    const { floor, tall } = this.#scale();
    return ((floor - y) / tall) * this.most;
  }

  /** @param {number} y pixel of the pane */
  #isOnLine(y) {
    const { floor, tall } = this.#scale();
    return Math.abs(floor - (this.threshold / this.most) * tall - y) < 8;
  }

  /** @param {number} threshold */
  #hold(threshold) {
    this.threshold = Math.max(0, Math.min(this.most, threshold));
    this.#redraw();
  }

  /** @param {number} dx */
  #pan(dx) {
    this.stretch.pan(dx, this.#wide());
    this.#redraw();
  }

  /**
   * @param {number} x
   * @param {number} times
   */
  #zoom(x, times) {
    this.stretch.zoom(x, times, this.#wide());
    this.#redraw();
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #lookAt(from, to) {
    this.stretch.look(from, to);
    this.#redraw();
  }

  /**
   * To the next stretch above the threshold, or the one before.
   *
   * @param {1 | -1} way
   */
  #jump(way) {
    const middle = (this.stretch.from + this.stretch.to) / 2;
    if (!this.strange) return;
    const { rows } = counted(this.strange.values, this.strange.marks, this.threshold);
    const nearby = this.#found(rows).map(([from, to]) => (from + to) / 2);
    if (way < 0) nearby.reverse();
    const least = this.strange.length / 4;
    const to = nearby.find((time) => way * (time - middle) > least) ?? nearby[0];
    if (to === undefined) return;
    const half = (this.strange.length * (AROUND + 1)) / 2;
    const span = Math.min(half, (this.stretch.to - this.stretch.from) / 2);
    this.#lookAt(to - span, to + span);
  }

  /**
   * @param {[number, number][]} rows of windows above the threshold
   * @returns {[number, number][]} stretches above it, in seconds
   */
  #found(rows) {
    const { hop, length } = this.strange ?? { hop: 1, length: 1 };
    // of a row of windows what is around their middles: their edges are often normal
    const edge = (length - hop) / 2;
    return rows.map(([first, last]) => [first * hop + edge, last * hop + length - edge]);
  }

  #redraw() {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.#draw());
  }

  #draw() {
    const { facts, values, strange, stretch, threshold, most } = this;
    if (!facts || !values || !strange) return;
    const counts = counted(strange.values, strange.marks, threshold);
    drawSignal(this.signalCanvas, facts, values, stretch, this.#found(counts.rows));
    drawStrangeness(this.strangeCanvas, facts, strange, stretch, threshold, most);
    drawWhole(this.wholeCanvas, facts, strange, stretch, threshold, most);
    const { floor, tall } = this.#scale();
    this.handle.style.top = `${floor - (threshold / most) * tall}px`;
    this.#count(facts, counts);
  }

  /**
   * @param {Facts} facts
   * @param {import("./counting.js").Counts} counts
   */
  #count({ words, marks, marked, language, unit }, { hits, alarms, rows }) {
    const shown = written(this.threshold, language, { maximumSignificantDigits: 3 });
    const value = unit ? `${shown} ${unit}` : shown;
    this.handle.setAttribute("aria-valuenow", String(this.threshold));
    this.handle.setAttribute("aria-valuemin", "0");
    this.handle.setAttribute("aria-valuemax", String(this.most));
    this.handle.setAttribute("aria-valuetext", value);
    this.handle.textContent = value;
    /** @param {number} n */
    const whole = (n) => n.toLocaleString(language);
    this.find(".hits").textContent = words.hits
      .replace("{hits}", whole(hits))
      .replace("{marked}", whole(marks.length));
    this.find(".alarms").textContent = marked
      ? words.alarms.replace("{alarms}", whole(alarms))
      : words.found.replace("{found}", whole(rows.length));
  }

  #tellSoon() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      const { from, to, seconds } = this.stretch;
      const seen = from <= 0 && to >= seconds ? null : [from, to];
      this.setStateValue?.("place", { seen, threshold: this.threshold });
    }, PAUSE);
  }
}

export default mounting(Series);
