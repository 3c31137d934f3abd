/**
 * Where things lie on the plane. Every place has two numbers on the axes, and a share 0…1 of the
 * whole that can be seen: to the right and, as on a screen, downwards.
 *
 * @typedef {import("../shared/view.js").View} View
 * @typedef {import("../shared/view.js").Pair} Pair
 */

const FARTHEST = 6; // on even axes
const HOME = 3; // what is seen at first
const STEPS = [0.05, 0.1, 0.2, 0.5, 1, 2];
const CLEAR = 44; // pixels from one number on an axis to the next, at least

/** Φ, the share of a normal distribution below each of these numbers, and its inverse. */
const TABLE = (() => {
  const [end, step] = [4.5, 0.01];
  const values = [-end];
  const shares = [0];
  for (let i = 1, x = -end; i <= (2 * end) / step; i++, x += step) {
    const density = (/** @type {number} */ at) => Math.exp((-at * at) / 2);
    // Simpson's rule
    const area = (step / 6) * (density(x) + 4 * density(x + step / 2) + density(x + step));
    values.push(x + step);
    shares.push(shares[i - 1] + area);
  }
  const whole = shares[shares.length - 1];
  return { values, shares: shares.map((share) => share / whole) };
})();

/**
 * What lies at ``x`` in ``to``, with ``x`` looked up in the rising numbers ``from``.
 *
 * @param {number} x
 * @param {number[]} from
 * @param {number[]} to
 */
function lookedUp(x, from, to) {
  let [low, high] = [0, from.length - 1];
  if (x <= from[low]) return to[low];
  if (x >= from[high]) return to[high];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle] <= x) low = middle;
    else high = middle;
  }
  return to[low] + ((to[high] - to[low]) * (x - from[low])) / (from[high] - from[low]);
}

export class Axis {
  /** @param {"linear" | "quantile"} spacing even, or equal shares of a normal distribution */
  constructor(spacing) {
    this.even = spacing === "linear";
    /** the share of the whole that is seen at first, around the middle */
    this.home = this.even ? HOME / FARTHEST : 1;
  }

  /**
   * The share of the whole at a number of the axis.
   *
   * @param {number} value
   */
  share(value) {
    if (this.even) return (value + FARTHEST) / (2 * FARTHEST);
    return lookedUp(value, TABLE.values, TABLE.shares);
  }

  /**
   * The number at a share of the whole.
   *
   * @param {number} share
   */
  value(share) {
    if (this.even) return share * 2 * FARTHEST - FARTHEST;
    return lookedUp(share, TABLE.shares, TABLE.values);
  }

  /**
   * Numbers to write beside the axis, with the pixels where they belong.
   *
   * @param {number} middle of the view, as a share
   * @param {number} scale pixels for the whole
   * @param {number} side pixels that are seen
   */
  ticks(middle, scale, side) {
    const place = (/** @type {number} */ value) => (this.share(value) - middle) * scale + side / 2;
    const [low, high] = [-0.5, 0.5].map((half) => this.value(middle + (half * side) / scale));
    const centre = this.value(middle);
    const step =
      STEPS.find((size) => place(centre + size) - place(centre) >= CLEAR) ?? STEPS[STEPS.length - 1];
    const first = Math.ceil(Math.max(low, -FARTHEST) / step - 1e-6);
    const last = Math.floor(Math.min(high, FARTHEST) / step + 1e-6);
    const values = Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
    values.sort((a, b) => Math.abs(a) - Math.abs(b)); // by quantiles they get closer outwards
    /** @type {{ value: number, at: number }[]} */
    const found = [];
    for (const value of values) {
      const at = place(value);
      if (found.every((other) => Math.abs(other.at - at) >= CLEAR)) found.push({ value, at });
    }
    return found;
  }
}

/**
 * A view that stays inside the whole, and neither closer nor wider than makes sense.
 *
 * @param {View} view
 * @param {number} side pixels that are seen
 * @param {number} closest share of the whole
 */
export function bounded(view, side, closest) {
  const scale = Math.min(side / closest, Math.max(side, view.scale));
  const half = side / scale / 2;
  const inside = (/** @type {number} */ at) => Math.min(1 - half, Math.max(half, at));
  return { x: inside(view.x), y: inside(view.y), scale };
}

/**
 * The way between two places, with both ends: straight, or around the middle of the plane as on a
 * circle whose radius changes evenly.
 *
 * @param {Pair} from
 * @param {Pair} to
 * @param {"straight" | "round"} way
 * @param {number} stops
 * @returns {Pair[]}
 */
export function path(from, to, way, stops) {
  const [radius, wanted] = [Math.hypot(...from), Math.hypot(...to)];
  const angle = Math.atan2(from[1], from[0]);
  let turn = Math.atan2(to[1], to[0]) - angle;
  if (turn > Math.PI) turn -= 2 * Math.PI;
  if (turn < -Math.PI) turn += 2 * Math.PI;
  return Array.from({ length: stops }, (_, i) => {
    const share = i / (stops - 1);
    if (way === "straight") {
      return [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])];
    }
    const far = radius + share * (wanted - radius);
    return [far * Math.cos(angle + share * turn), far * Math.sin(angle + share * turn)];
  });
}
