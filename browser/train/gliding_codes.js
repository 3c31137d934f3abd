/**
 * The codes of test images on a plane, on their way from one frame to the next, and behind them
 * what the decoder draws there.
 *
 * @typedef {Object} Class
 * @property {string} name
 * @property {string} colour
 * @property {string} ink of words on that colour
 * @typedef {import("./frames.js").Frame} Frame
 */
import { between, cleared } from "../shared/canvas.js";

const LABEL = 20; // pixels
const GREY = "#8a9099";

export class GlidingCodes {
  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    /** @type {Class[]} */
    this.classes = [];
    /** @type {Int32Array[]} the images of each class */
    this.members = [];
    /** @type {(value: number) => string} */
    this.written = String;
  }

  /**
   * @param {Class[]} classes
   * @param {Int32Array | null} labels
   */
  colour(classes, labels) {
    this.classes = classes;
    /** @type {number[][]} */
    const members = classes.map(() => []);
    labels?.forEach((label, i) => members[label]?.push(i));
    this.members = members.map((own) => Int32Array.from(own));
  }

  /**
   * @param {Frame} from
   * @param {Frame} to
   * @param {number} share 0…1 of the way
   */
  show(from, to, share) {
    this.canvas.classList.toggle("decoded", Boolean(to.grid));
    const { draw, width, height } = cleared(this.canvas);
    const [left, right, bottom, top] = from.box.map((side, k) => between(side, to.box[k], share));
    /** @param {number} value */
    const across = (value) => ((value - left) / (right - left)) * width;
    /** @param {number} value */
    const up = (value) => ((top - value) / (top - bottom)) * height;
    if (from.grid && to.grid) {
      draw.imageSmoothingEnabled = false;
      for (const [one, opacity] of /** @type {[Frame, number][]} */ ([[from, 1], [to, share]])) {
        if (!one.grid) continue;
        const [l, r, b, t] = one.box;
        draw.globalAlpha = 0.5 * opacity;
        draw.drawImage(one.grid, across(l), up(t), across(r) - across(l), up(b) - up(t));
      }
      draw.globalAlpha = 1;
    }
    const n = from.x.length;
    const radius = Math.max(2.2, Math.min(5, (0.25 * width) / Math.sqrt(n)));
    /** @param {number} i */
    const point = (i) => {
      const x = across(between(from.x[i], to.x[i], share));
      const y = up(between(from.y[i], to.y[i], share));
      draw.moveTo(x + radius, y);
      draw.arc(x, y, radius, 0, 2 * Math.PI);
    };
    draw.globalAlpha = 0.85;
    if (!this.classes.length) {
      draw.fillStyle = GREY;
      draw.beginPath();
      for (let i = 0; i < n; i++) point(i);
      draw.fill();
    }
    this.classes.forEach(({ colour }, k) => {
      draw.fillStyle = colour;
      draw.beginPath();
      for (const i of this.members[k]) point(i);
      draw.fill();
    });
    draw.globalAlpha = 1;
    this.#name(draw, from, to, share, across, up);
    this.#measure(draw, width, height, left, right);
  }

  /**
   * Each class's name in the middle of its points, unless another one is in the way.
   *
   * @param {CanvasRenderingContext2D} draw
   * @param {Frame} from
   * @param {Frame} to
   * @param {number} share
   * @param {(value: number) => number} across
   * @param {(value: number) => number} up
   */
  #name(draw, from, to, share, across, up) {
    draw.font = draw.font.replace("16px", "bold 16px");
    draw.textAlign = "center";
    draw.textBaseline = "middle";
    /** @type {[number, number, number][]} */
    const taken = [];
    this.classes.forEach(({ name, colour, ink }, k) => {
      const [a, b] = [from.middles[k], to.middles[k]];
      if (!a || !b) return;
      const x = across(between(a[0], b[0], share));
      const y = up(between(a[1], b[1], share));
      const half = draw.measureText(name).width / 2 + 5;
      if (taken.some(([tx, ty, th]) => Math.abs(tx - x) < th + half && Math.abs(ty - y) < LABEL)) {
        return;
      }
      taken.push([x, y, half]);
      draw.fillStyle = colour;
      draw.strokeStyle = "#fff";
      draw.lineWidth = 2;
      draw.beginPath();
      draw.roundRect(x - half, y - LABEL / 2, 2 * half, LABEL, 4);
      draw.fill();
      draw.stroke();
      draw.fillStyle = ink;
      draw.fillText(name, x, y + 1);
    });
  }

  /**
   * How far the picture reaches: its ends in the lower corners.
   *
   * @param {CanvasRenderingContext2D} draw
   * @param {number} width
   * @param {number} height
   * @param {number} left
   * @param {number} right
   */
  #measure(draw, width, height, left, right) {
    const style = getComputedStyle(this.canvas);
    draw.font = `16px ${style.fontFamily}`;
    draw.textBaseline = "alphabetic";
    draw.lineWidth = 4;
    draw.lineJoin = "round";
    draw.fillStyle = style.color;
    draw.strokeStyle = style.getPropertyValue("--halo");
    for (const [align, at, value] of /** @type {[CanvasTextAlign, number, number][]} */ ([
      ["left", 6, left],
      ["right", width - 6, right],
    ])) {
      draw.textAlign = align;
      draw.strokeText(this.written(value), at, height - 8);
      draw.fillText(this.written(value), at, height - 8);
    }
  }
}
