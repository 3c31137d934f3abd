/**
 * What a threshold finds; ``counted`` in aecore/signals/judging.py counts the same way.
 *
 * @typedef {Object} Counts
 * @property {number} hits marked stretches that are found
 * @property {number} alarms rows of windows above the threshold where nothing is marked
 * @property {[number, number][]} rows first and last window of every row above the threshold
 */

const NORMAL = -1;

/**
 * @param {ArrayLike<number>} values how strange each window is
 * @param {ArrayLike<number>} marks of each window the number of its mark, or -1 for none, or -2
 * @param {number} threshold
 * @returns {Counts}
 */
export function counted(values, marks, threshold) {
  /** @type {Set<number>} */
  const hit = new Set();
  /** @type {[number, number][]} */
  const rows = [];
  let alarms = 0;
  let touching = false;
  for (let i = 0; i < values.length; i++) {
    if (!(values[i] > threshold)) continue;
    const first = i === 0 || !(values[i - 1] > threshold);
    if (first) {
      rows.push([i, i]);
      touching = false;
      alarms += 1;
    }
    rows[rows.length - 1][1] = i;
    if (marks[i] >= 0) hit.add(marks[i]);
    if (marks[i] !== NORMAL && !touching) {
      touching = true;
      alarms -= 1; // this row is none
    }
  }
  return { hits: hit.size, alarms, rows };
}
