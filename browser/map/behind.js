/**
 * What is behind the points of a map: images with few grey levels, codes, a decoder. Fetched after
 * the first picture, as one compressed file from our own server.
 */
import { Network } from "../shared/network.js";
import { fetchTensors } from "../shared/tensors.js";

const LEVEL = 17; // 16 levels: 0, 17, … 255

export class Behind {
  /** @param {import("../shared/tensors.js").Tensors} packed */
  constructor(packed) {
    const { facts, arrays } = packed;
    /** @type {[number, number, number]} channels, height, width */
    this.shape = facts.shape;
    this.dim = facts.dim;
    this.step = facts.step;
    this.images = /** @type {Uint8Array} */ (arrays.images); // two values a byte, the first low
    this.codes = /** @type {Uint8Array} */ (arrays.codes); // row by row, all in the same steps
    this.lowest = /** @type {Float32Array} */ (arrays.lowest);
    const [channels, height, width] = this.shape;
    this.values = channels * height * width;
    this.drawn = new Uint32Array(height * width);
    /** @type {Network | null} */
    this.decoder = facts.decoder ? new Network(facts.decoder, arrays) : null;
  }

  /**
   * An image's pixels as a canvas has them, line by line; overwritten by the next call.
   *
   * @param {number} i
   */
  colours(i) {
    const [channels, height, width] = this.shape;
    const size = height * width;
    const start = i * this.values;
    const { images, drawn } = this;
    for (let k = 0; k < size; k++) {
      let colour = 0xff000000;
      for (let c = 0; c < 3; c++) {
        const at = start + (channels === 3 ? c * size : 0) + k;
        const level = at & 1 ? images[at >> 1] >> 4 : images[at >> 1] & 15;
        colour |= (level * LEVEL) << (8 * c);
      }
      drawn[k] = colour >>> 0;
    }
    return drawn;
  }

  /**
   * What the decoder makes of an image's code, as pixels; null where the browser cannot run it.
   *
   * @param {number} i
   */
  decoded(i) {
    if (!this.decoder) return null;
    const code = new Float32Array(this.dim);
    for (let d = 0; d < this.dim; d++) {
      code[d] = this.lowest[d] + this.step * this.codes[i * this.dim + d];
    }
    const shades = this.decoder.run(code);
    const shape = /** @type {[number, number, number]} */ (this.decoder.made);
    const [channels, height, width] = shape;
    const size = height * width;
    const colours = new Uint32Array(size);
    for (let k = 0; k < size; k++) {
      let colour = 0xff000000;
      for (let c = 0; c < 3; c++) {
        colour |= Math.round(255 * shades[(channels === 3 ? c * size : 0) + k]) << (8 * c);
      }
      colours[k] = colour >>> 0;
    }
    return { shape, colours };
  }

  /**
   * The ``k`` images whose codes are nearest to that of image ``i``, the nearest first.
   *
   * @param {number} i
   * @param {number} k
   */
  nearest(i, k) {
    const { codes, dim } = this;
    const n = codes.length / dim;
    const own = codes.slice(i * dim, (i + 1) * dim);
    /** @type {number[]} */
    const found = [];
    /** @type {number[]} */
    const distances = [];
    let limit = Infinity;
    for (let j = 0, at = 0; j < n; j++, at += dim) {
      let distance = 0;
      for (let d = 0; d < dim; d++) {
        const difference = codes[at + d] - own[d];
        distance += difference * difference;
      }
      if (distance >= limit || j === i) continue;
      let place = found.length < k ? found.length : k - 1;
      while (place > 0 && distances[place - 1] > distance) {
        found[place] = found[place - 1];
        distances[place] = distances[place - 1];
        place--;
      }
      found[place] = j;
      distances[place] = distance;
      if (found.length === k) limit = distances[k - 1];
    }
    return found;
  }
}

/**
 * @param {string} url of our own server, as Streamlit gives it
 * @returns {Promise<Behind>}
 */
export async function fetchBehind(url) {
  return new Behind(await fetchTensors(url));
}
