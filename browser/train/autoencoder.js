/**
 * A fully connected autoencoder that learns, as aecore's families "simple" and "deep", without batch
 * norm: linear layers, a SiLU after each but the code and the last, pixels through a sigmoid.
 *
 * @typedef {import("../shared/products.js").Doubles} Doubles
 * @typedef {{ values: Doubles, gradient: Doubles }} Parameter
 */
import { Draws } from "../shared/draws.js";
import { Linear } from "./linear.js";

const LEAST = 1e-3; // of a mean: one of 0 would have no logarithm

export class Autoencoder {
  /**
   * @param {number[]} widths from the pixels to the numbers of a code, e.g. [784, 128, 32]; the
   *   decoder has them in reverse
   * @param {number} most images at a time
   * @param {number} seed of the first weights
   */
  constructor(widths, most, seed) {
    const draws = new Draws(seed);
    const sizes = [...widths, ...widths.slice(0, -1).reverse()];
    this.layers = sizes.slice(1).map((size, i) => new Linear(sizes[i], size, most, draws));
    this.pixels = widths[0];
    this.dim = widths[widths.length - 1];
    /** which layer makes the code */
    this.middle = widths.length - 2;
    /** @type {Doubles[]} what each layer was given last */
    this.given = [];
    this.bent = this.layers.map(({ y }, k) => new Float64Array(this.#bends(k) ? y.length : 0));
    this.drawn = new Float64Array(most * this.pixels);
    this.gradient = new Float64Array(most * this.pixels);
  }

  /** @returns {Parameter[]} */
  get parameters() {
    return this.layers.flatMap((layer) => layer.parameters);
  }

  /**
   * Let it draw the mean image at first, as aecore's loop does: no step is lost on how dark images
   * are.
   *
   * @param {Doubles} x (n, pixels), 0…1
   * @param {number} n
   */
  beginAtMean(x, n) {
    const { bias } = this.layers[this.layers.length - 1];
    for (let pixel = 0; pixel < this.pixels; pixel++) {
      let sum = 0;
      for (let i = pixel; i < n * this.pixels; i += this.pixels) sum += x[i];
      const mean = Math.min(1 - LEAST, Math.max(LEAST, sum / n));
      bias[pixel] = Math.log(mean / (1 - mean));
    }
  }

  /**
   * @param {Doubles} x (n, pixels), 0…1
   * @param {number} n
   * @returns {Doubles} codes (n, dim)
   */
  encode(x, n) {
    return this.#through(x, n, 0, this.middle + 1);
  }

  /**
   * @param {Doubles} x (n, pixels)
   * @param {number} n
   * @returns {Doubles} (n, pixels) as the model draws them, 0…1
   */
  reconstruct(x, n) {
    return this.#shown(this.#through(x, n, 0, this.layers.length), n);
  }

  /**
   * @param {Doubles} codes (n, dim)
   * @param {number} n
   * @returns {Doubles} (n, pixels), 0…1
   */
  decode(codes, n) {
    return this.#shown(this.#through(codes, n, this.middle + 1, this.layers.length), n);
  }

  /**
   * Binary cross-entropy in nats per image, summed over pixels, mean over the images.
   *
   * @param {Doubles} x (n, pixels)
   * @param {number} n
   */
  loss(x, n) {
    return this.#judged(x, this.#through(x, n, 0, this.layers.length), n);
  }

  /**
   * The same, and how it changes with each parameter: their gradients are there then.
   *
   * @param {Doubles} x (n, pixels)
   * @param {number} n
   */
  learn(x, n) {
    const logits = this.#through(x, n, 0, this.layers.length);
    const loss = this.#judged(x, logits, n);
    const drawn = this.#shown(logits, n);
    // ∂L/∂logit = (sigmoid(logit) − pixel) / n
    for (let i = 0; i < n * this.pixels; i++) this.gradient[i] = (drawn[i] - x[i]) / n;
    /** @type {Doubles} */
    let gradient = this.gradient;
    for (let k = this.layers.length - 1; k >= 0; k--) {
      this.layers[k].learn(this.given[k], gradient, n);
      if (!k) break;
      gradient = this.layers[k].backward(gradient, n);
      if (this.#bends(k - 1)) unbend(gradient, this.layers[k - 1].y, n * this.layers[k].inputs);
    }
    return loss;
  }

  /** Whether a SiLU follows. @param {number} k which layer */
  #bends(k) {
    return k !== this.middle && k !== this.layers.length - 1;
  }

  /**
   * @param {Doubles} x
   * @param {number} n
   * @param {number} first layer
   * @param {number} end
   */
  #through(x, n, first, end) {
    for (let k = first; k < end; k++) {
      this.given[k] = x;
      x = this.layers[k].forward(x, n);
      if (!this.#bends(k)) continue;
      bend(x, this.bent[k], n * this.layers[k].outputs);
      x = this.bent[k];
    }
    return x;
  }

  /** @param {Doubles} logits @param {number} n */
  #shown(logits, n) {
    for (let i = 0; i < n * this.pixels; i++) this.drawn[i] = 1 / (1 + Math.exp(-logits[i]));
    return this.drawn;
  }

  /** @param {Doubles} x @param {Doubles} logits @param {number} n */
  #judged(x, logits, n) {
    let sum = 0;
    for (let i = 0; i < n * this.pixels; i++) {
      const logit = logits[i]; // log(1 + eˡ) − x l, without an overflow
      sum += Math.max(logit, 0) - logit * x[i] + Math.log1p(Math.exp(-Math.abs(logit)));
    }
    return sum / n;
  }
}

/**
 * SiLU: y = x σ(x).
 *
 * @param {Doubles} x
 * @param {Doubles} y
 * @param {number} count
 */
function bend(x, y, count) {
  for (let i = 0; i < count; i++) y[i] = x[i] / (1 + Math.exp(-x[i]));
}

/**
 * Its slope, σ(x) (1 + x (1 − σ(x))), times what comes back.
 *
 * @param {Doubles} gradient in place
 * @param {Doubles} x that was bent
 * @param {number} count
 */
function unbend(gradient, x, count) {
  for (let i = 0; i < count; i++) {
    const share = 1 / (1 + Math.exp(-x[i]));
    gradient[i] *= share * (1 + x[i] * (1 - share));
  }
}
