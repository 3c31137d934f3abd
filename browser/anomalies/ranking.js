/** Scores in order, and what a threshold makes of them: an alarm is a score above it. */

/**
 * @typedef {Object} Counts
 * @property {number} hits strange images that raise an alarm
 * @property {number} missed and those that don't
 * @property {number} alarms normal images that raise one, wrongly
 * @property {number} passed and those that don't
 */

/** The images of one side, from the least strange on. */
export class Ranked {
  /** @param {Float32Array} scores */
  constructor(scores) {
    this.count = scores.length;
    /** places of the images, by their scores */
    this.order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b]);
    this.scores = Float32Array.from(this.order, (place) => scores[place]);
  }

  /** How many scores are no higher than a threshold. @param {number} threshold */
  upTo(threshold) {
    let [low, high] = [0, this.count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.scores[middle] <= threshold) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many scores are lower. @param {number} score */
  below(score) {
    let below = this.upTo(score);
    while (below && this.scores[below - 1] === score) below--;
    return below;
  }

  /** How many raise an alarm. @param {number} threshold */
  above(threshold) {
    return this.count - this.upTo(threshold);
  }

  /** The threshold above which so many, or with equal scores fewer, lie. @param {number} many */
  thresholdOf(many) {
    const at = this.count - 1 - Math.min(this.count, Math.max(0, many));
    return at < 0 ? this.scores[0] - Math.max(1e-6, Math.abs(this.scores[0]) * 1e-3) : this.scores[at];
  }
}

export class Ranking {
  /**
   * @param {Float32Array} normal scores
   * @param {Float32Array} strange
   */
  constructor(normal, strange) {
    this.normal = new Ranked(normal);
    this.strange = new Ranked(strange);
  }

  /**
   * @param {number} threshold
   * @returns {Counts}
   */
  counts(threshold) {
    const [alarms, hits] = [this.normal.above(threshold), this.strange.above(threshold)];
    return {
      hits,
      missed: this.strange.count - hits,
      alarms,
      passed: this.normal.count - alarms,
    };
  }

  /**
   * What every threshold makes of them, from the highest on, where nothing raises an alarm.
   *
   * @param {number} most points
   */
  curve(most) {
    const all = Float32Array.from([...this.normal.scores, ...this.strange.scores]).sort().reverse();
    const step = Math.max(1, all.length / most);
    const thresholds = [all[0]];
    for (let at = step; at < all.length; at += step) thresholds.push(all[Math.floor(at)]);
    thresholds.push(-Infinity);
    return thresholds.map((threshold) => this.counts(threshold));
  }
}

/** @param {Counts} counts */
export function recall({ hits, missed }) {
  return hits / (hits + missed);
}

/** NaN where there is no alarm. @param {Counts} counts */
export function precision({ hits, alarms }) {
  return hits / (hits + alarms);
}

/** @param {Counts} counts */
export function falseRate({ alarms, passed }) {
  return alarms / (alarms + passed);
}
