/** The axis of the scores: even, or of their logarithms; what lies beyond its end stands there. */

const TINY = 1e-9;
const HIGHEST = 0.995; // share of the images whose scores it shows without being cut off, …
const FEW = 20; // … but of so few all
const MARGIN = 0.02; // of the axis, beyond the last
const CLEAR = 70; // pixels between two numbers

export class Axis {
  /**
   * @param {Float32Array[]} sorted scores of each side
   * @param {boolean} log
   */
  constructor(sorted, log) {
    this.log = log;
    const ends = sorted.filter((scores) => scores.length);
    const at = (/** @type {Float32Array} */ scores, /** @type {number} */ share) =>
      this.#bent(scores[Math.floor(share * (scores.length - 1))]);
    this.low = Math.min(...ends.map((scores) => at(scores, 0)));
    this.high = Math.max(...ends.map((scores) => at(scores, scores.length > FEW ? HIGHEST : 1)));
    this.high += MARGIN * (this.high - this.low);
    if (!(this.high > this.low)) this.high = this.low + 1;
  }

  /** @param {number} score */
  #bent(score) {
    return this.log ? Math.log10(Math.max(score, TINY)) : score;
  }

  /** 0…1 from the left end to the right one. @param {number} score */
  share(score) {
    return Math.min(1, Math.max(0, (this.#bent(score) - this.low) / (this.high - this.low)));
  }

  /** The score at a share of the axis. @param {number} share */
  score(share) {
    const at = this.low + share * (this.high - this.low);
    return this.log ? 10 ** at : at;
  }

  /**
   * Scores to write below the axis.
   *
   * @param {number} width pixels
   * @returns {number[]}
   */
  ticks(width) {
    const most = Math.max(2, Math.floor(width / CLEAR));
    if (this.log) {
      const found = [];
      for (let power = Math.floor(this.low); power <= Math.ceil(this.high); power++) {
        for (const digit of [1, 2, 5]) found.push(digit * 10 ** power);
      }
      const seen = found.filter((score) => this.#inside(score));
      return seen.length > most ? seen.filter((_, i) => i % Math.ceil(seen.length / most) === 0) : seen;
    }
    const rough = (this.high - this.low) / most;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * ([1, 2, 5].find((digit) => digit * power >= rough) ?? 10);
    const first = Math.ceil(this.low / step);
    const last = Math.floor(this.high / step);
    return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => (first + i) * step);
  }

  /** @param {number} score */
  #inside(score) {
    const at = this.#bent(score);
    return at >= this.low && at <= this.high;
  }
}
