/**
 * The latent plane under the hand: the image at the pointer is decoded while it moves, in front of
 * the grid of decoded images and the codes of real ones; two pins and the path between them.
 *
 * The component keeps where people are. Python is told at the end of a gesture, and says where to
 * begin when there is a new component or another plane.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {import("./axis.js").Pair} Pair
 * @typedef {import("../shared/dots.js").View} View
 * @typedef {{ label: number, name: string, colour: string, ink: string, middle: Pair | null }} Kind
 * @typedef {Object} Facts
 * @property {string} key of the plane
 * @property {"linear" | "quantile"} spacing
 * @property {number} n tiles a side in the first view
 * @property {boolean} points draw the codes
 * @property {string | null} weights where the decoder is fetched; null: the server decodes
 * @property {string} why it does, as a sentence
 * @property {string | null} tiles where the server's tiles are fetched
 * @property {string | null} drawn and its image of the place and those of the path
 * @property {string | null} codes where the codes of real images are fetched
 * @property {number} far farther than this from any of them is far
 * @property {Pair | null} own where the visitor's own drawing lies
 * @property {Kind[]} classes
 * @property {Pair} centre of the codes
 * @property {Pair} spread of the codes
 * @property {[number, number, number]} shape
 * @property {[string, string]} names of the two numbers
 * @property {[string, string]} axes names of the axes
 * @property {string} language
 * @property {Start} start
 * @property {Record<string, string>} words
 * @typedef {Object} Start
 * @property {Pair} at
 * @property {boolean} chosen whether people have gone there
 * @property {[Pair, Pair]} pins
 * @property {boolean} moved whether people have moved the pins
 * @property {"straight" | "round"} way
 * @property {[number, number, number] | null} view its middle and its width, as shares
 */
import { Decoder } from "../shared/decoder.js";
import { Raster } from "../shared/dots.js";
import { context, paint, toBytes } from "../shared/pictures.js";
import { Axis, bounded } from "./axis.js";
import { Codes, drawStripes } from "./drawing.js";
import { gestures, ownGestures, pinGestures } from "./gestures.js";
import { PathStrips, STOPS } from "./path.js";
import { FINEST, Tiles } from "./tiles.js";
import { RealCodes } from "./real_codes.js";
import { fetchTensors } from "../shared/tensors.js";

const MARGIN = 16; // pixels around the canvas, for dots cut at its edge
const SHARPEST = 2; // device pixels for one of the page, at most
const STEP = 1 / 60; // of the view, with an arrow key
const BUTTON_ZOOM = 1.6;
const PAUSE = 400; // ms of rest that end a gesture of wheel or keys
const SPEAK = 500; // ms of rest before the place is read out

const FRAME = `
<div class="board">
  <div class="up"><em></em></div>
  <div class="pane" tabindex="0" role="application" aria-describedby="keys">
    <canvas class="grid"></canvas>
    <canvas class="over"></canvas>
    <svg aria-hidden="true"><polyline class="edge" /><polyline class="line" /></svg>
    <div class="names" aria-hidden="true"></div>
    <div class="ring" aria-hidden="true"></div>
    <button type="button" class="pin">A</button>
    <button type="button" class="pin">B</button>
    <button type="button" class="own" hidden>✎</button>
    <p class="waiting"></p>
  </div>
  <div class="along"></div>
  <div class="below"><em></em>
    <span class="zooms">
      <button type="button">+</button><button type="button">−</button><button type="button"></button>
    </span>
  </div>
</div>
<div class="side">
  <div class="now">
    <canvas role="img"></canvas>
    <div><p class="what"></p><p class="where"></p><p class="guess"></p></div>
  </div>
  <div class="numbers">
    <label><span></span><input type="range" step="0.01"><output></output></label>
    <label><span></span><input type="range" step="0.01"><output></output></label>
  </div>
  <div class="path"></div>
  <p class="why"></p>
  <ul class="classes"></ul>
  <p class="guess-key"><i></i><span></span></p>
</div>
<p class="unseen" id="keys"></p>
<p class="unseen said" aria-live="polite"></p>`;

/** @type {WeakMap<Node, Plane>} */
const planes = new WeakMap();

/** @param {Component} component */
export default function mount(component) {
  const { parentElement } = component;
  const plane = planes.get(parentElement) ?? new Plane(parentElement);
  planes.set(parentElement, plane);
  plane.update(component);
  return () => {
    plane.close();
    planes.delete(parentElement);
  };
}

class Plane {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.root = document.createElement("div");
    this.root.className = "plane";
    this.root.innerHTML = FRAME;
    parent.append(this.root);
    /** @type {<E extends Element = HTMLElement>(selector: string) => E} */
    const find = (selector) => /** @type {any} */ (this.root.querySelector(selector));
    this.pane = find(".pane");
    this.grid = /** @type {HTMLCanvasElement} */ (find(".grid"));
    this.over = /** @type {HTMLCanvasElement} */ (find(".over"));
    this.digit = /** @type {HTMLCanvasElement} */ (find(".now canvas"));
    this.ring = find(".ring");
    this.own = find(".own");
    this.lines = [find(".edge"), find(".line")];
    this.pinButtons = /** @type {HTMLButtonElement[]} */ ([...this.root.querySelectorAll(".pin")]);
    this.sliders = /** @type {HTMLInputElement[]} */ ([...this.root.querySelectorAll("input")]);
    this.outputs = [...this.root.querySelectorAll("output")];
    this.find = find;

    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Decoder | null} */
    this.decoder = null;
    /** @type {Worker | null} */
    this.worker = null;
    /** @type {Tiles | null} */
    this.tiles = null;
    /** @type {RealCodes | null} */
    this.real = null;
    /** @type {Codes | null} */
    this.codes = null;
    /** @type {Raster | null} */
    this.raster = null;
    /** @type {ImageData | null} */
    this.image = null;
    this.bytes = new Uint8Array();
    this.axis = new Axis("linear");
    this.side = 0; // device pixels of the pane
    this.density = 1;
    /** @type {View} */
    this.view = { x: 0.5, y: 0.5, scale: 0 };
    /** @type {Pair} the place that stays */
    this.at = [0, 0];
    /** @type {Pair} and that before a gesture */
    this.atBefore = [0, 0];
    /** @type {Pair | null} that under the pointer, or of a pin that is dragged */
    this.looked = null;
    /** @type {[Pair, Pair]} */
    this.pins = [
      [0, 0],
      [0, 0],
    ];
    this.changed = { view: true, place: true, path: true };
    this.frame = 0;
    this.loads = 0; // decoders asked for so far
    this.tilesId = 0; // of the grid that is wanted
    this.strips = new PathStrips(find(".path"), () => {
      this.touch("path");
      this.tell();
    });
    this.code = new Float32Array(2);
    this.#listen();
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.pane);
  }

  close() {
    this.sizes.disconnect();
    this.loads++; // a decoder that is still on its way is not wanted any more
    this.worker?.terminate();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.telling);
    clearTimeout(this.speaking);
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data, setStateValue }) {
    /** @type {Facts} */
    const facts = data;
    const old = this.facts;
    this.facts = facts;
    this.setStateValue = setStateValue;
    this.decimals = new Intl.NumberFormat(facts.language, { maximumFractionDigits: 2 });
    this.fixed = new Intl.NumberFormat(facts.language, {
      minimumFractionDigits: 2,
      maximumFractionDigits: 2,
    });
    this.tenths = new Intl.NumberFormat(facts.language, {
      minimumFractionDigits: 1,
      maximumFractionDigits: 1,
    });
    this.#write(facts);
    if (old?.spacing !== facts.spacing) this.axis = new Axis(facts.spacing);
    // on another plane the same numbers are another place, unless people have chosen them
    if (!old || (old.key !== facts.key && !facts.start.chosen)) this.at = facts.start.at;
    if (old?.key !== facts.key) {
      this.pins = facts.start.pins;
      this.pinsMoved = facts.start.moved;
      this.strips.way = facts.start.way;
    }
    if (old?.key !== facts.key || old.spacing !== facts.spacing) {
      const away = old && !this.#isFirst();
      this.#look(old ? null : facts.start.view);
      if (away) this.tell(); // or a link would show the part of the plane before
    }
    if (old?.weights !== facts.weights || old.key !== facts.key) {
      void this.#loadDecoder(facts);
    } else if (old.n !== facts.n || old.spacing !== facts.spacing || old.tiles !== facts.tiles) {
      void this.#newTiles(facts);
    }
    if (old?.codes !== facts.codes || old.key !== facts.key || old.spacing !== facts.spacing) {
      void this.#loadCodes(facts);
    }
    if (facts.drawn && old?.drawn !== facts.drawn) void this.#loadDrawn(facts);
    // the server has to know where it is to decode
    if (old?.key !== facts.key && !facts.weights) this.tell();
    this.touch("view");
  }

  /**
   * The words that stay.
   *
   * @param {Facts} facts
   */
  #write(facts) {
    const { words, axes, classes } = facts;
    const { find } = this;
    this.pane.setAttribute("aria-label", words.plane);
    // until the first digit is drawn, which says what it looks like
    if (!this.digit.hasAttribute("aria-label")) this.digit.setAttribute("aria-label", words.plane);
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
    this.sliders.forEach((slider, i) => {
      const name = /** @type {Element} */ (slider.previousElementSibling);
      name.textContent = facts.names[i];
    });
    this.strips.write(words);
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
    this.middles = shown.filter((kind) => kind.middle);
    find(".names").replaceChildren(...this.middles.map((kind) => chip(kind, "b")));
    const [channels, height, width] = facts.shape;
    if (this.image?.width !== width || this.image.height !== height) {
      [this.digit.width, this.digit.height] = [width, height]; // which clears it
      this.image = new ImageData(width, height);
    }
    this.bytes = new Uint8Array(channels * height * width);
    this.touch("place");
  }

  /** @param {Facts} facts */
  async #loadDecoder(facts) {
    const load = ++this.loads;
    this.worker?.terminate();
    this.stripBusy = false; // its answer won't come
    this.worker = this.decoder = this.tiles = null;
    const waiting = this.find(".waiting");
    waiting.textContent = facts.words.waiting;
    try {
      if (facts.weights) {
        const { facts: layers, arrays } = await fetchTensors(facts.weights);
        if (load !== this.loads) return; // another model has been chosen
        this.decoder = new Decoder(layers, arrays);
        this.worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
        this.worker.onmessage = ({ data }) => this.#decoded(data);
        this.worker.postMessage({ decoder: layers, arrays });
      }
      await this.#newTiles(this.facts ?? facts);
      waiting.textContent = "";
    } catch (error) {
      if (load !== this.loads) return;
      waiting.textContent = facts.words.failed;
      throw error;
    }
  }

  /** @param {Facts} facts */
  async #newTiles(facts) {
    const tiles = new Tiles(facts.shape, this.axis, facts.n);
    this.tiles = tiles;
    this.tilesId += 1;
    if (facts.tiles) {
      const { arrays } = await fetchTensors(facts.tiles);
      const bytes = /** @type {Uint8Array} */ (arrays.tiles);
      const size = bytes.length / facts.n ** 2;
      tiles.home().forEach((key, i) => {
        const image = bytes.subarray(i * size, (i + 1) * size);
        tiles.add(key, image, context(this.grid), this.view, this.side);
      });
    }
    this.touch("view", "place", "path");
  }

  /** @param {Facts} facts */
  async #loadCodes(facts) {
    this.real = this.codes = null;
    if (!facts.codes) return;
    const { arrays } = await fetchTensors(facts.codes);
    if (this.facts?.codes !== facts.codes) return;
    const places = /** @type {Float32Array} */ (arrays.places);
    const labels = /** @type {Int32Array | undefined} */ (arrays.labels) ?? null;
    const colours = facts.classes.map((kind) => kind.colour);
    this.real = new RealCodes(places, labels, facts.far);
    this.codes = new Codes(places, labels, colours, this.axis);
    this.touch("view", "place");
  }

  /**
   * What the server has decoded, where the browser can't.
   *
   * @param {Facts} facts
   */
  async #loadDrawn(facts) {
    const { arrays } = await fetchTensors(facts.drawn ?? "");
    if (this.facts?.drawn !== facts.drawn) return; // people have gone on
    this.#show(/** @type {Uint8Array} */ (arrays.place));
    this.strips.draw(/** @type {Uint8Array} */ (arrays.path), facts.shape);
  }

  /** @param {any} data from the worker */
  #decoded({ tiles, strip }) {
    const { facts } = this;
    if (!facts) return;
    if (tiles && tiles.id === this.tilesId) {
      const size = tiles.bytes.length / tiles.keys.length;
      for (let i = 0; i < tiles.keys.length; i++) {
        const image = tiles.bytes.subarray(i * size, (i + 1) * size);
        this.tiles?.add(tiles.keys[i], image, context(this.grid), this.view, this.side);
      }
    }
    if (strip) {
      this.strips.draw(strip.bytes, facts.shape);
      this.stripBusy = false;
      if (strip.id !== this.stripId) this.touch("path"); // a pin has moved on meanwhile
    }
  }

  #listen() {
    const { pane } = this;
    gestures(pane, {
      look: (x, y) => this.#lookAt(this.#placeAt(x, y)),
      leave: () => this.#lookAt(null),
      begin: () => (this.atBefore = this.at),
      takeBack: () => this.#hold(this.atBefore),
      hold: (x, y) => this.#hold(this.#placeAt(x, y)),
      pan: (dx, dy) => {
        const { view, density } = this;
        const x = view.x - (dx * density) / view.scale;
        this.#setView({ x, y: view.y - (dy * density) / view.scale, scale: view.scale });
      },
      zoom: (x, y, times) => this.#zoom(x, y, times),
      step: (right, up) => this.#hold(this.#stepped(this.at, right, up)),
      pin: (which) => this.#movePin(which, this.at),
      reset: () => this.#look(null),
      end: () => this.tell(),
    });
    this.pinButtons.forEach((button, i) => {
      const which = i === 0 ? 0 : 1;
      pinGestures(pane, button, {
        look: () => this.#lookAt(this.pins[which]),
        drag: (x, y) => {
          this.#movePin(which, this.#placeAt(x, y));
          this.#lookAt(this.pins[which]);
        },
        step: (right, up) => {
          this.#movePin(which, this.#stepped(this.pins[which], right, up));
          this.#lookAt(this.pins[which]);
        },
        end: () => this.tell(),
      });
      // seen from the keyboard, the digit is that of the pin
      button.addEventListener("focus", () => this.#reveal(this.pins[which]));
      button.addEventListener("blur", () => this.#lookAt(null));
    });
    ownGestures(this.own, {
      look: (here) => this.#lookAt(here ? (this.facts?.own ?? null) : null),
      focus: () => this.#reveal(this.facts?.own ?? this.at),
      choose: () => {
        this.#hold(this.facts?.own ?? this.at);
        this.tell();
      },
    });
    this.root.querySelectorAll(".zooms button").forEach((button, i) => {
      button.addEventListener("click", () => {
        const half = pane.clientWidth / 2;
        if (i === 2) this.#look(null);
        else this.#zoom(half, half, i === 0 ? BUTTON_ZOOM : 1 / BUTTON_ZOOM);
        this.tell();
      });
    });
    this.sliders.forEach((slider, i) => {
      slider.addEventListener("input", () => {
        /** @type {Pair} */
        const at = [...this.at];
        at[i] = Number(slider.value);
        this.#hold(at);
      });
      slider.addEventListener("change", () => this.tell());
    });
  }

  resize() {
    const density = Math.min(SHARPEST, window.devicePixelRatio || 1);
    const side = Math.round(this.pane.clientWidth * density);
    if (!side || (side === this.side && density === this.density)) return;
    const grown = this.side ? side / this.side : 0;
    this.side = side;
    this.density = density;
    for (const canvas of [this.grid, this.over]) [canvas.width, canvas.height] = [side, side];
    this.raster = new Raster(side, side, MARGIN);
    if (grown) this.#setView({ ...this.view, scale: this.view.scale * grown });
    else this.#look(this.facts?.start.view ?? null);
  }

  /** @param {[number, number, number] | null} start the view to begin with; null: the first view */
  #look(start) {
    const [x, y, share] = start ?? [0.5, 0.5, this.axis.home];
    if (this.side) this.#setView({ x, y, scale: this.side / share });
  }

  /** @param {View} view */
  #setView(view) {
    this.view = bounded(view, this.side, this.#closest());
    this.touch("view");
  }

  /** The smallest share of the whole that can be seen. */
  #closest() {
    return this.axis.home / 2 ** (FINEST - 1);
  }

  /**
   * @param {number} x pixels of the page
   * @param {number} y
   * @param {number} times
   */
  #zoom(x, y, times) {
    const { view, side, density } = this;
    const { scale } = bounded({ ...view, scale: view.scale * times }, side, this.#closest());
    // what is under the pointer stays there
    const by = 1 / view.scale - 1 / scale;
    const [right, down] = [x * density - side / 2, y * density - side / 2];
    this.#setView({ x: view.x + right * by, y: view.y + down * by, scale });
  }

  /**
   * @param {number} x pixels of the page
   * @param {number} y
   * @returns {Pair}
   */
  #placeAt(x, y) {
    const { view, side, density, axis } = this;
    const inside = (/** @type {number} */ share) => Math.min(1, Math.max(0, share));
    return [
      axis.value(inside(view.x + (x * density - side / 2) / view.scale)),
      axis.value(inside(1 - view.y - (y * density - side / 2) / view.scale)),
    ];
  }

  /** @param {Pair} place */
  #pixels([x, y]) {
    const { view, side, density, axis } = this;
    return [
      ((axis.share(x) - view.x) * view.scale + side / 2) / density,
      ((1 - axis.share(y) - view.y) * view.scale + side / 2) / density,
    ];
  }

  /**
   * @param {Pair} from
   * @param {number} right
   * @param {number} up
   * @returns {Pair}
   */
  #stepped([x, y], right, up) {
    const { axis, side, view } = this;
    const step = (STEP * side) / view.scale;
    const moved = (/** @type {number} */ value, /** @type {number} */ steps) =>
      steps ? axis.value(Math.min(1, Math.max(0, axis.share(value) + steps * step))) : value;
    return [moved(x, right), moved(y, up)];
  }

  /** @param {Pair | null} place */
  #lookAt(place) {
    this.looked = place;
    this.touch("place");
  }

  /** Look at a place that the keyboard has come to, in the middle if it was out of sight.
   *
   * @param {Pair} place
   */
  #reveal(place) {
    this.pane.scrollTo(0, 0); // where a browser has scrolled to what lies outside
    const [x, y] = this.#pixels(place);
    const { clientWidth, clientHeight } = this.pane;
    if (x < 0 || y < 0 || x > clientWidth || y > clientHeight) {
      const { axis, view } = this;
      this.#setView({ x: axis.share(place[0]), y: 1 - axis.share(place[1]), scale: view.scale });
    }
    this.#lookAt(place);
  }

  /** @param {Pair} place */
  #hold(place) {
    this.at = place;
    this.looked = null;
    this.touch("place");
  }

  /**
   * @param {0 | 1} which
   * @param {Pair} place
   */
  #movePin(which, place) {
    this.pins[which] = place;
    this.pinsMoved = true;
    this.touch("place", "path");
  }

  /** Whether what is seen is the first view. */
  #isFirst() {
    const { view, side, axis } = this;
    return Math.abs(side / view.scale - axis.home) < 1e-6 && view.x === 0.5 && view.y === 0.5;
  }

  /** Tells Python where people are, a moment after their last move. */
  tell() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      const { view, side } = this;
      const first = this.#isFirst();
      const fromMiddle = [view.x, view.y, side / view.scale].map((part) => Number(part.toFixed(5)));
      const rounded = (/** @type {Pair} */ place) => place.map((one) => Number(one.toFixed(2)));
      this.setStateValue?.("place", {
        at: rounded(this.at),
        pins: this.pinsMoved ? this.pins.map(rounded) : null,
        way: this.strips.way,
        view: first ? null : fromMiddle,
        path: this.strips.stops(this.pins),
      });
    }, PAUSE);
  }

  /** @param {("view" | "place" | "path")[]} parts that have to be drawn anew */
  touch(...parts) {
    for (const part of parts) this.changed[part] = true;
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    const { facts, changed } = this;
    if (!facts || !this.side) return;
    const { view, place, path } = changed;
    this.changed = { view: false, place: false, path: false };
    if (view) this.#drawView(facts);
    if (place || view) this.#drawPlace(facts, place);
    if (path || view) this.#drawPath(path);
  }

  /** @param {Facts} facts */
  #drawView(facts) {
    const { view, side, density, raster } = this;
    if (this.tiles) {
      const missing = this.tiles.draw(context(this.grid), view, side);
      const codes = this.tiles.values(missing);
      for (let i = 0; i < codes.length; i++) {
        codes[i] = facts.centre[i % 2] + facts.spread[i % 2] * codes[i];
      }
      const keys = Float64Array.from(missing);
      this.worker?.postMessage({ tiles: { id: this.tilesId, keys, codes } });
    }
    if (raster) {
      raster.pixels.fill(0);
      if (this.real) drawStripes(raster, view, this.axis, this.real, density);
      const closer = Math.log2((view.scale * this.axis.home) / side);
      const diameter = Math.round((3 + Math.max(0, closer)) * density);
      if (facts.points) this.codes?.draw(raster, view, diameter);
      raster.show(context(this.over));
    }
    [...this.find(".names").children].forEach((name, i) => {
      const { middle } = this.middles?.[i] ?? {};
      if (middle) this.#put(/** @type {HTMLElement} */ (name), middle);
    });
    this.#drawAxis(".up", 1 - view.y, (at) => `top:${(side - at) / density}px`);
    this.#drawAxis(".along", view.x, (at) => `left:${at / density}px`);
  }

  /**
   * @param {string} selector
   * @param {number} middle
   * @param {(at: number) => string} style
   */
  #drawAxis(selector, middle, style) {
    const { view, side, density } = this;
    // ticks keep their distance in pixels of the page
    const ticks = this.axis.ticks(middle, view.scale / density, side / density);
    const line = this.find(selector);
    const spans = [...line.querySelectorAll("span")];
    while (spans.length < ticks.length) {
      spans.push(line.appendChild(document.createElement("span")));
    }
    spans.forEach((span, i) => {
      span.hidden = i >= ticks.length;
      if (span.hidden) return;
      span.textContent = this.#written(ticks[i].value, this.decimals);
      span.style.cssText = style(ticks[i].at * density);
    });
  }

  /**
   * @param {Facts} facts
   * @param {boolean} moved whether it is another place
   */
  #drawPlace(facts, moved) {
    this.#put(this.ring, this.at);
    if (facts.own) this.#put(this.own, facts.own);
    this.pinButtons.forEach((button, i) => this.#put(button, this.pins[i]));
    if (!moved) return;
    // what the server decodes is the place that stays
    const place = (facts.weights && this.looked) || this.at;
    const { words } = facts;
    const [x, y] = place;
    if (this.decoder) {
      this.code[0] = facts.centre[0] + facts.spread[0] * x;
      this.code[1] = facts.centre[1] + facts.spread[1] * y;
      toBytes(this.decoder.decode(this.code), this.bytes);
      this.#show(this.bytes);
    }
    const label = this.real?.classAt(x, y) ?? -1;
    const name = facts.classes.find((kind) => kind.label === label)?.name;
    const far = this.real?.isFar(x, y) ?? false;
    const looks = name === undefined ? "" : words.looks.replace("{name}", name);
    const distance = words.distance.replace("{distance}", this.tenths?.format(Math.hypot(x, y)) ?? "");
    const where = `(${this.#written(x, this.fixed)}; ${this.#written(y, this.fixed)})`;
    this.find(".what").textContent = looks;
    this.find(".where").textContent = `${where}, ${distance}`;
    this.find(".guess").textContent = far ? words.guessing : "";
    this.sliders.forEach((slider, i) => {
      slider.min = String(this.axis.value(0));
      slider.max = String(this.axis.value(1));
      slider.value = String(this.at[i]);
      const written = this.#written(this.at[i], this.fixed);
      this.outputs[i].textContent = written;
      slider.setAttribute("aria-valuetext", written);
    });
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      const parts = [looks, distance, far ? words.guessing : ""].filter(Boolean);
      const said = words.decoded.replace("{what}", parts.join(", "));
      this.find(".said").textContent = said;
      this.digit.setAttribute("aria-label", said);
      this.pinButtons.forEach((button, i) => {
        const at = this.pins[i].map((one) => this.#written(one, this.fixed)).join("; ");
        button.setAttribute("aria-label", `${words.pin.replace("{letter}", "AB"[i])} (${at})`);
      });
    }, SPEAK);
  }

  /** @param {Uint8Array} bytes of the image at the place */
  #show(bytes) {
    if (!this.image || !this.facts) return;
    paint(this.image, bytes, 0, this.facts.shape);
    context(this.digit).putImageData(this.image, 0, 0);
  }

  /** @param {boolean} moved whether it is another path */
  #drawPath(moved) {
    const stops = this.strips.stops(this.pins);
    const corners = stops.map((stop) => this.#pixels(stop).join(",")).join(" ");
    for (const line of this.lines) line.setAttribute("points", corners);
    const { facts } = this;
    if (!moved || !this.worker || !facts) return;
    this.stripId = (this.stripId ?? 0) + 1;
    if (this.stripBusy) return; // asked for when what is being decoded has come
    this.stripBusy = true;
    const codes = new Float32Array(2 * STOPS);
    stops.forEach((stop, i) => {
      codes[2 * i] = facts.centre[0] + facts.spread[0] * stop[0];
      codes[2 * i + 1] = facts.centre[1] + facts.spread[1] * stop[1];
    });
    this.worker.postMessage({ strip: { id: this.stripId, codes } });
  }

  /**
   * @param {HTMLElement} element
   * @param {Pair} place
   */
  #put(element, place) {
    const [x, y] = this.#pixels(place);
    element.style.transform = `translate(${x}px, ${y}px) translate(-50%, -50%)`;
  }

  /**
   * @param {number} value
   * @param {Intl.NumberFormat | undefined} format
   */
  #written(value, format) {
    return (format?.format(Math.abs(value) < 0.005 ? 0 : value) ?? "").replace("-", "−");
  }
}
