/**
 * Drawings as text, as aecore/handwriting.py writes and reads them.
 *
 * @typedef {import("../shared/strokes.js").Point} Point
 */

export const SIDE = 280; // of the pad, in its own units
export const WIDTH = 24; // of the pen
export const MAX_STROKES = 100;
export const MAX_POINTS = 20_000;
export const MAX_TEXT = 1500; // characters

/**
 * The text of a drawing, with so few points that it is no longer than MAX_TEXT.
 *
 * @param {Point[][]} strokes
 */
export function textOf(strokes) {
  const whole = strokes.map((stroke) => stroke.map(([x, y]) => /** @type {Point} */ ([Math.round(x), Math.round(y)])));
  for (let tolerance = 0.5; ; tolerance *= 2) {
    const text = written(whole.map((stroke) => thinned(stroke, tolerance)));
    // past the pad's size two points a stroke are left, and those fit
    if (text.length <= MAX_TEXT || tolerance > 2 * SIDE) return text;
  }
}

/** @param {Point[][]} strokes */
function written(strokes) {
  if (!strokes.length) return "";
  const numbers = [2 * WIDTH + 1]; // and 1: models get it in MNIST's form
  let before = [0, 0];
  for (const stroke of strokes) {
    numbers.push(stroke.length);
    for (const point of stroke) {
      point.forEach((value, axis) => {
        const step = value - before[axis];
        numbers.push(step >= 0 ? 2 * step : -2 * step - 1);
      });
      before = point;
    }
  }
  const bytes = numbers.flatMap((number) => {
    const found = []; // seven bits a byte, the lowest first; the eighth says that more follow
    for (; number > 127; number = Math.floor(number / 128)) found.push((number % 128) + 128);
    return [...found, number];
  });
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/**
 * What a text has written; null: it is no drawing's.
 *
 * @param {string} text
 * @returns {{ strokes: Point[][], width: number } | null}
 */
export function drawingOf(text) {
  if (!/^[\w-]{1,1500}$/.test(text)) return null;
  let bytes;
  try {
    bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  } catch {
    return null;
  }
  const numbers = [];
  let [value, scale] = [0, 1];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes.charCodeAt(i);
    value += (byte % 128) * scale;
    scale *= 128;
    if (byte < 128) {
      numbers.push(value);
      [value, scale] = [0, 1];
    }
  }
  const width = Math.floor(numbers[0] / 2);
  /** @type {Point[][]} */
  const strokes = [];
  let [x, y] = [0, 0];
  for (let at = 1; at < numbers.length; ) {
    const end = at + 1 + 2 * numbers[at];
    if (end > numbers.length || end === at + 1) return null;
    /** @type {Point[]} */
    const stroke = [];
    for (at++; at < end; at += 2) {
      const [dx, dy] = [numbers[at], numbers[at + 1]].map((n) => (n % 2 ? -(n + 1) / 2 : n / 2));
      [x, y] = [x + dx, y + dy];
      if (!(x >= 0 && x <= SIDE && y >= 0 && y <= SIDE)) return null;
      stroke.push([x, y]);
    }
    strokes.push(stroke);
  }
  return strokes.length ? { strokes, width } : null;
}

/**
 * The points that keep the line within ``tolerance`` of what it was (Douglas and Peucker).
 *
 * @param {Point[]} stroke
 * @param {number} tolerance
 */
function thinned(stroke, tolerance) {
  const kept = new Set([0, stroke.length - 1]);
  const open = [[0, stroke.length - 1]];
  for (let span = open.pop(); span; span = open.pop()) {
    const [first, last] = span;
    let [farthest, middle] = [tolerance, -1];
    for (let i = first + 1; i < last; i++) {
      const away = distance(stroke[i], stroke[first], stroke[last]);
      if (away > farthest) [farthest, middle] = [away, i];
    }
    if (middle < 0) continue;
    kept.add(middle);
    open.push([first, middle], [middle, last]);
  }
  return stroke.filter((_, i) => kept.has(i));
}

/** From a point to the chord between two others. @param {Point} point @param {Point} from @param {Point} to */
function distance([x, y], [fromX, fromY], [toX, toY]) {
  const [across, down] = [toX - fromX, toY - fromY];
  const length2 = across ** 2 + down ** 2;
  const share = length2 ? ((x - fromX) * across + (y - fromY) * down) / length2 : 0;
  const along = Math.min(1, Math.max(0, share));
  return Math.hypot(x - fromX - along * across, y - fromY - along * down);
}
