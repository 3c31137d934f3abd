/**
 * The codes of all melodies and the plane of the two directions in which they differ most.
 *
 * @typedef {[number, number]} Pair
 */
export class Space {
  /** @param {Record<string, any>} arrays codes, places, axes, middle, directions (pages/music/tunes.py) */
  constructor({ codes, places, axes, middle, directions }) {
    this.codes = codes;
    this.places = places;
    this.axes = axes;
    this.middle = middle;
    this.directions = directions;
    this.numbers = middle.length;
    this.count = codes.length / this.numbers;
    /** how far it reaches from the middle, so that all melodies are within */
    this.reach = 1.05 * places.reduce((/** @type {number} */ most, /** @type {number} */ x) => Math.max(most, Math.abs(x)), 0);
  }

  /** @param {number} n @returns {Float32Array} */
  code(n) {
    return this.codes.subarray(n * this.numbers, (n + 1) * this.numbers);
  }

  /** @param {number} n @returns {Pair} */
  place(n) {
    return [this.places[2 * n], this.places[2 * n + 1]];
  }

  /** Where a code lies. @param {Float32Array} code @returns {Pair} */
  placeOf(code) {
    const { axes, middle, numbers } = this;
    const along = (/** @type {number} */ k) =>
      code.reduce((sum, x, i) => sum + (x - middle[i]) * axes[k * numbers + i], 0);
    return [along(0), along(1)];
  }

  /**
   * A code with so much of each direction added.
   *
   * @param {Float32Array} code
   * @param {number[]} amounts
   */
  pushed(code, amounts) {
    const { directions, numbers } = this;
    return code.map((x, i) => amounts.reduce((sum, amount, k) => sum + amount * directions[k * numbers + i], x));
  }

  /**
   * The code at a place of the plane: of all codes there the one nearest to the mean.
   *
   * @param {Pair} place
   */
  at([x, y]) {
    const { axes, middle, numbers } = this;
    return Float32Array.from(middle, (m, i) => m + x * axes[i] + y * axes[numbers + i]);
  }

  /** The melody that lies nearest to a place. @param {Pair} place */
  nearest([x, y]) {
    let [best, least] = [0, Infinity];
    for (let n = 0; n < this.count; n++) {
      const away = (this.places[2 * n] - x) ** 2 + (this.places[2 * n + 1] - y) ** 2;
      if (away < least) [best, least] = [n, away];
    }
    return best;
  }
}

/**
 * The code at a share of the straight way from one code to another.
 *
 * @param {Float32Array} from
 * @param {Float32Array} to
 * @param {number} share 0…1
 */
export function between(from, to, share) {
  return from.map((x, i) => x + (to[i] - x) * share);
}
