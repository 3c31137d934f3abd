/** Which point is meant, and which rivals have about as many bits. */

/**
 * The place nearest to (x, y), -1 if none is within reach.
 *
 * @param {number[][]} places pairs
 * @param {number} x
 * @param {number} y
 * @param {number} reach
 */
export function nearest(places, x, y, reach) {
  let found = -1;
  let least = reach;
  places.forEach(([px, py], k) => {
    const distance = Math.hypot(px - x, py - y);
    if (distance < least) {
      least = distance;
      found = k;
    }
  });
  return found;
}

/**
 * Of every other kind the point whose bits are nearest by ratio; of equally near ones the best.
 *
 * @param {{ series: number, bits: number, psnr: number }[]} points
 * @param {{ kind: string }[]} series
 * @param {number} at the point that has rivals
 * @returns {number[]} a point for each kind, in the order of the series
 */
export function rivals(points, series, at) {
  const own = series[points[at].series].kind;
  const kinds = [...new Set(series.map(({ kind }) => kind))].filter((kind) => kind !== own);
  /** @param {number} k */
  const away = (k) => Math.abs(Math.log(points[k].bits / points[at].bits));
  return kinds.map((kind) =>
    points
      .map((_point, k) => k)
      .filter((k) => series[points[k].series].kind === kind)
      .reduce((best, k) => {
        const closer = away(k) - away(best);
        const better = points[k].psnr > points[best].psnr;
        return closer < -1e-9 || (closer < 1e-9 && better) ? k : best;
      }),
  );
}
