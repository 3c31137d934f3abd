/**
 * One map on its canvas: dots or images, pan, zoom, hover, lasso and box. What is picked or hovered
 * is the scene's, which several panels may share.
 */
import { Raster, drawDots, drawTile } from "../shared/dots.js";
import { boxOf, density } from "../shared/pixels.js";
import { listen, panned, pixelsOf, placeOf, zoomed } from "../shared/view.js";
import { Grid } from "./grid.js";
import { drawOver } from "./overlay.js";
import { inLoop } from "./picking.js";

const MARGIN = 24; // pixels around a raster: the largest dot, and the middle of a tile further out
const REACH = 14; // CSS pixels between pointer and point
const MOST_TILES = 260;
const MOST_ZOOM = 400;
const GLIDE_MS = 800;
const EMPTY = 16; // CSS pixels left free around the points

/** @typedef {import("./scene.js").Scene} Scene */

export class Panel {
  /**
   * @param {Scene} scene
   * @param {HTMLElement} frame takes the keyboard and the pointer; the canvas fills it
   */
  constructor(scene, frame) {
    this.scene = scene;
    this.frame = frame;
    this.canvas = document.createElement("canvas");
    frame.append(this.canvas);
    this.context = /** @type {CanvasRenderingContext2D} */ (this.canvas.getContext("2d"));
    this.raster = new Raster(1, 1, MARGIN);
    this.ratio = 1; // device pixels for a CSS pixel
    this.x = this.y = new Float32Array(0);
    /** @type {Uint8Array} */
    this.shades = new Uint8Array(0); // each point's place among the colours
    this.extent = [1, 1]; // width and height of all points
    /** @type {{from: Float32Array[], to: Float32Array[], extent: number[][], start: number} | null} */
    this.glide = null;
    /** @type {Grid | null} */
    this.grid = null; // made when the points stand still and somebody asks
    /** @type {[number, number][]} */
    this.marks = []; // the middle of each class
    this.middle = [0.5, 0.5];
    this.zoom = 1;
    this.fresh = false; // the raster shows what is to be seen
    /** @type {[number, number][]} */
    this.loop = []; // corners of a lasso or box in the making, device pixels
    /** @type {[number, number] | null} */
    this.pointer = null; // where the mouse is, until the next frame has looked
    this.#listen();
    this.sizes = new ResizeObserver(() => this.#resize());
    this.sizes.observe(frame);
  }

  /** @returns {[number, number]} pixels of the raster */
  get size() {
    return [this.raster.width, this.raster.height];
  }

  /** What is seen, in the raster's pixels. */
  view() {
    const { width, height } = this.raster;
    const free = 2 * EMPTY * this.ratio;
    const fit = Math.min((width - free) / this.extent[0], (height - free) / this.extent[1]);
    return { x: this.middle[0], y: this.middle[1], scale: Math.max(1, fit) * this.zoom };
  }

  /**
   * Let the points glide to new places; ``was`` says which point of the old map each one is, -1
   * for a new one, null when they are the same points.
   *
   * @param {Float32Array} x
   * @param {Float32Array} y
   * @param {Int32Array | null} was
   * @param {boolean} still no movement
   */
  move(x, y, was, still) {
    const n = x.length;
    const old = [this.x, this.y];
    const from = [new Float32Array(n), new Float32Array(n)];
    for (let i = 0; i < n; i++) {
      const before = was ? was[i] : i;
      const known = before >= 0 && before < old[0].length;
      from[0][i] = known ? old[0][before] : x[i];
      from[1][i] = known ? old[1][before] : y[i];
    }
    const extent = [span(x), span(y)];
    const start = performance.now();
    const moves = !still && old[0].length > 0 && !this.scene.calm.matches;
    this.glide = { from, to: [x, y], extent: [moves ? this.extent : extent, extent], start };
    [this.x, this.y] = [from[0].slice(), from[1].slice()];
    this.#step(moves ? start : Infinity);
    this.redraw();
  }

  /** @param {number} now */
  #step(now) {
    if (!this.glide) return;
    const { from, to, extent, start } = this.glide;
    const share = Math.min(1, (now - start) / GLIDE_MS);
    const eased = share * share * (3 - 2 * share);
    for (const [axis, places] of [this.x, this.y].entries()) {
      const [a, b] = [from[axis], to[axis]];
      for (let i = 0; i < places.length; i++) places[i] = a[i] + (b[i] - a[i]) * eased;
    }
    this.extent = extent[1].map((end, axis) => extent[0][axis] + (end - extent[0][axis]) * eased);
    this.grid = null;
    if (share === 1) this.glide = null;
    this.marks = this.scene.middles(this.x, this.y);
    this.fresh = false;
  }

  /** The grid of the points where they are now. */
  index() {
    this.grid ??= new Grid(this.x, this.y);
    return this.grid;
  }

  redraw() {
    this.fresh = false;
    this.scene.schedule();
  }

  home() {
    this.middle = [0.5, 0.5];
    this.zoom = 1;
    this.redraw();
  }

  /**
   * @param {number} factor
   * @param {[number, number]} [at] CSS pixels that stay where they are; the middle unless told
   */
  zoomBy(factor, at) {
    const { width, height } = this.raster;
    const view = this.view();
    const zoom = Math.max(0.5, Math.min(MOST_ZOOM, this.zoom * factor));
    const [px, py] = at ? this.#device(at) : [width / 2, height / 2];
    const scale = (view.scale * zoom) / this.zoom;
    const { x, y } = zoomed(view, scale, [px - width / 2, py - height / 2]);
    this.middle = [x, y];
    this.zoom = zoom;
    this.redraw();
  }

  /**
   * @param {number} dx CSS pixels
   * @param {number} dy
   */
  panBy(dx, dy) {
    const { x, y } = panned(this.view(), dx * this.ratio, dy * this.ratio);
    this.middle = [x, y];
    this.redraw();
  }

  #resize() {
    const box = boxOf(this.frame);
    this.ratio = density(this.frame);
    const width = Math.max(1, Math.round(box.width * this.ratio));
    const height = Math.max(1, Math.round(box.height * this.ratio));
    if (width === this.raster.width && height === this.raster.height) return;
    [this.canvas.width, this.canvas.height] = [width, height];
    this.raster = new Raster(width, height, Math.round(MARGIN * this.ratio));
    this.redraw();
  }

  /**
   * Draw if something has changed; true while points move.
   *
   * @param {number} now
   */
  draw(now) {
    this.#step(now);
    if (this.pointer && !this.glide) {
      this.scene.hover(this.under(this.pointer), this);
      this.pointer = null;
    }
    const { raster, scene, context } = this;
    const view = this.view();
    if (!this.fresh) {
      raster.pixels.fill(0);
      this.tiles = this.#tiles(view);
      this.#drawDots(view);
      for (const i of this.tiles ?? []) {
        const [px, py] = this.place(i, view);
        const zoom = this.#tileZoom(this.tiles?.length ?? 1);
        const colours = scene.picked && !scene.lit[i] ? scene.faint : scene.bright;
        const frame = colours[this.shades[i]];
        drawTile(raster, px, py, /** @type {any} */ (scene.behind), i, zoom, frame);
      }
      this.fresh = true;
    }
    raster.show(context);
    drawOver(this, view);
    return this.glide !== null;
  }

  /** @param {import("../shared/view.js").View} view */
  #drawDots(view) {
    const { scene, raster } = this;
    const [x, y] = [this.x, this.y];
    const larger = Math.min(raster.width, raster.height) / this.ratio > 600 ? 1 : 0;
    const base = [1500, 4000, 20_000, 100_000].filter((most) => x.length > most).length;
    const grown = ([7, 5, 4, 3, 2][base] + larger) * Math.min(2.5, Math.max(1, this.zoom ** 0.3));
    const size = Math.max(1, Math.min(raster.margin, Math.round(grown * this.ratio)));
    const { lit, bright, faint } = scene;
    const { shades } = this;
    if (!scene.picked) {
      drawDots(raster, view, x, y, shades, bright, lit, -1, size);
    } else {
      drawDots(raster, view, x, y, shades, faint, lit, 0, size);
      drawDots(raster, view, x, y, shades, bright, lit, 1, size);
    }
  }

  /**
   * The points to be seen as images, when they are few enough.
   *
   * @param {import("../shared/view.js").View} view
   */
  #tiles(view) {
    const { width, height } = this.raster;
    if (!this.scene.behind || this.glide || this.zoom < 1.5) return null;
    const [across, down] = [width / 2 / view.scale, height / 2 / view.scale];
    const box = [view.x - across, view.y - down, view.x + across, view.y + down];
    const found = this.index().inside(box[0], box[1], box[2], box[3], MOST_TILES);
    if (!found || !this.scene.picked) return found;
    const { lit } = this.scene;
    return found.sort((a, b) => lit[a] - lit[b]); // what is picked lies on top
  }

  /** Width and height of an image on the map, in the raster's pixels. */
  tileSize() {
    const [, height, width] = /** @type {any} */ (this.scene.behind).shape;
    const zoom = this.#tileZoom(this.tiles?.length ?? 1);
    return [width * zoom, height * zoom];
  }

  /** @param {number} count of images to be seen */
  #tileZoom(count) {
    const behind = /** @type {import("./behind.js").Behind} */ (this.scene.behind);
    const [, height, width] = behind.shape;
    const { raster, ratio } = this;
    const room = (0.5 * raster.width * raster.height) / count / (width * height);
    const largest = Math.max(1, Math.round((84 * ratio) / width));
    return Math.max(Math.round(ratio), Math.min(largest, Math.floor(Math.sqrt(room))));
  }

  /**
   * Where a point is, in the raster's pixels.
   *
   * @param {number} i
   * @param {import("../shared/view.js").View} view
   * @returns {[number, number]}
   */
  place(i, view) {
    return pixelsOf(view, [this.x[i], this.y[i]], this.size);
  }

  /**
   * The point under a place, or -1.
   *
   * @param {[number, number]} at CSS pixels
   */
  under(at) {
    const view = this.view();
    const [px, py] = this.#device(at);
    if (this.tiles) {
      // the last drawn lies on top
      const [across, down] = this.tileSize();
      for (const i of this.tiles.slice().reverse()) {
        const [x, y] = this.place(i, view);
        if (Math.abs(x - px) <= across / 2 && Math.abs(y - py) <= down / 2) return i;
      }
    }
    const [x, y] = placeOf(view, [px, py], this.size);
    return this.index().nearest(x, y, (REACH * this.ratio) / view.scale);
  }

  /** Pick all points that are seen; for the keyboard what a box is for the pointer. */
  pickView() {
    const { width, height } = this.raster;
    this.#pick([[0, 0], [width, 0], [width, height], [0, height]], false); // prettier-ignore
  }

  /**
   * @param {[number, number][]} corners
   * @param {boolean} add to what is picked
   */
  #pick(corners, add) {
    const { width, height } = this.raster;
    this.scene.pick(inLoop(this.x, this.y, this.view(), width, height, corners), add);
  }

  #listen() {
    const { frame, scene } = this;
    listen(
      frame,
      {
        hover: (at) => {
          this.pointer = at;
          scene.schedule();
        },
        leave: () => {
          this.pointer = null;
          scene.hover(-1, this);
        },
        press: (at, event) => {
          const picks = (scene.tool !== "move") !== event.shiftKey && event.button === 0;
          this.loop = picks ? [this.#device(at)] : [];
        },
        pinch: () => (this.loop = []),
        drag: (at, [dx, dy]) => (this.loop.length ? this.#growLoop(at) : this.panBy(dx, dy)),
        tap: (at, event) => {
          this.loop = [];
          const found = this.under(at);
          scene.open(found);
          // a finger doesn't hover: its tap shows the card too
          if (event.pointerType === "touch") scene.hover(found, this);
        },
        pan: (dx, dy) => this.panBy(dx, dy),
        zoom: (at, times) => this.zoomBy(times, at),
        reset: () => this.home(),
        end: (event) => {
          if (!(event instanceof PointerEvent)) return;
          if (event.type === "pointerup" && this.loop.length > 2) {
            this.#pick(this.loop, event.ctrlKey || event.metaKey);
          }
          this.loop = [];
          scene.schedule();
        },
      },
      2,
    );
    frame.addEventListener("keydown", (event) => scene.key(event, this));
  }

  /**
   * @param {[number, number]} at
   * @returns {[number, number]}
   */
  #device(at) {
    return [at[0] * this.ratio, at[1] * this.ratio];
  }

  /** @param {[number, number]} at */
  #growLoop(at) {
    const corner = this.#device(at);
    if (this.scene.tool === "box") {
      const [x, y] = this.loop[0];
      this.loop = [[x, y], [corner[0], y], corner, [x, corner[1]]]; // prettier-ignore
    } else {
      this.loop.push(corner);
    }
    this.scene.schedule();
  }

  remove() {
    this.sizes.disconnect();
    this.frame.remove();
  }
}

/** @param {Float32Array} places */
function span(places) {
  let [low, high] = [Infinity, -Infinity];
  for (const place of places) {
    if (place < low) low = place;
    if (place > high) high = place;
  }
  return Math.max(high - low, 1e-3);
}
