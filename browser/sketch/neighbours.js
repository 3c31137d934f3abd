/**
 * Known codes near a new one, and its place on a map of them: aecore/placing.py in the browser.
 *
 * @typedef {{ places: number[], distances: number[] }} Near among the known, the nearest first
 */

export const NEIGHBOURS = 10; // that decide about the place on a map

/**
 * The known codes that are nearest to a code, and how far they are.
 *
 * @param {ArrayLike<number>} known one code after the other
 * @param {ArrayLike<number>} code
 * @param {number} k how many
 * @returns {Near}
 */
export function nearest(known, code, k) {
  const d = code.length;
  /** @type {number[]} */
  const places = [];
  /** @type {number[]} */
  const apart = []; // squared
  for (let n = 0, at = 0; at < known.length; n++, at += d) {
    let sum = 0;
    for (let i = 0; i < d; i++) sum += (known[at + i] - code[i]) ** 2;
    if (apart.length === k && sum >= apart[k - 1]) continue;
    let rank = apart.length;
    while (rank && apart[rank - 1] > sum) rank--;
    apart.splice(rank, 0, sum);
    places.splice(rank, 0, n);
    if (apart.length > k) {
      apart.pop();
      places.pop();
    }
  }
  return { places, distances: apart.map(Math.sqrt) };
}

/**
 * Which of its neighbours a code comes to lie on: their weighted geometric median, among themselves.
 *
 * @param {Near} near
 * @param {ArrayLike<number>} positions two numbers for each known code
 */
export function place({ places, distances }, positions) {
  const reach = Math.max(distances[distances.length - 1], 2 ** -126);
  const weights = distances.map((distance) => Math.exp(-2 * (distance / reach) ** 2));
  let [best, least] = [places[0], Infinity];
  for (const one of places) {
    const sum = places.reduce((far, other, i) => {
      const across = positions[2 * one] - positions[2 * other];
      const up = positions[2 * one + 1] - positions[2 * other + 1];
      return far + weights[i] * Math.hypot(across, up);
    }, 0);
    if (sum < least) [best, least] = [one, sum];
  }
  return best;
}
