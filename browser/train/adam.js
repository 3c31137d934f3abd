/**
 * Adam as PyTorch has it: Kingma and Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015.
 */
const [BETA1, BETA2] = [0.9, 0.999]; // how slowly the means of gradients and of their squares move
const EPSILON = 1e-8;

/** @typedef {import("./autoencoder.js").Parameter} Parameter */

export class Adam {
  /** @param {Parameter[]} parameters */
  constructor(parameters) {
    this.parameters = parameters;
    this.means = parameters.map(({ values }) => new Float64Array(values.length));
    this.squares = parameters.map(({ values }) => new Float64Array(values.length));
    this.steps = 0;
  }

  /** Move the parameters against their gradients. @param {number} rate */
  step(rate) {
    this.steps += 1;
    const size = rate / (1 - BETA1 ** this.steps);
    const root = Math.sqrt(1 - BETA2 ** this.steps);
    this.parameters.forEach(({ values, gradient }, k) => {
      const [mean, square] = [this.means[k], this.squares[k]];
      for (let i = 0; i < values.length; i++) {
        const slope = gradient[i];
        mean[i] = BETA1 * mean[i] + (1 - BETA1) * slope;
        square[i] = BETA2 * square[i] + (1 - BETA2) * slope * slope;
        values[i] -= (size * mean[i]) / (Math.sqrt(square[i]) / root + EPSILON);
      }
    });
  }
}
