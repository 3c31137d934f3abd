/**
 * Where codes lie on a plane: what aecore/training/record.py does for a run's record.
 *
 * @typedef {import("../shared/products.js").Doubles} Doubles
 * @typedef {import("./frames.js").Box} Box
 */
const ROUNDS = 200; // at most, until the two directions no longer move
const STILL = 1e-12;
const NEARLY_ALL = 0.005; // of the places may lie beyond each side
const ROOM = 0.55; // of the largest extent, from the middle to a side

/**
 * Codes (n, d) on the two directions in which they vary most (PCA), around their mean.
 *
 * @param {Doubles} codes
 * @param {number} d
 * @returns {Doubles} (n, 2)
 */
export function principalPlane(codes, d) {
  const n = codes.length / d;
  const mean = new Float64Array(d);
  codes.forEach((value, i) => (mean[i % d] += value / n));
  const centred = codes.map((value, i) => value - mean[i % d]);
  const spread = new Float64Array(d * d); // ∝ covariance
  for (let i = 0; i < n * d; i += d) {
    for (let a = 0; a < d; a++) {
      for (let b = 0; b < d; b++) spread[a * d + b] += centred[i + a] * centred[i + b];
    }
  }
  const places = new Float64Array(2 * n);
  for (const [axis, direction] of directions(spread, d).entries()) {
    for (let i = 0; i < n; i++) {
      for (let a = 0; a < d; a++) places[2 * i + axis] += centred[i * d + a] * direction[a];
    }
  }
  return places;
}

/**
 * The two eigenvectors of the largest eigenvalues, by power iteration.
 *
 * @param {Doubles} matrix (d, d), symmetric; of what was found its part is taken out
 * @param {number} d
 */
function directions(matrix, d) {
  return [0, 1].map(() => {
    let direction = Float64Array.from({ length: d }, (_, a) => 1 + a / d); // no axis by chance
    let value = 0;
    for (let round = 0; round < ROUNDS; round++) {
      const next = direction.map((_, a) => direction.reduce((sum, one, b) => sum + matrix[a * d + b] * one, 0));
      value = Math.hypot(...next);
      if (!value) break;
      const before = direction;
      direction = next.map((one) => one / value);
      if (direction.every((one, a) => Math.abs(one - before[a]) < STILL)) break;
    }
    const largest = direction.reduce((most, one) => (Math.abs(one) > Math.abs(most) ? one : most), 0);
    if (largest < 0) direction = direction.map((one) => -one); // a sign of no meaning, settled
    matrix = matrix.map((one, i) => one - value * direction[Math.floor(i / d)] * direction[i % d]);
    return direction;
  });
}

/**
 * Places turned or mirrored to lie nearest to others of the same images (orthogonal Procrustes):
 * with two axes the best turn and the best mirror image can be written down.
 *
 * @param {Doubles} places (n, 2)
 * @param {Doubles} onto (n, 2)
 * @returns {Doubles} (n, 2)
 */
export function turned(places, onto) {
  const n = places.length / 2;
  const mean = [0, 1].map((axis) => onto.reduce((sum, one, i) => sum + (i % 2 === axis ? one / n : 0), 0));
  let [xx, xy, yx, yy] = [0, 0, 0, 0];
  for (let i = 0; i < 2 * n; i += 2) {
    const [right, up] = [onto[i] - mean[0], onto[i + 1] - mean[1]];
    xx += places[i] * right;
    xy += places[i] * up;
    yx += places[i + 1] * right;
    yy += places[i + 1] * up;
  }
  const mirrored = Math.hypot(xx - yy, xy + yx) > Math.hypot(xx + yy, xy - yx);
  const sign = mirrored ? -1 : 1;
  const angle = Math.atan2(xy - sign * yx, xx + sign * yy);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return places.map((one, i) => (i % 2 ? sin * places[i - 1] + sign * cos * one : cos * one - sign * sin * places[i + 1]));
}

/**
 * A square that holds nearly all places.
 *
 * @param {Doubles} places (n, 2)
 * @returns {Box}
 */
export function boxAround(places) {
  const [across, up] = [0, 1].map((axis) => {
    const sorted = places.filter((_, i) => i % 2 === axis).sort();
    return [NEARLY_ALL, 1 - NEARLY_ALL].map((share) => {
      const at = share * (sorted.length - 1);
      const [low, high] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
      return low + (high - low) * (at - Math.floor(at));
    });
  });
  const reach = Math.max(ROOM * Math.max(across[1] - across[0], up[1] - up[0]), 1e-6);
  const [x, y] = [across, up].map(([low, high]) => (low + high) / 2);
  return [x - reach, x + reach, y - reach, y + reach];
}
