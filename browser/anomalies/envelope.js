/**
 * A signal at one or two finenesses: the lowest and the highest value of every so many, over all of
 * it, and finer over the stretch that is looked at.
 *
 * @typedef {Object} Level
 * @property {number} start the first value that it tells of
 * @property {number} step values in each of its pieces; 1: the values themselves
 * @property {ArrayLike<number>} low
 * @property {ArrayLike<number>} high
 */

/**
 * The finest level that has all of a stretch.
 *
 * @param {Level[]} levels
 * @param {number} from values of the signal
 * @param {number} to
 */
export function finest(levels, from, to) {
  const fitting = levels.filter(
    ({ start, step, low }) => start <= from && to <= start + step * low.length,
  );
  return fitting.reduce((best, one) => (one.step < best.step ? one : best), fitting[0] ?? levels[0]);
}

/**
 * The lowest and highest value under each of ``width`` columns, which share from…to evenly. NaN
 * where there is none.
 *
 * @param {Level} level
 * @param {number} from values of the signal
 * @param {number} to
 * @param {number} width
 */
export function columns({ start, step, low, high }, from, to, width) {
  const lows = new Float32Array(width).fill(NaN);
  const highs = new Float32Array(width).fill(NaN);
  const wide = (to - from) / width;
  for (let x = 0; x < width; x++) {
    const first = Math.max(0, Math.floor((from + x * wide - start) / step));
    // up to the first of the next column, so that the line has no gaps
    const last = Math.min(low.length - 1, Math.ceil((from + (x + 1) * wide - start) / step));
    let [least, most] = [Infinity, -Infinity];
    for (let i = first; i <= last; i++) {
      if (low[i] < least) least = low[i];
      if (high[i] > most) most = high[i];
    }
    if (least <= most) [lows[x], highs[x]] = [least, most];
  }
  return { lows, highs };
}
