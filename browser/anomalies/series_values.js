/** Values as Python packs them, in whole numbers. */

/** @typedef {import("./envelope.js").Level} Level */

/**
 * The values of a signal, or the lowest and highest of every so many, from ``start`` on.
 *
 * @param {import("../shared/tensors.js").Tensors} packed
 * @param {number} start
 * @param {number} step
 * @returns {Level}
 */
export function leveled({ facts, arrays }, start, step) {
  const level = { start, step, low: arrays.low, high: arrays.high ?? arrays.low };
  return spread(level, facts.low, facts.high, 65535);
}

/**
 * Make of whole numbers 0…``most`` the values from ``low`` to ``high`` that they stand for.
 *
 * @param {Level} level
 * @param {number} low
 * @param {number} high
 * @param {number} most
 * @returns {Level}
 */
export function spread(level, low, high, most) {
  /** @param {ArrayLike<number>} steps */
  const made = (steps) => Float32Array.from(steps, (one) => low + (one / most) * (high - low));
  const lows = made(level.low);
  return { ...level, low: lows, high: level.low === level.high ? lows : made(level.high) };
}

/**
 * A value in a few letters, also one that is very large or small.
 *
 * @param {number} value
 * @param {string} language
 * @param {Intl.NumberFormatOptions} options for what is neither
 */
export function written(value, language, options) {
  const size = Math.abs(value);
  const far = size >= 1e6 || (size > 0 && size < 1e-4);
  const powers = /** @type {const} */ ({ notation: "scientific", maximumSignificantDigits: 3 });
  return value.toLocaleString(language, far ? powers : options);
}
