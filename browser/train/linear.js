/**
 * A layer y = W x + b that learns: what it makes of a batch, and how its weights change a loss.
 *
 * All three are sums of products (shared/products.js) in double precision. All memory is taken at
 * the beginning.
 */
import { multiply } from "../shared/products.js";

/** @typedef {import("../shared/products.js").Doubles} Doubles */

export class Linear {
  /**
   * @param {number} inputs
   * @param {number} outputs
   * @param {number} most inputs at a time
   * @param {import("../shared/draws.js").Draws} draws
   */
  constructor(inputs, outputs, most, draws) {
    this.inputs = inputs;
    this.outputs = outputs;
    // as PyTorch's nn.Linear: evenly within ±1/√inputs, the weights row by row, then the shift
    const reach = 1 / Math.sqrt(inputs);
    const drawn = (/** @type {number} */ n) => Float64Array.from(draws.uniform(n), (u) => (2 * u - 1) * reach);
    this.weight = drawn(inputs * outputs);
    this.bias = drawn(outputs);
    this.weightGradient = new Float64Array(inputs * outputs);
    this.biasGradient = new Float64Array(outputs);
    this.y = new Float64Array(most * outputs);
    this.xGradient = new Float64Array(most * inputs);
    this.turned = {
      weight: new Float64Array(inputs * outputs),
      x: new Float64Array(most * inputs),
      yGradient: new Float64Array(most * outputs),
    };
    this.noShift = new Float64Array(Math.max(inputs, outputs));
  }

  /** What is learned, each with its gradient. */
  get parameters() {
    return [
      { values: this.weight, gradient: this.weightGradient },
      { values: this.bias, gradient: this.biasGradient },
    ];
  }

  /**
   * @param {Doubles} x (n, inputs)
   * @param {number} n
   * @returns {Doubles} (n, outputs), and more behind them if n is not the most
   */
  forward(x, n) {
    multiply(this.weight, this.bias, x, n, this.y, 1, this.outputs);
    return this.y;
  }

  /**
   * How the loss changes with the weights: ∂L/∂W = Σ ∂L/∂y xᵀ, ∂L/∂b = Σ ∂L/∂y over the batch.
   *
   * @param {Doubles} x that forward was given
   * @param {Doubles} yGradient (n, outputs)
   * @param {number} n
   */
  learn(x, yGradient, n) {
    const { inputs, outputs, turned, noShift, biasGradient } = this;
    const xs = transposed(x, n, inputs, turned.x);
    const ys = transposed(yGradient, n, outputs, turned.yGradient);
    multiply(ys, noShift.subarray(0, outputs), xs, inputs, this.weightGradient, inputs, 1);
    biasGradient.fill(0);
    for (let i = 0; i < n * outputs; i++) biasGradient[i % outputs] += yGradient[i];
  }

  /**
   * How it changes with what came in: ∂L/∂x = Wᵀ ∂L/∂y.
   *
   * @param {Doubles} yGradient (n, outputs)
   * @param {number} n
   * @returns {Doubles} (n, inputs)
   */
  backward(yGradient, n) {
    const { inputs, outputs, turned, noShift, xGradient } = this;
    const columns = transposed(this.weight, outputs, inputs, turned.weight);
    multiply(columns, noShift.subarray(0, inputs), yGradient, n, xGradient, 1, inputs);
    return xGradient;
  }
}

/**
 * @param {Doubles} matrix (rows, columns)
 * @param {number} rows
 * @param {number} columns
 * @param {Doubles} into
 * @returns {Doubles} (columns, rows), no more than that
 */
function transposed(matrix, rows, columns, into) {
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) into[column * rows + row] = matrix[i];
  }
  return into.subarray(0, rows * columns);
}
