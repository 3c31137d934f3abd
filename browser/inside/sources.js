/** Where images of moved codes come from: a decoder here, or images that the server drew beforehand. */
import { Network } from "../shared/network.js";
import { toBytes } from "../shared/pictures.js";

export class Decoded {
  /**
   * @param {import("../shared/network.js").NetworkFacts} facts
   * @param {Record<string, any>} arrays
   */
  constructor(facts, arrays) {
    this.decoder = new Network(facts, arrays);
    this.bytes = new Uint8Array(this.decoder.outputs);
  }

  /**
   * The bytes of a code's image; the next call overwrites them.
   *
   * @param {ArrayLike<number>} code
   */
  image(code) {
    toBytes(this.decoder.run(code), this.bytes);
    return this.bytes;
  }
}

/** Each number alone over its range, in some steps; of several that are moved only one counts. */
export class Beforehand {
  /**
   * @param {Uint8Array} images of the first number's steps, then of the second's …, the last one
   *   that of the code as it was
   * @param {number} steps
   * @param {import("./bars.js").Ranges} ranges
   */
  constructor(images, steps, ranges) {
    this.images = images;
    this.steps = steps;
    this.ranges = ranges;
    this.size = images.length / (steps * ranges.low.length + 1);
  }

  /**
   * @param {ArrayLike<number>} code
   * @param {number} j the number that counts
   * @param {boolean} moved whether it isn't where it was
   */
  image(code, j, moved) {
    const { low, high } = this.ranges;
    const share = (code[j] - low[j]) / (high[j] - low[j] || 1);
    const step = Math.round(Math.min(1, Math.max(0, share)) * (this.steps - 1));
    const at = moved ? j * this.steps + step : low.length * this.steps;
    return this.images.subarray(at * this.size, (at + 1) * this.size);
  }
}
