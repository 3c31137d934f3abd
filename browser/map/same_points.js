/** Which points of two maps are the same, so that they can glide from one to the other. */

/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("./scene.js").Scene} Scene */

/**
 * Which point of the old map each point of the new one is; null when they are the same.
 *
 * @param {Scene} scene the old one
 * @param {ArrayLike<number> | null} ids
 * @param {number} n
 * @param {boolean} related whether both show images of one data set
 */
export function before(scene, ids, n, related) {
  const old = scene.ids;
  const same = n === scene.n && (ids === null) === (old === null);
  if (related && same && (!ids || !old || sameNumbers(ids, old))) return null;
  const was = new Int32Array(n).fill(-1);
  if (!related) return was;
  /** @type {Map<number, number>} */
  const places = new Map();
  for (let i = 0; i < scene.n; i++) places.set(old ? old[i] : i, i);
  for (let i = 0; i < n; i++) was[i] = places.get(ids ? ids[i] : i) ?? -1;
  return was;
}

/**
 * @param {ArrayLike<number>} some
 * @param {ArrayLike<number>} others
 */
function sameNumbers(some, others) {
  for (let i = 0; i < some.length; i++) if (some[i] !== others[i]) return false;
  return true;
}

/**
 * Whether a panel's points are, or are on their way, elsewhere.
 *
 * @param {Panel} panel
 * @param {Float32Array} x
 * @param {Float32Array} y
 */
export function moved(panel, x, y) {
  const [px, py] = panel.glide ? panel.glide.to : [panel.x, panel.y];
  return px.length !== x.length || !sameNumbers(px, x) || !sameNumbers(py, y);
}
