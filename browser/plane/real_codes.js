/**
 * The codes of real images on the plane: which class lies around a place, and where there is none
 * far and wide.
 */

const NEIGHBOURS = 15; // that vote
const SIDE = 400; // of the field of distances
const FARTHEST = 6; // of the field, to each side

export class RealCodes {
  /**
   * @param {Float32Array} places two numbers each
   * @param {Int32Array | null} labels
   * @param {number} far farther than this from any code is far
   */
  constructor(places, labels, far) {
    this.places = places;
    this.labels = labels;
    this.far = far;
    this.distances = new Float32Array(NEIGHBOURS);
    this.nearest = new Int32Array(NEIGHBOURS);
    this.votes = labels ? new Uint16Array(labels.reduce((a, b) => Math.max(a, b), 0) + 1) : null;
    this.field = this.#field();
  }

  /** Squared distance to the nearest code, up to twice ``far``, on a grid of places. */
  #field() {
    const { places, far } = this;
    const field = new Float32Array(SIDE * SIDE).fill(4 * far * far);
    const cell = (2 * FARTHEST) / (SIDE - 1);
    const reach = Math.ceil((2 * far) / cell);
    for (let i = 0; i < places.length; i += 2) {
      const across = (places[i] + FARTHEST) / cell;
      const up = (places[i + 1] + FARTHEST) / cell;
      const left = Math.max(0, Math.floor(across) - reach);
      const right = Math.min(SIDE - 1, Math.floor(across) + reach + 1);
      const first = Math.max(0, Math.floor(up) - reach);
      const last = Math.min(SIDE - 1, Math.floor(up) + reach + 1);
      for (let row = first; row <= last; row++) {
        const dy = ((row - up) * cell) ** 2;
        for (let column = left; column <= right; column++) {
          const distance = dy + ((column - across) * cell) ** 2;
          const at = row * SIDE + column;
          if (distance < field[at]) field[at] = distance;
        }
      }
    }
    return field;
  }

  /**
   * Whether no real code is near a place.
   *
   * @param {number} x
   * @param {number} y
   */
  isFar(x, y) {
    const across = ((x + FARTHEST) / (2 * FARTHEST)) * (SIDE - 1);
    const up = ((y + FARTHEST) / (2 * FARTHEST)) * (SIDE - 1);
    const column = Math.min(SIDE - 2, Math.max(0, Math.floor(across)));
    const row = Math.min(SIDE - 2, Math.max(0, Math.floor(up)));
    const [dx, dy] = [across - column, up - row];
    const at = row * SIDE + column;
    const { field } = this;
    const below = field[at] + dx * (field[at + 1] - field[at]);
    const above = field[at + SIDE] + dx * (field[at + SIDE + 1] - field[at + SIDE]);
    return below + dy * (above - below) > this.far * this.far;
  }

  /**
   * Which real code is nearest to a place; -1 if there is none.
   *
   * @param {number} x
   * @param {number} y
   */
  nearestTo(x, y) {
    const { places } = this;
    let [best, least] = [-1, Infinity];
    for (let i = 0; i < places.length; i += 2) {
      const distance = (places[i] - x) ** 2 + (places[i + 1] - y) ** 2;
      if (distance < least) [best, least] = [i / 2, distance];
    }
    return best;
  }

  /**
   * The class of most of the real codes around a place; -1 if classes are unknown.
   *
   * @param {number} x
   * @param {number} y
   */
  classAt(x, y) {
    const { places, labels, votes, distances, nearest } = this;
    if (!labels || !votes) return -1;
    const last = NEIGHBOURS - 1;
    distances.fill(Infinity);
    for (let i = 0; i < labels.length; i++) {
      const dx = places[2 * i] - x;
      const dy = places[2 * i + 1] - y;
      const distance = dx * dx + dy * dy;
      if (distance >= distances[last]) continue;
      let at = last;
      for (; at > 0 && distances[at - 1] > distance; at--) {
        distances[at] = distances[at - 1];
        nearest[at] = nearest[at - 1];
      }
      distances[at] = distance;
      nearest[at] = i;
    }
    votes.fill(0);
    let best = labels[nearest[0]];
    for (let k = 0; k < NEIGHBOURS && distances[k] < Infinity; k++) {
      const label = labels[nearest[k]];
      if (label >= 0 && ++votes[label] > votes[best]) best = label;
    }
    return best;
  }
}
