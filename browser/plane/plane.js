/**
 * The latent plane under the hand: the image at the pointer is decoded while it moves, in front of
 * the grid of decoded images and the codes of real ones; two pins and the path between them.
 *
 * The component keeps where people are. Python is told at the end of a gesture, and says where to
 * begin when there is a new component or another plane.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {import("../shared/view.js").Pair} Pair
 * @typedef {import("./facts.js").Facts} Facts
 */
import { framed, mounting } from "../shared/mounting.js";
import { context } from "../shared/pictures.js";
import { density } from "../shared/pixels.js";
import { fetchTensors } from "../shared/tensors.js";
import { Axis } from "./axis.js";
import { Board } from "./board.js";
import { Decoding } from "./decoding.js";
import { Cloud } from "./cloud.js";
import { Codes } from "./drawing.js";
import { FRAME } from "./frame.js";
import { gestures, ownGestures, pinGestures } from "./gestures.js";
import { PathStrips } from "./path.js";
import { Readout } from "./readout.js";
import { RealCodes } from "./real_codes.js";
import { Tiles } from "./tiles.js";
import { Viewport } from "./viewport.js";

const BUTTON_ZOOM = 1.6;
const PAUSE = 200; // ms of rest that end a gesture of wheel or keys

class Plane {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "plane", FRAME);
    this.root = root;
    this.find = find;
    /** @type {Facts | null} */
    this.facts = null;
    this.port = new Viewport();
    this.board = new Board(this.root, this.port);
    this.decoding = new Decoding(
      (id, keys, bytes) => id === this.tilesId && this.#addTiles([...keys], bytes),
      (bytes) => [this.strips, this.cloud].forEach((one) => this.facts && one.draw(bytes, this.facts.shape)),
    );
    /** @type {Tiles | null} */
    this.tiles = null;
    this.tilesId = 0; // of the grid that is wanted
    /** @type {RealCodes | null} */
    this.real = null;
    /** @type {Codes | null} */
    this.codes = null;
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
    this.strips = new PathStrips(find(".path"), () => {
      this.touch("path");
      this.tell();
    });
    this.cloud = new Cloud(find(".cloud"), find("svg"), () => {
      this.touch("place", "path");
      this.tell();
    }, (posterior) => {
      this.port.surround(posterior.middle, posterior.sigma.map((one) => 8 * one));
      this.touch("view");
      this.tell();
    });
    this.readout = new Readout(this.root, {
      slide: (axis, value) => {
        /** @type {Pair} */
        const at = [...this.at];
        at[axis] = value;
        this.#hold(at);
      },
      end: () => this.tell(),
    });
    this.#listen();
    this.sizes = new ResizeObserver(() => this.resize());
    this.sizes.observe(this.board.pane);
  }

  close() {
    this.sizes.disconnect();
    this.decoding.close();
    this.readout.close();
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
    this.board.write(facts);
    this.readout.write(facts);
    this.strips.write(facts.words);
    this.cloud.write(facts);
    if (!old) this.cloud.box.checked = facts.start.cloud;
    if (old?.spacing !== facts.spacing) this.port.axis = new Axis(facts.spacing);
    // on another plane the same numbers are another place, unless people have chosen them
    if (!old || (old.key !== facts.key && !facts.start.chosen)) this.at = facts.start.at;
    if (old?.key !== facts.key) {
      this.pins = facts.start.pins;
      this.pinsMoved = facts.start.moved;
      this.strips.way = facts.start.way;
    }
    if (old?.key !== facts.key || old.spacing !== facts.spacing) {
      const away = old && !this.port.isFirst();
      this.port.look(old ? null : facts.start.view);
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
    this.touch("view", "place");
  }

  /** @param {Facts} facts */
  async #loadDecoder(facts) {
    this.tiles = null;
    const waiting = this.find(".waiting");
    waiting.textContent = facts.words.waiting;
    try {
      if (!(await this.decoding.load(facts))) return; // another model has been chosen
      await this.#newTiles(this.facts ?? facts);
      waiting.textContent = "";
    } catch (error) {
      if (this.facts?.key !== facts.key) return; // nobody waits for it any more
      waiting.textContent = facts.words.failed;
      throw error;
    }
  }

  /** @param {Facts} facts */
  async #newTiles(facts) {
    this.tiles = new Tiles(facts.shape, this.port.axis, facts.n);
    this.tilesId += 1;
    if (facts.tiles) {
      const { arrays } = await fetchTensors(facts.tiles);
      this.#addTiles(this.tiles.home(), /** @type {Uint8Array} */ (arrays.tiles));
    }
    this.touch("view", "place", "path");
  }

  /**
   * @param {number[]} keys
   * @param {Uint8Array} bytes of their images, one after the other
   */
  #addTiles(keys, bytes) {
    const { view, side } = this.port;
    const size = bytes.length / keys.length;
    keys.forEach((key, i) => {
      const image = bytes.subarray(i * size, (i + 1) * size);
      this.tiles?.add(key, image, context(this.board.grid), view, side);
    });
  }

  /** @param {Facts} facts */
  async #loadCodes(facts) {
    this.real = this.codes = this.cloud.sigmas = null;
    if (!facts.codes) return;
    const { arrays } = await fetchTensors(facts.codes);
    if (this.facts?.codes !== facts.codes) return;
    const places = /** @type {Float32Array} */ (arrays.places);
    const labels = /** @type {Int32Array | undefined} */ (arrays.labels) ?? null;
    const colours = facts.classes.map((kind) => kind.colour);
    this.cloud.sigmas = /** @type {Float32Array | undefined} */ (arrays.sigmas) ?? null;
    this.real = new RealCodes(places, labels, facts.far);
    this.codes = new Codes(places, labels, colours, this.port.axis);
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
    this.readout.draw(/** @type {Uint8Array} */ (arrays.place));
    this.strips.draw(/** @type {Uint8Array} */ (arrays.path), facts.shape);
  }

  #listen() {
    const { board, port } = this;
    const { pane } = board;
    const moved = () => this.touch("view");
    const zoom = (/** @type {Pair} */ at, /** @type {number} */ times) => {
      port.zoom(at, times);
      moved();
    };
    const reset = () => {
      port.look(null);
      moved();
    };
    gestures(pane, {
      look: (at) => this.#lookAt(port.placeAt(at)),
      leave: () => this.#lookAt(null),
      begin: () => (this.atBefore = this.at),
      takeBack: () => this.#hold(this.atBefore),
      hold: (at) => this.#hold(port.placeAt(at)),
      pan: (dx, dy) => {
        port.pan(dx, dy);
        moved();
      },
      zoom,
      step: (right, up) => this.#hold(port.stepped(this.at, right, up)),
      pin: (which) => this.#movePin(which, this.at),
      reset,
      end: () => this.tell(),
    });
    board.pins.forEach((button, i) => {
      const which = i === 0 ? 0 : 1;
      const move = (/** @type {Pair} */ place) => {
        this.#movePin(which, place);
        this.#lookAt(place);
      };
      pinGestures(pane, button, {
        look: () => this.#lookAt(this.pins[which]),
        drag: (at) => move(port.placeAt(at)),
        step: (right, up) => move(port.stepped(this.pins[which], right, up)),
        end: () => this.tell(),
      });
      // seen from the keyboard, the digit is that of the pin
      button.addEventListener("focus", () => this.#reveal(this.pins[which]));
      button.addEventListener("blur", () => this.#lookAt(null));
    });
    ownGestures(board.own, {
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
        if (i === 2) reset();
        else zoom([half, half], i === 0 ? BUTTON_ZOOM : 1 / BUTTON_ZOOM);
        this.tell();
      });
    });
  }

  resize() {
    const { board, port } = this;
    const first = !port.side;
    if (!port.fit(board.pane.clientWidth, density(board.pane))) return;
    this.board.resize();
    if (first) port.look(this.facts?.start.view ?? null);
    this.touch("view");
  }

  /** @param {Pair | null} place */
  #lookAt(place) {
    this.looked = place;
    this.touch("place");
  }

  /**
   * Look at a place that the keyboard has come to.
   *
   * @param {Pair} place
   */
  #reveal(place) {
    this.board.pane.scrollTo(0, 0); // where a browser has scrolled to what lies outside
    if (this.port.reveal(place)) this.touch("view");
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

  /** Tells Python where people are, a moment after their last move. */
  tell() {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      const { port } = this;
      const rounded = (/** @type {Pair} */ place) => place.map((one) => Number(one.toFixed(2)));
      this.setStateValue?.("place", {
        at: rounded(this.at),
        pins: this.pinsMoved ? this.pins.map(rounded) : null,
        way: this.strips.way,
        cloud: this.cloud.on,
        view: port.isFirst() ? null : port.shares().map((part) => Number(part.toFixed(5))),
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
    if (!facts || !this.port.side) return;
    const { view, place, path } = changed;
    this.changed = { view: false, place: false, path: false };
    const { board } = this;
    const stops = this.strips.stops(this.pins);
    if (view) this.#drawView(facts);
    if (place || view) board.mark(this.at, facts.own, this.pins);
    if (place) this.#drawPlace(facts);
    if (path || view) board.line(stops);
    if (place || view) this.cloud.mark((at) => this.port.pixels(at));
    if (path || (place && this.cloud.on)) this.decoding.strip([...stops, ...this.cloud.draws()]);
  }

  /** @param {Facts} facts */
  #drawView(facts) {
    const { tiles } = this;
    if (tiles) {
      const missing = tiles.draw(context(this.board.grid), this.port.view, this.port.side);
      this.decoding.tiles(this.tilesId, missing, tiles.values(missing));
    }
    this.board.draw(this.real, facts.points ? this.codes : null);
  }

  /** @param {Facts} facts */
  #drawPlace(facts) {
    const { board, readout } = this;
    const { axis } = this.port;
    // what the server decodes is the place that stays
    const place = (facts.weights && this.looked) || this.at;
    this.cloud.look(place, this.real);
    const image = this.decoding.image(place);
    if (image) readout.draw(image);
    readout.slide(this.at, [axis.value(0), axis.value(1)]);
    readout.tell(place, this.real, () =>
      board.pins.forEach((button, i) => {
        const at = this.pins[i].map((one) => readout.number(one)).join("; ");
        button.setAttribute("aria-label", `${facts.words.pin.replace("{letter}", "AB"[i])} (${at})`);
      }),
    );
  }
}

export default mounting(Plane);
