/**
 * A training, epoch by epoch: mini-batches in an order that is shuffled anew each time, Adam with a
 * rate that falls in a straight line to 0. All chance follows from the seed and the epoch, so one
 * that was broken off and goes on gets to the same end.
 *
 * @typedef {import("../shared/products.js").Doubles} Doubles
 * @typedef {Object} Plan
 * @property {number[]} widths of the layers, from the pixels to the numbers of a code
 * @property {number} batch images that are looked at before the weights move
 * @property {number} rate at the beginning
 * @property {number} epochs
 * @property {number} seed
 * @typedef {Object} State what is needed to go on after an epoch
 * @property {Doubles[]} values of the parameters
 * @property {Doubles[]} means
 * @property {Doubles[]} squares
 * @property {number} steps
 */
import { Adam } from "./adam.js";
import { Autoencoder } from "./autoencoder.js";
import { Draws } from "../shared/draws.js";

const APART = 10007; // between two seeds, more than there are epochs

export class Training {
  /**
   * @param {Plan} plan
   * @param {Doubles} x (images, pixels), 0…1: first those to learn from, then those to be tested on
   * @param {number} learned how many of them are to learn from
   * @param {State | null} state to go on from
   */
  constructor(plan, x, learned, state = null) {
    this.plan = plan;
    this.pixels = plan.widths[0];
    this.model = new Autoencoder(plan.widths, plan.batch, plan.seed);
    this.learned = x.subarray(0, learned * this.pixels);
    this.test = x.subarray(learned * this.pixels);
    this.adam = new Adam(this.model.parameters);
    if (!state) {
      this.model.beginAtMean(this.learned, learned);
      return;
    }
    this.model.parameters.forEach(({ values }, k) => values.set(state.values[k]));
    for (const name of /** @type {("means" | "squares")[]} */ (["means", "squares"])) {
      this.adam[name].forEach((values, k) => values.set(state[name][k]));
    }
    this.adam.steps = state.steps;
  }

  /** @returns {State} */
  get state() {
    const { means, squares, steps } = this.adam;
    return { values: this.model.parameters.map(({ values }) => values), means, squares, steps };
  }

  /**
   * An epoch, step by step; yields the share of it that is done.
   *
   * @param {number} number of the epoch, from 1
   * @returns {Generator<number, number>} the mean loss while it learned, nats per pixel
   */
  *epoch(number) {
    const { plan, pixels, model, adam, learned } = this;
    const { batch } = plan;
    const order = shuffled(learned.length / pixels, new Draws(plan.seed * APART + number));
    const steps = Math.floor(order.length / batch); // a last, smaller batch waits for the next shuffle
    const x = new Float64Array(batch * pixels);
    let sum = 0;
    for (let step = 0; step < steps; step++) {
      for (let i = 0; i < batch; i++) {
        const from = order[step * batch + i] * pixels;
        x.set(learned.subarray(from, from + pixels), i * pixels);
      }
      sum += model.learn(x, batch);
      adam.step(plan.rate * (1 - (number - 1 + step / steps) / plan.epochs));
      yield (step + 1) / steps;
    }
    return sum / steps / pixels;
  }

  /** The mean loss on the test images, nats per pixel. */
  tested() {
    let sum = 0;
    const n = this.batches(this.test, (x, count) => (sum += count * this.model.loss(x, count)));
    return sum / n / this.pixels;
  }

  /**
   * So many images at a time as the model takes; returns how many there are.
   *
   * @param {Doubles} x (images, pixels)
   * @param {(x: Doubles, count: number, first: number) => void} each
   */
  batches(x, each) {
    const n = x.length / this.pixels;
    for (let first = 0; first < n; first += this.plan.batch) {
      const end = Math.min(n, first + this.plan.batch);
      each(x.subarray(first * this.pixels, end * this.pixels), end - first, first);
    }
    return n;
  }
}

/**
 * The numbers 0…n − 1 in random order (Fisher and Yates).
 *
 * @param {number} n
 * @param {Draws} draws
 */
function shuffled(n, draws) {
  const order = Int32Array.from({ length: n }, (_, i) => i);
  const drawn = draws.uniform(n);
  for (let i = n - 1; i > 0; i--) {
    const other = Math.floor(drawn[i] * (i + 1));
    [order[i], order[other]] = [order[other], order[i]];
  }
  return order;
}
