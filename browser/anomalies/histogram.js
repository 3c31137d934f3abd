/**
 * The histogram: normal images above the axis, strange ones below it, and the threshold, which
 * pointer and arrow keys move. What raises an alarm has the full colour.
 */
import { cleared } from "../shared/canvas.js";
import { pointerIn } from "../shared/pixels.js";

/**
 * @typedef {import("./axis.js").Axis} Axis
 * @typedef {import("./ranking.js").Ranking} Ranking
 * @typedef {import("./ranking.js").Ranked} Ranked
 */

const BARS = 56;
const FEW = 20; // images that are marked each, instead of bars
const LEFT = 46; // pixels for the numbers beside the axis
const BELOW = 26; // and below it
const PALE = 0.35;
const STEP = 1 / 200; // of the axis, for an arrow key
const LEAP = 10;

/**
 * How many of the images lie in each of ``BARS`` parts of the axis, as shares of all.
 *
 * @param {Ranked} ranked
 * @param {Axis} axis
 */
export function bars(ranked, axis) {
  const found = new Float32Array(BARS);
  for (const score of ranked.scores) {
    found[Math.min(BARS - 1, Math.floor(axis.share(score) * BARS))] += 1 / ranked.count;
  }
  return found;
}

export class Histogram {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {(score: number, ended: boolean) => void} move
   */
  constructor(canvas, move) {
    this.canvas = canvas;
    this.move = move;
    /** @type {Axis | null} */
    this.axis = null;
    this.threshold = 0;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      this.#drag(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) this.#drag(event);
    });
    canvas.addEventListener("pointerup", () => this.move(this.threshold, true));
    canvas.addEventListener("pointercancel", () => this.move(this.threshold, true));
    canvas.addEventListener("keydown", (event) => this.#press(event));
  }

  /** @param {PointerEvent} event */
  #drag(event) {
    if (!this.axis) return;
    const [x] = pointerIn(this.canvas, event);
    const share = (x - LEFT) / (this.canvas.clientWidth - LEFT);
    this.move(this.axis.score(Math.min(1, Math.max(0, share))), false);
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    if (!this.axis || event.altKey || event.ctrlKey || event.metaKey) return;
    const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageUp: LEAP, PageDown: -LEAP };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    let share = this.axis.share(this.threshold);
    if (step) share += step * STEP * (event.shiftKey ? LEAP : 1);
    else if (event.key === "Home") share = 0;
    else if (event.key === "End") share = 1;
    else return;
    event.preventDefault(); // or the page would scroll
    event.stopPropagation();
    this.move(this.axis.score(Math.min(1, Math.max(0, share))), true);
  }

  /**
   * @param {Ranking} ranking
   * @param {Axis} axis
   * @param {{ colours: [string, string], titles: [string, string], log: boolean, language: string }} look
   */
  show(ranking, axis, look) {
    this.axis = axis;
    this.ranking = ranking;
    this.look = look;
    this.bars = [bars(ranking.normal, axis), bars(ranking.strange, axis)];
  }

  /** @param {number} threshold */
  draw(threshold) {
    this.threshold = threshold;
    const { axis, ranking, look, bars: shares } = this;
    if (!axis || !ranking || !look || !shares) return;
    const { draw, width, height } = cleared(this.canvas);
    const plot = width - LEFT;
    const half = (height - BELOW) / 2;
    const few = ranking.strange.count <= FEW;
    const up = few ? height - BELOW - 44 : half;
    const top = Math.max(...shares[0], few ? 0 : Math.max(...shares[1]));
    const scale = (up - 22) / top; // room for the title
    const at = LEFT + axis.share(threshold) * plot;
    const ink = String(draw.fillStyle);
    this.#grid(draw, { top, scale, up, plot, width, few });
    shares.forEach((side, which) => {
      if (which === 1 && few) return;
      draw.fillStyle = look.colours[which];
      const bar = plot / BARS;
      for (let i = 0; i < BARS; i++) {
        const [x, tall] = [LEFT + i * bar, side[i] * scale];
        const y = which === 0 ? up - tall : up;
        // the threshold may pass through a bar
        const passed = Math.min(Math.max(at - x, 0), bar);
        draw.globalAlpha = PALE;
        draw.fillRect(x + 0.5, y, Math.max(0, passed - 0.5), tall);
        draw.globalAlpha = 1;
        draw.fillRect(x + passed + (passed ? 0 : 0.5), y, Math.max(0, bar - passed - 0.5), tall);
      }
    });
    if (few) this.#marks(draw, up, plot);
    draw.globalAlpha = 1;
    draw.font = `600 ${draw.font}`;
    draw.fillStyle = look.colours[0];
    draw.textBaseline = "top";
    draw.fillText(look.titles[0], LEFT + 4, 0);
    draw.fillStyle = look.colours[1];
    draw.textBaseline = "bottom";
    draw.fillText(look.titles[1], LEFT + 4, height - BELOW - (few ? 0 : 2));
    this.#line(draw, at, ink, height);
  }

  /**
   * @param {CanvasRenderingContext2D} draw
   * @param {{ top: number, scale: number, up: number, plot: number, width: number, few: boolean }} room
   */
  #grid(draw, { top, scale, up, plot, width, few }) {
    const { axis, look } = this;
    if (!axis || !look) return;
    draw.fillRect(LEFT, up - 0.5, plot, 1);
    const percent = new Intl.NumberFormat(look.language, { style: "percent", maximumFractionDigits: 0 });
    const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1].find((one) => one * scale >= 36) ?? 1;
    draw.textAlign = "right";
    draw.textBaseline = "middle";
    for (let share = step; share <= top; share += step) {
      for (const side of few ? [-1] : [-1, 1]) {
        const y = up + side * share * scale;
        draw.globalAlpha = 0.15;
        draw.fillRect(LEFT, y - 0.5, plot, 1);
        draw.globalAlpha = 1;
        draw.fillText(percent.format(share), LEFT - 6, y);
      }
    }
    draw.textBaseline = "bottom";
    draw.textAlign = "center";
    const number = new Intl.NumberFormat(look.language, { maximumSignificantDigits: 3 });
    for (const score of axis.ticks(plot)) {
      const words = number.format(score).replace("-", "−");
      const half = draw.measureText(words).width / 2;
      const x = LEFT + axis.share(score) * plot;
      draw.fillText(words, Math.min(width - half, x), this.canvas.clientHeight - 2);
    }
    draw.textAlign = "left";
  }

  /**
   * @param {CanvasRenderingContext2D} draw
   * @param {number} up
   * @param {number} plot
   */
  #marks(draw, up, plot) {
    const { axis, ranking, look } = this;
    if (!axis || !ranking || !look) return;
    draw.fillStyle = look.colours[1];
    for (const score of ranking.strange.scores) {
      const x = LEFT + axis.share(score) * plot;
      draw.beginPath();
      draw.moveTo(x, up + 2);
      draw.lineTo(x - 8, up + 18);
      draw.lineTo(x + 8, up + 18);
      draw.fill();
    }
  }

  /**
   * The threshold with its handle.
   *
   * @param {CanvasRenderingContext2D} draw
   * @param {number} x
   * @param {string} ink
   * @param {number} height
   */
  #line(draw, x, ink, height) {
    draw.fillStyle = ink;
    draw.fillRect(x - 1.5, 0, 3, height - BELOW);
    draw.beginPath();
    draw.arc(x, 9, 8, 0, 2 * Math.PI);
    draw.fill();
  }
}
