/** The map of Ten clicks: grey islands, each with its number until it has a name and its colour. */
import { density, pointerIn } from "../shared/pixels.js";
import { NAMELESS } from "./facts.js";
import { Raster, drawDots, pixel } from "../shared/dots.js";
import { context } from "../shared/pictures.js";

const EDGE = 0.03; // of the map, left free around it
const DOT = 3; // CSS pixels
const REACH = 40; // CSS pixels from a click to the point that is meant

/** @typedef {import("../shared/view.js").View} View */

export class Islands {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(group: number) => void} opened called with the group that is clicked
   */
  constructor(canvas, opened) {
    this.canvas = canvas;
    this.x = new Float32Array();
    this.y = new Float32Array();
    /** @type {Uint8Array} */
    this.groups = new Uint8Array();
    /** @type {[number, number][]} where each group's name stands, 0…1 */
    this.middles = [];
    /** @type {Raster | null} */
    this.raster = null;
    canvas.addEventListener("click", (event) => {
      const group = this.#at(...pointerIn(canvas, event));
      if (group >= 0) opened(group);
    });
  }

  /**
   * @param {ArrayLike<number>} places (N, 2) in 0…65535
   * @param {Uint8Array} groups
   * @param {number} count of groups
   */
  take(places, groups, count) {
    const n = groups.length;
    [this.x, this.y] = [new Float32Array(n), new Float32Array(n)];
    for (let i = 0; i < n; i++) {
      this.x[i] = places[2 * i] / 65535;
      this.y[i] = 1 - places[2 * i + 1] / 65535; // a picture's first line is its top
    }
    this.groups = groups;
    this.middles = Array.from({ length: count }, (_, group) => this.#middle(group));
  }

  /**
   * The middle of a group, as medians: a few points far away don't move it.
   *
   * @param {number} group
   * @returns {[number, number]}
   */
  #middle(group) {
    const those = [...this.groups.keys()].filter((i) => this.groups[i] === group);
    /** @param {Float32Array} axis */
    const median = (axis) => those.map((i) => axis[i]).sort((a, b) => a - b)[those.length >> 1] ?? 0;
    return [median(this.x), median(this.y)];
  }

  get ratio() {
    return density(this.canvas);
  }

  /** @returns {View} the whole map, as large as the frame allows */
  get view() {
    const { width, height } = this.canvas;
    return { x: 0.5, y: 0.5, scale: Math.min(width, height) * (1 - 2 * EDGE) };
  }

  /**
   * @param {number} left CSS pixels
   * @param {number} top
   */
  #at(left, top) {
    const { ratio, view } = this;
    const [px, py] = [left * ratio, top * ratio];
    const x = view.x + (px - this.canvas.width / 2) / view.scale;
    const y = view.y + (py - this.canvas.height / 2) / view.scale;
    let [found, nearest] = [-1, ((REACH * ratio) / view.scale) ** 2];
    for (let i = 0; i < this.groups.length; i++) {
      const away = (this.x[i] - x) ** 2 + (this.y[i] - y) ** 2;
      if (away < nearest) [found, nearest] = [this.groups[i], away];
    }
    return found;
  }

  /**
   * @param {string[]} names a letter for each group
   * @param {number} open the group that is looked at
   * @param {import("./facts.js").Facts} facts
   */
  draw(names, open, { colours, inks, classes }) {
    const { canvas, ratio } = this;
    const width = Math.round(canvas.clientWidth * ratio);
    const height = Math.round(canvas.clientHeight * ratio);
    if (!width || !height || !this.groups.length) return;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    if (this.raster?.width !== width || this.raster.height !== height) {
      this.raster = new Raster(width, height, 16);
    }
    const { raster, view } = this;
    const ink = hex(getComputedStyle(canvas).color);
    const palette = Uint32Array.from(names, (name, group) => {
      if (name !== NAMELESS) return pixel(colours[Number(name) % colours.length]);
      return group === open ? pixel(ink) : pixel("#8a9099", 0.35 + 0.1 * (group % 3));
    });
    raster.pixels.fill(0);
    const size = Math.round(DOT * ratio);
    drawDots(raster, view, this.x, this.y, this.groups, palette, this.groups, -1, size);
    const draw = context(canvas);
    raster.show(draw);
    for (const [group, [x, y]] of this.middles.entries()) {
      const px = (x - view.x) * view.scale + width / 2;
      const py = (y - view.y) * view.scale + height / 2;
      const known = names[group] !== NAMELESS;
      const label = Number(names[group]);
      const look = {
        words: known ? classes[label] : "?",
        fill: known ? colours[label % colours.length] : "#5b626b",
        ink: known ? inks[label % inks.length] : "#ffffff",
        open: group === open ? ink : "",
      };
      badge(draw, px, py, ratio, look);
    }
  }
}

/**
 * @param {CanvasRenderingContext2D} draw
 * @param {number} x
 * @param {number} y
 * @param {number} ratio
 * @param {{ words: string, fill: string, ink: string, open: string }} look ``open``: its frame
 */
function badge(draw, x, y, ratio, look) {
  draw.font = `bold ${20 * ratio}px sans-serif`;
  draw.textAlign = "center";
  draw.textBaseline = "middle";
  const half = Math.max(14 * ratio, draw.measureText(look.words).width / 2 + 6 * ratio);
  draw.beginPath();
  draw.roundRect(x - half, y - 14 * ratio, 2 * half, 28 * ratio, 5 * ratio);
  draw.fillStyle = look.fill;
  draw.fill();
  draw.strokeStyle = look.open || "#ffffff";
  draw.lineWidth = (look.open ? 4 : 2) * ratio;
  draw.stroke();
  draw.fillStyle = look.ink;
  draw.fillText(look.words, x, y + ratio);
}

/**
 * "rgb(1, 2, 3)" as "#010203".
 *
 * @param {string} colour
 */
function hex(colour) {
  const parts = (colour.match(/\d+/g) ?? ["0", "0", "0"]).slice(0, 3);
  return "#" + parts.map((part) => Number(part).toString(16).padStart(2, "0")).join("");
}
