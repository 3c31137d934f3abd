/** The pane of the plane with its axes: the grid of images, and what lies over it. */
import { Raster } from "../shared/dots.js";
import { context } from "../shared/pictures.js";
import { drawStripes } from "./drawing.js";
import { written } from "./readout.js";

/** @typedef {import("../shared/view.js").Pair} Pair */
/** @typedef {import("./facts.js").Facts} Facts */
/** @typedef {import("./facts.js").Kind} Kind */

const MARGIN = 16; // pixels around the canvas, for dots cut at its edge

export class Board {
  /**
   * @param {HTMLElement} root
   * @param {import("./viewport.js").Viewport} port
   */
  constructor(root, port) {
    /** @type {<E extends Element = HTMLElement>(selector: string) => E} */
    const find = (selector) => /** @type {any} */ (root.querySelector(selector));
    this.root = root;
    this.find = find;
    this.port = port;
    this.pane = find(".pane");
    this.grid = /** @type {HTMLCanvasElement} */ (find(".grid"));
    this.over = /** @type {HTMLCanvasElement} */ (find(".over"));
    this.ring = find(".ring");
    this.own = find(".own");
    this.lines = [find(".edge"), find(".line")];
    this.pins = /** @type {HTMLButtonElement[]} */ ([...root.querySelectorAll(".pin")]);
    /** @type {Kind[]} whose names are written */
    this.named = [];
    /** @type {Raster | null} */
    this.raster = null;
  }

  /**
   * The words that stay.
   *
   * @param {Facts} facts
   */
  write(facts) {
    const { words, axes, classes } = facts;
    const { find } = this;
    this.decimals = new Intl.NumberFormat(facts.language, { maximumFractionDigits: 2 });
    this.pane.setAttribute("aria-label", words.plane);
    find("#keys").textContent = words.keys;
    find(".up em").textContent = axes[1];
    find(".below em").textContent = axes[0];
    this.own.hidden = !facts.own;
    this.own.title = words.own;
    this.own.setAttribute("aria-label", words.own);
    find(".guess-key").hidden = !facts.codes;
    find(".guess-key span").textContent = words.guessing;
    find(".why").textContent = facts.why;
    this.root.querySelectorAll(".zooms button").forEach((button, i) => {
      const name = [words.closer, words.wider, words.reset][i];
      button.setAttribute("aria-label", name);
      button.setAttribute("title", name);
      if (i === 2) button.textContent = words.all;
    });
    this.pane.classList.toggle("behind", facts.points && !!facts.codes);
    const chip = (/** @type {Kind} */ kind, /** @type {string} */ tag) => {
      const made = document.createElement(tag);
      made.textContent = kind.name;
      made.style.background = kind.colour;
      made.style.color = kind.ink;
      return made;
    };
    const shown = facts.points ? classes : [];
    find(".classes").replaceChildren(...shown.map((kind) => chip(kind, "li")));
    this.named = shown.filter((kind) => kind.middle);
    find(".names").replaceChildren(...this.named.map((kind) => chip(kind, "b")));
  }

  /** As many pixels as the pane has now. */
  resize() {
    const { side } = this.port;
    for (const canvas of [this.grid, this.over]) [canvas.width, canvas.height] = [side, side];
    this.raster = new Raster(side, side, MARGIN);
  }

  /**
   * What lies over the grid, and the axes.
   *
   * @param {import("./real_codes.js").RealCodes | null} real
   * @param {import("./drawing.js").Codes | null} codes drawn as dots
   */
  draw(real, codes) {
    const { raster } = this;
    const { view, side, density, axis } = this.port;
    if (raster) {
      raster.pixels.fill(0);
      if (real) drawStripes(raster, view, axis, real, density);
      const closer = Math.log2((view.scale * axis.home) / side);
      codes?.draw(raster, view, Math.round((3 + Math.max(0, closer)) * density));
      raster.show(context(this.over));
    }
    [...this.find(".names").children].forEach((name, i) => {
      const { middle } = this.named[i];
      if (middle) this.#put(/** @type {HTMLElement} */ (name), middle);
    });
    this.#drawAxis(".up", 1 - view.y, (at) => `top:${side / density - at}px`);
    this.#drawAxis(".along", view.x, (at) => `left:${at}px`);
  }

  /**
   * @param {string} selector
   * @param {number} middle
   * @param {(at: number) => string} style of what belongs to a pixel of the page
   */
  #drawAxis(selector, middle, style) {
    const { view, side, density, axis } = this.port;
    const ticks = axis.ticks(middle, view.scale / density, side / density);
    const line = this.find(selector);
    const spans = [...line.querySelectorAll("span")];
    while (spans.length < ticks.length) {
      spans.push(line.appendChild(document.createElement("span")));
    }
    spans.forEach((span, i) => {
      span.hidden = i >= ticks.length;
      if (span.hidden) return;
      span.textContent = written(ticks[i].value, this.decimals);
      span.style.cssText = style(ticks[i].at);
    });
  }

  /**
   * @param {Pair} at where the ring is
   * @param {Pair | null} own where the visitor's drawing is
   * @param {[Pair, Pair]} pins
   */
  mark(at, own, pins) {
    this.#put(this.ring, at);
    if (own) this.#put(this.own, own);
    this.pins.forEach((button, i) => this.#put(button, pins[i]));
  }

  /** @param {Pair[]} stops of the path from pin to pin */
  line(stops) {
    const corners = stops.map((stop) => this.port.pixels(stop).join(",")).join(" ");
    for (const line of this.lines) line.setAttribute("points", corners);
  }

  /**
   * @param {HTMLElement} element
   * @param {Pair} place
   */
  #put(element, place) {
    const [x, y] = this.port.pixels(place);
    element.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
  }
}
