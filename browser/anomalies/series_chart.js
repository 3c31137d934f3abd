/** Draws a signal, and under it how strange its windows are. */
import { cleared } from "../shared/canvas.js";
import { columns, finest } from "./envelope.js";
import { written } from "./series_values.js";

/**
 * @typedef {import("./series_facts.js").Facts} Facts
 * @typedef {import("./series_facts.js").Strangeness} Strangeness
 * @typedef {import("./stretch.js").Stretch} Stretch
 * @typedef {import("./envelope.js").Level} Level
 * @typedef {Object} Values
 * @property {Level[]} levels
 * @property {Level | null} taken what the judge takes the signal for
 * @property {number} rate values a second
 * @property {number} takenRate
 * @property {number} low of all values
 * @property {number} high
 */

export const LEFT = 74; // pixels for the numbers of the axis
export const BELOW = 26; // and for the times along it
const STRANGE = "#d95f0e";
const TAKEN = "#2f7fd0";
const FEW = 3000; // pieces of what the judge takes it for, in sight: more would be a blur

/**
 * The signal, with the marked stretches behind it and, where it is large enough, what the judge
 * takes it for.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Facts} facts
 * @param {Values} values
 * @param {Stretch} stretch
 * @param {[number, number][]} found stretches above the threshold, in seconds
 */
export function drawSignal(canvas, facts, values, stretch, found) {
  const { draw, width, height } = cleared(canvas);
  const wide = width - LEFT;
  if (wide <= 0) return;
  const ink = /** @type {string} */ (draw.fillStyle);
  const room = 0.06 * (values.high - values.low) || 1;
  const [low, high] = [values.low - room, values.high + room];
  /** @param {number} value */
  const y = (value) => height - ((value - low) / (high - low)) * height;
  axis(draw, facts, low, high, y, width);
  draw.save();
  draw.beginPath();
  draw.rect(LEFT, 0, wide, height);
  draw.clip();
  draw.translate(LEFT, 0);
  marks(draw, facts, stretch, wide, height);
  draw.globalAlpha = 1;
  draw.fillStyle = STRANGE;
  for (const [from, to] of found) {
    const [left, right] = [stretch.pixel(from, wide), stretch.pixel(to, wide)];
    if (right > 0 && left < wide) draw.fillRect(left, height - 6, Math.max(2, right - left), 6);
  }
  const { taken, takenRate } = values;
  if (taken && ((stretch.to - stretch.from) * takenRate) / taken.step < FEW) {
    line(draw, taken, takenRate, stretch, wide, y, TAKEN, 4); // seen where it isn't covered
  }
  const level = finest(values.levels, stretch.from * values.rate, stretch.to * values.rate);
  line(draw, level, values.rate, stretch, wide, y, ink, 1.6);
  draw.restore();
}

/**
 * How strange each window is, at its middle, and the threshold.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Facts} facts
 * @param {Strangeness} strange
 * @param {Stretch} stretch
 * @param {number} threshold
 * @param {number} most the value at the upper edge
 */
export function drawStrangeness(canvas, facts, strange, stretch, threshold, most) {
  const { draw, width, height } = cleared(canvas);
  const wide = width - LEFT;
  if (wide <= 0) return;
  const ink = /** @type {string} */ (draw.fillStyle);
  const floor = height - BELOW;
  /** @param {number} value */
  const y = (value) => floor - (value / most) * floor;
  axis(draw, facts, 0, most, y, width);
  draw.textAlign = "center";
  draw.textBaseline = "bottom";
  for (const { time, words } of stretch.times(wide, facts.begins)) {
    const x = LEFT + stretch.pixel(time, wide);
    draw.globalAlpha = 0.3;
    draw.fillRect(x, floor, 1, 5);
    draw.globalAlpha = 1;
    const half = draw.measureText(words).width / 2;
    draw.fillText(words, Math.min(x, width - half), height - 1);
  }
  draw.save();
  draw.beginPath();
  draw.rect(LEFT, 0, wide, floor + 1);
  draw.clip();
  draw.translate(LEFT, 0);
  marks(draw, facts, stretch, wide, floor);
  draw.globalAlpha = 1;
  const { values, hop, length } = strange;
  const every = { start: 0, step: 1, low: values, high: values };
  const shift = length / 2;
  const from = (stretch.from - shift) / hop;
  const { highs } = columns(every, from, (stretch.to - shift) / hop, Math.round(wide));
  const many = (stretch.to - stretch.from) / hop > wide;
  draw.lineWidth = 2;
  draw.lineJoin = "round";
  for (const above of [false, true]) {
    draw.save();
    draw.beginPath();
    const edge = y(threshold);
    if (above) draw.rect(0, 0, wide, edge);
    else draw.rect(0, edge, wide, floor - edge + 1);
    draw.clip();
    draw.strokeStyle = draw.fillStyle = above ? STRANGE : ink;
    draw.beginPath();
    if (many) {
      highs.forEach((value, x) => draw.lineTo(x, y(value)));
    } else {
      const last = Math.ceil((stretch.to - shift) / hop) + 1;
      for (let i = Math.max(0, Math.floor(from)); i <= last && i < values.length; i++) {
        draw.lineTo(stretch.pixel(i * hop + shift, wide), y(values[i]));
      }
    }
    draw.stroke();
    draw.restore();
  }
  draw.restore();
  draw.fillStyle = STRANGE;
  draw.fillRect(LEFT, y(threshold) - 1.5, wide, 3);
}

/**
 * All of the signal's time: how strange it is anywhere, what is marked, and which part is seen.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {Facts} facts
 * @param {Strangeness} strange
 * @param {Stretch} stretch
 * @param {number} threshold
 * @param {number} most
 */
export function drawWhole(canvas, facts, strange, stretch, threshold, most) {
  const { draw, width, height } = cleared(canvas);
  const wide = width - LEFT;
  if (wide <= 0) return;
  const { values } = strange;
  const { highs } = columns(
    { start: 0, step: 1, low: values, high: values },
    0,
    values.length,
    Math.round(wide),
  );
  const ink = draw.fillStyle;
  draw.translate(LEFT, 0);
  draw.globalAlpha = 0.9;
  for (const { kind, start, end } of facts.marks) {
    draw.fillStyle = facts.kinds[kind].colour;
    const x = (start / facts.seconds) * wide;
    draw.fillRect(x, height - 5, Math.max(2, ((end - start) / facts.seconds) * wide), 5);
  }
  highs.forEach((value, x) => {
    draw.fillStyle = value > threshold ? STRANGE : ink;
    draw.globalAlpha = value > threshold ? 1 : 0.5;
    const tall = Math.min(1, value / most) * (height - 7);
    draw.fillRect(x, height - 6 - tall, 1, tall);
  });
  draw.globalAlpha = 1;
  draw.strokeStyle = ink;
  draw.lineWidth = 2;
  const left = (stretch.from / facts.seconds) * wide;
  const across = Math.max(6, ((stretch.to - stretch.from) / facts.seconds) * wide);
  draw.strokeRect(Math.min(left, wide - across) + 1, 1, across - 2, height - 2);
}

/**
 * @param {CanvasRenderingContext2D} draw
 * @param {Facts} facts
 * @param {Stretch} stretch
 * @param {number} wide
 * @param {number} height
 */
function marks(draw, facts, stretch, wide, height) {
  for (const { kind, start, end } of facts.marks) {
    const [left, right] = [stretch.pixel(start, wide), stretch.pixel(end, wide)];
    if (right < 0 || left > wide) continue;
    draw.fillStyle = facts.kinds[kind].colour;
    draw.globalAlpha = 0.22;
    draw.fillRect(left, 0, Math.max(2, right - left), height);
  }
}

/**
 * The signal as a line, or as a band where many values share a column.
 *
 * @param {CanvasRenderingContext2D} draw
 * @param {Level} level
 * @param {number} rate
 * @param {Stretch} stretch
 * @param {number} wide
 * @param {(value: number) => number} y
 * @param {string} colour
 * @param {number} thick
 */
function line(draw, level, rate, stretch, wide, y, colour, thick) {
  const [from, to] = [stretch.from * rate, stretch.to * rate];
  draw.strokeStyle = draw.fillStyle = colour;
  draw.lineWidth = thick;
  draw.lineJoin = "round";
  const { start, step, low, high } = level;
  if (step === 1 && to - from < 1.5 * wide) {
    draw.beginPath();
    const last = Math.min(low.length - 1, Math.ceil(to) - start + 1);
    for (let i = Math.max(0, Math.floor(from) - start); i <= last; i++) {
      draw.lineTo(((i + start - from) / (to - from)) * wide, y(low[i]));
    }
    draw.stroke();
    return;
  }
  const { lows, highs } = columns({ start, step, low, high }, from, to, Math.round(wide));
  lows.forEach((least, x) => {
    const top = y(highs[x]);
    draw.fillRect(x, top - thick / 2, 1, y(least) - top + thick);
  });
}

/**
 * Round numbers at the left.
 *
 * @param {CanvasRenderingContext2D} draw
 * @param {Facts} facts
 * @param {number} low
 * @param {number} high
 * @param {(value: number) => number} y
 * @param {number} width
 */
function axis(draw, { language }, low, high, y, width) {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((one) => one * power >= rough) ?? 10);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  draw.textAlign = "right";
  draw.textBaseline = "middle";
  for (let k = Math.ceil(low / step); k * step <= high; k++) {
    const at = y(k * step);
    if (at < 9 || at > y(low) - 9) continue;
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    draw.fillText(written(k * step || 0, language, options), LEFT - 8, at);
    draw.globalAlpha = 0.15;
    draw.fillRect(LEFT, at, width - LEFT, 1);
    draw.globalAlpha = 1;
  }
}
