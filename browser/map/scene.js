/**
 * What the panels of a map share: the points, what is picked, hovered or asked for its neighbours,
 * and what is behind them.
 */
import { pixel } from "../shared/dots.js";
import { encode, decode } from "./picking.js";

const NEIGHBOURS = 10;
const SAMPLED = 999; // points of a class that its middle is taken from
const FAINT = 0.13; // opacity of what isn't picked, when something is

/** @typedef {import("./panel.js").Panel} Panel */

/**
 * What the scene tells whoever shows it.
 *
 * @typedef {Object} Listener
 * @property {(text: string) => void} picked what is picked has changed
 * @property {(i: number, panel: Panel | null) => void} hovered -1: no point
 * @property {(near: number[]) => void} opened a point and the nearest by code; none
 * @property {(words: string) => void} say to those who listen rather than look
 */

export class Scene {
  /** @param {Listener} listener */
  constructor(listener) {
    this.listener = listener;
    /** @type {Panel[]} */
    this.panels = [];
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
    this.n = 0;
    /** @type {Uint8Array} */
    this.labels = new Uint8Array(0);
    /** @type {ArrayLike<number> | null} */
    this.ids = null;
    this.total = 0;
    /** @type {string[]} */
    this.classes = [];
    /** @type {string[]} */
    this.colours = [];
    /** @type {string[]} */
    this.inks = [];
    this.bright = new Uint32Array(256);
    this.faint = new Uint32Array(256);
    /** @type {Uint8Array} */
    this.lit = new Uint8Array(0);
    this.picked = 0;
    this.text = "";
    /** @type {number[]} */
    this.counts = []; // picked of each class
    this.own = -1; // the point on which the visitor's drawing lies
    this.cursor = -1;
    /** @type {number[]} */
    this.near = [];
    /** @type {import("./behind.js").Behind | null} */
    this.behind = null;
    this.tool = "move";
    this.ink = "#000000";
    this.paper = "#ffffff";
    /** @type {Record<string, string>} */
    this.words = {};
    this.scheduled = 0;
  }

  /** Draw in the next frame what has changed. */
  schedule() {
    this.scheduled ||= requestAnimationFrame((now) => {
      this.scheduled = 0;
      const moving = this.panels.map((panel) => panel.draw(now));
      if (moving.some(Boolean)) this.schedule();
    });
  }

  redraw() {
    for (const panel of this.panels) panel.redraw();
  }

  /**
   * Colours along a scale from one to another; by class when it is empty.
   *
   * @param {string[]} scale
   */
  paint(scale) {
    for (let shade = 0; shade < 256; shade++) {
      const [from, to] = scale;
      const colour = from ? mix(from, to, shade / 255) : this.#classColour(shade);
      this.bright[shade] = pixel(colour);
      this.faint[shade] = pixel(colour, FAINT);
    }
    this.redraw();
  }

  /** @param {number} label */
  #classColour(label) {
    return this.classes.length > 1 ? this.colours[label % this.colours.length] : "#8a9099";
  }

  /** @param {number} i */
  nameOf(i) {
    return this.classes.length > 1 ? (this.classes[this.labels[i]] ?? "") : "";
  }

  /**
   * The middle of each class: the median of some of its points.
   *
   * @param {Float32Array} x
   * @param {Float32Array} y
   */
  middles(x, y) {
    /** @type {[number, number][]} */
    const found = [];
    if (this.classes.length < 2) return found;
    /** @type {number[][]} */
    const places = this.classes.map(() => []);
    for (let i = 0; i < this.n; i++) {
      const own = places[this.labels[i]];
      if (own && own.length < SAMPLED) own.push(i);
    }
    for (const [label, own] of places.entries()) {
      if (!own.length) continue;
      const half = own.length >> 1;
      found[label] = [
        Float32Array.from(own, (i) => x[i]).sort()[half],
        Float32Array.from(own, (i) => y[i]).sort()[half],
      ];
    }
    return found;
  }

  /**
   * @param {number} i
   * @param {Panel | null} panel
   */
  hover(i, panel) {
    if (i === this.cursor) return;
    this.cursor = i;
    this.listener.hovered(i, panel);
    this.schedule();
  }

  /**
   * Show the neighbours of a point; -1 shows none, and lets go of what is picked.
   *
   * @param {number} i
   */
  open(i) {
    if (i < 0 && !this.near.length) this.letGo();
    this.near = i < 0 || !this.behind ? [] : [i, ...this.behind.nearest(i, NEIGHBOURS)];
    this.listener.opened(this.near);
    if (this.near.length) {
      const names = this.near.map((one) => this.nameOf(one));
      this.listener.say(
        fill(this.words.nearest, { label: names[0], labels: names.slice(1).join(", ") }),
      );
    }
    this.schedule();
  }

  letGo() {
    this.#set(new Uint8Array(this.n), "");
  }

  /**
   * @param {Uint8Array} found 1 for each point
   * @param {boolean} add
   */
  pick(found, add) {
    if (add) for (let i = 0; i < found.length; i++) found[i] |= this.lit[i];
    this.#set(found, encode(found, this.ids, this.total));
  }

  /** @param {number} label */
  pickClass(label) {
    const chosen = new Set(this.pickedClasses());
    if (!chosen.delete(label)) chosen.add(label);
    const text = chosen.size ? `c${[...chosen].sort((a, b) => a - b).join(".")}` : "";
    this.#set(this.#read(text), text);
  }

  /** The classes that are picked as such. */
  pickedClasses() {
    return this.text.startsWith("c") ? this.text.slice(1).split(".").map(Number) : [];
  }

  /** @param {string} text */
  #read(text) {
    return text ? decode(text, this.ids, this.labels) : new Uint8Array(this.n);
  }

  /**
   * What Python or the address says is picked.
   *
   * @param {string} text
   */
  take(text) {
    try {
      this.#keep(this.#read(text), text);
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      this.#keep(new Uint8Array(this.n), ""); // not base64: nothing that a map has made
    }
  }

  /**
   * @param {Uint8Array} lit
   * @param {string} text
   */
  #set(lit, text) {
    if (text === this.text) return;
    this.#keep(lit, text);
    this.listener.picked(text);
    this.listener.say(fill(this.words.picked, { n: String(this.picked) }));
  }

  /**
   * @param {Uint8Array} lit
   * @param {string} text
   */
  #keep(lit, text) {
    this.lit = lit;
    this.text = text;
    this.counts = this.classes.map(() => 0);
    this.picked = 0;
    for (let i = 0; i < lit.length; i++) {
      if (!lit[i]) continue;
      this.picked++;
      this.counts[this.labels[i]]++;
    }
    this.redraw();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Panel} panel
   */
  key(event, panel) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step && event.shiftKey) panel.panBy(-60 * step[0], -60 * step[1]);
    else if (step) this.#walk(panel, step[0], step[1]);
    else if (event.key === "+" || event.key === "=") panel.zoomBy(1.4);
    else if (event.key === "-") panel.zoomBy(1 / 1.4);
    else if (event.key === "0" || event.key === "Home") panel.home();
    else if (event.key === "Enter") this.cursor >= 0 && this.open(this.cursor);
    else if (event.key === " ") this.#toggle();
    else if (event.key.toLowerCase() === "v") panel.pickView();
    else if (event.key === "Escape") this.open(-1);
    else return;
    event.preventDefault();
  }

  /** Pick the point under the cursor, or let it go. */
  #toggle() {
    if (this.cursor < 0) return;
    const lit = this.lit.slice();
    lit[this.cursor] ^= 1;
    this.pick(lit, false);
  }

  /**
   * Go to the next point in a direction; the first step goes to the middle of what is seen.
   *
   * @param {Panel} panel
   * @param {number} dx
   * @param {number} dy
   */
  #walk(panel, dx, dy) {
    const view = panel.view();
    const begun = this.cursor >= 0;
    const [x0, y0] = begun ? [panel.x[this.cursor], panel.y[this.cursor]] : [view.x, view.y];
    const least = begun ? (6 * panel.ratio) / view.scale : -Infinity; // a step that can be seen
    let best = -1;
    let shortest = Infinity;
    for (let i = 0; i < this.n; i++) {
      const [x, y] = [panel.x[i] - x0, panel.y[i] - y0];
      const along = x * dx + y * dy;
      const aside = Math.abs(x * dy + y * dx);
      if (begun && (along < least || aside > along)) continue;
      const way = begun ? along + 2 * aside : x * x + y * y;
      if (way < shortest) [best, shortest] = [i, way];
    }
    if (best < 0) return;
    const [px, py] = panel.place(best, view);
    const { width, height } = panel.raster;
    if (px < 0 || py < 0 || px > width || py > height) {
      panel.middle = [panel.x[best], panel.y[best]];
      panel.redraw();
    }
    this.hover(best, panel);
    this.listener.say(fill(this.words.point, { label: this.nameOf(best) }));
  }
}

/**
 * @param {string} sentence with {names}
 * @param {Record<string, string>} values
 */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

/**
 * @param {string} from "#rrggbb"
 * @param {string} to
 * @param {number} share
 */
function mix(from, to, share) {
  const parts = [1, 3, 5].map((at) => {
    const [a, b] = [from, to].map((colour) => parseInt(colour.slice(at, at + 2), 16));
    return Math.round(a + (b - a) * share)
      .toString(16)
      .padStart(2, "0");
  });
  return `#${parts.join("")}`;
}
