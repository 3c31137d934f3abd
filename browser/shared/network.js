/**
 * Runs half of a model in the browser: the layers that aecore/network_layers.py lists, which says
 * what each of them does. All memory is taken at the beginning, so that nothing has to be cleaned
 * up while pictures follow the hand.
 *
 * @typedef {import("./products.js").Doubles} Doubles
 * @typedef {Record<string, any>} Layer
 * @typedef {Object} NetworkFacts
 * @property {number[]} taken shape of what goes in: an image's (channels, height, width) or a code's
 * @property {number[]} made shape of what comes out
 * @property {Layer[]} layers
 * @typedef {(x: Doubles, n: number) => Doubles} Step of so many inputs in a row
 */
import { multiply, scaled } from "./products.js";
import { hear, image, read, readBothWays, write } from "./recurrent.js";

/** @param {number[]} shape */
const size = (shape) => shape.reduce((product, side) => product * side, 1);

/**
 * scale · (W x) + shift, of each of the ``times`` parts of what comes in
 *
 * @param {number} times
 * @param {ArrayLike<number>} weight row by row, one for each output
 * @param {ArrayLike<number>} scale
 * @param {ArrayLike<number>} shift
 * @param {number} most
 * @returns {Step}
 */
function linear(times, weight, scale, shift, most) {
  const weights = scaled(weight, scale);
  const more = Float64Array.from(shift);
  const y = new Float64Array(most * times * more.length);
  return (x, n) => {
    multiply(weights, more, x, n * times, y, 1, more.length);
    return y;
  };
}

/**
 * The patch of the picture that each number of a convolution looks at, one after the other; then
 * it is a linear layer of the patches.
 *
 * @param {Layer} layer
 * @param {ArrayLike<number>} weight
 * @param {ArrayLike<number>} scale
 * @param {ArrayLike<number>} shift
 * @param {number} most
 * @returns {Step}
 */
function convolution(layer, weight, scale, shift, most) {
  const [channels, height, width] = layer.taken;
  const [features, rows, columns] = layer.made;
  const [kernelHeight, kernelWidth] = layer.kernel;
  const [stepDown, stepAcross] = layer.stride;
  const [padDown, padAcross] = layer.padding;
  const weights = scaled(weight, scale);
  const more = Float64Array.from(shift);
  const places = rows * columns;
  const patches = new Float64Array(places * channels * kernelHeight * kernelWidth);
  const y = new Float64Array(most * features * places);
  const one = (/** @type {Doubles} */ x, /** @type {Doubles} */ made) => {
    let to = 0;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        for (let c = 0; c < channels; c++) {
          for (let ky = 0; ky < kernelHeight; ky++) {
            const top = row * stepDown + ky - padDown;
            const inside = top >= 0 && top < height;
            const from = (c * height + top) * width;
            for (let kx = 0; kx < kernelWidth; kx++, to++) {
              const left = column * stepAcross + kx - padAcross;
              patches[to] = inside && left >= 0 && left < width ? x[from + left] : 0;
            }
          }
        }
      }
    }
    multiply(weights, more, patches, places, made, places, 1);
  };
  return each(one, channels * height * width, y, features * places);
}

/**
 * A transposed convolution is a convolution walked backwards: every number of the smaller picture
 * is spread over its patch of the larger one.
 *
 * @param {Layer} layer
 * @param {ArrayLike<number>} weight
 * @param {ArrayLike<number>} scale
 * @param {ArrayLike<number>} shift
 * @param {number} most
 * @returns {Step}
 */
function transposedConvolution(layer, weight, scale, shift, most) {
  const [channels, height, width] = layer.taken;
  const [features, rows, columns] = layer.made;
  const [kernelHeight, kernelWidth] = layer.kernel;
  const [stepDown, stepAcross] = layer.stride;
  const [padDown, padAcross] = layer.padding;
  const taps = kernelHeight * kernelWidth;
  const places = height * width;
  const all = features * taps;
  const weights = new Float64Array(all * channels); // a row for each tap of each feature
  for (let c = 0, i = 0; c < channels; c++) {
    for (let row = 0; row < all; row++, i++) {
      weights[row * channels + c] = weight[i] * scale[Math.floor(row / taps)];
    }
  }
  const nothing = new Float64Array(all);
  const turned = new Float64Array(channels * places); // place by place
  const spread = new Float64Array(all * places);
  const y = new Float64Array(most * features * rows * columns);
  const one = (/** @type {Doubles} */ x, /** @type {Doubles} */ made) => {
    for (let c = 0, i = 0; c < channels; c++) {
      for (let place = 0; place < places; place++, i++) turned[place * channels + c] = x[i];
    }
    multiply(weights, nothing, turned, places, spread, places, 1);
    let from = 0;
    for (let f = 0; f < features; f++) {
      const start = f * rows * columns;
      made.fill(shift[f], start, start + rows * columns);
      for (let ky = 0; ky < kernelHeight; ky++) {
        for (let kx = 0; kx < kernelWidth; kx++) {
          for (let row = 0; row < height; row++, from += width) {
            const down = row * stepDown + ky - padDown;
            if (down < 0 || down >= rows) continue;
            for (let column = 0; column < width; column++) {
              const across = column * stepAcross + kx - padAcross;
              if (across < 0 || across >= columns) continue;
              made[start + down * columns + across] += spread[from + column];
            }
          }
        }
      }
    }
  };
  return each(one, channels * places, y, features * rows * columns);
}

/**
 * A step of one image after the other.
 *
 * @param {(x: Doubles, made: Doubles) => void} one
 * @param {number} inputs
 * @param {Doubles} y of all
 * @param {number} outputs
 * @returns {Step}
 */
function each(one, inputs, y, outputs) {
  return (x, n) => {
    for (let i = 0; i < n; i++) {
      one(x.subarray(i * inputs, (i + 1) * inputs), y.subarray(i * outputs, (i + 1) * outputs));
    }
    return y;
  };
}

/**
 * The largest number of each window.
 *
 * @param {Layer} layer
 * @param {number} most
 * @returns {Step}
 */
function maxPool(layer, most) {
  const [channels, height, width] = layer.taken;
  const [, rows, columns] = layer.made;
  const [windowHeight, windowWidth] = layer.kernel;
  const [stepDown, stepAcross] = layer.stride;
  const y = new Float64Array(most * channels * rows * columns);
  return (x, n) => {
    let to = 0;
    for (let c = 0; c < n * channels; c++) {
      for (let row = 0; row < rows; row++) {
        const top = row * stepDown;
        const bottom = Math.min(height, top + windowHeight);
        for (let column = 0; column < columns; column++) {
          const left = column * stepAcross;
          const right = Math.min(width, left + windowWidth);
          let largest = -Infinity;
          for (let v = top; v < bottom; v++) {
            for (let h = left; h < right; h++) {
              largest = Math.max(largest, x[(c * height + v) * width + h]);
            }
          }
          y[to++] = largest;
        }
      }
    }
    return y;
  };
}

/**
 * Every pixel repeated, across and down.
 *
 * @param {Layer} layer
 * @param {number} most
 * @returns {Step}
 */
function upsample(layer, most) {
  const [channels, height, width] = layer.taken;
  const [down, across] = layer.times;
  const y = new Float64Array(most * channels * height * down * width * across);
  return (x, n) => {
    let to = 0;
    for (let row = 0; row < n * channels * height * down; row++) {
      const from = Math.floor(row / down) * width;
      for (let i = 0; i < width * across; i++) y[to++] = x[from + Math.floor(i / across)];
    }
    return y;
  };
}

/**
 * Rows and columns at the end are left out.
 *
 * @param {Layer} layer
 * @param {number} most
 * @returns {Step}
 */
function crop(layer, most) {
  const [channels, height, width] = layer.taken;
  const [, rows, columns] = layer.made;
  const y = new Float64Array(most * channels * rows * columns);
  return (x, n) => {
    let to = 0;
    for (let c = 0; c < n * channels; c++) {
      for (let row = 0; row < rows; row++, to += columns) {
        const from = (c * height + row) * width;
        for (let i = 0; i < columns; i++) y[to + i] = x[from + i];
      }
    }
    return y;
  };
}

/**
 * scale · x + shift in place, one of each for some numbers in a row.
 *
 * @param {ArrayLike<number>} scale
 * @param {ArrayLike<number>} shift
 * @param {number} length of them
 * @returns {Step}
 */
function affine(scale, shift, length) {
  return (x, n) => {
    for (let i = 0, at = 0; i < n; i++) {
      for (let c = 0; c < shift.length; c++) {
        for (let k = 0; k < length; k++, at++) x[at] = scale[c] * x[at] + shift[c];
      }
    }
    return x;
  };
}

/**
 * How likely each of some numbers in a row is, in place.
 *
 * @param {number} each how many belong together
 * @param {number} numbers of one input
 * @returns {Step}
 */
function softmax(each, numbers) {
  return (x, n) => {
    for (let start = 0; start < n * numbers; start += each) {
      const row = x.subarray(start, start + each);
      const largest = row.reduce((most, one) => Math.max(most, one), -Infinity);
      row.forEach((one, i) => (row[i] = Math.exp(one - largest)));
      const sum = row.reduce((all, one) => all + one, 0);
      row.forEach((one, i) => (row[i] = one / sum));
    }
    return x;
  };
}

export class Network {
  /**
   * @param {NetworkFacts} facts
   * @param {Record<string, any>} arrays
   * @param {number} most inputs at a time
   */
  constructor(facts, arrays, most = 1) {
    this.taken = facts.taken;
    this.made = facts.made;
    this.inputs = size(facts.taken);
    this.outputs = size(facts.made);
    /** a layer may change what it is given, and the input isn't ours */
    this.given = new Float64Array(most * this.inputs);
    let numbers = this.inputs; // that the layer before makes of one input
    this.steps = facts.layers.map((layer) => {
      const step = this.#step(layer, arrays, most, numbers);
      if (layer.made) numbers = size(layer.made);
      else if (layer.kind === "read") numbers = layer.width;
      else if (layer.kind === "read_both_ways") numbers = layer.steps * 2 * layer.width;
      else if (layer.kind === "write") numbers = layer.steps * layer.width;
      else if (layer.kind === "hear") numbers = layer.steps * layer.symbols;
      else if (layer.kind === "linear") numbers = layer.times * arrays[layer.shift].length;
      else if (layer.kind === "upsample") numbers = size(layer.taken) * size(layer.times);
      return step;
    });
  }

  /**
   * @param {Layer} layer
   * @param {Record<string, any>} arrays
   * @param {number} most
   * @param {number} numbers
   * @returns {Step}
   */
  #step(layer, arrays, most, numbers) {
    const { kind, slope } = layer;
    const [weight, scale, shift] = [layer.weight, layer.scale, layer.shift].map(
      (name) => arrays[name],
    );
    const [first, end] = layer.part ?? [0, numbers];
    /** Every number by itself, in place: what is handed on belongs to the layer before. */
    const everywhere = (/** @type {(y: number) => number} */ f) => {
      return (/** @type {Doubles} */ x, /** @type {number} */ n) => {
        for (let start = 0; start < n * numbers; start += numbers) {
          for (let i = start + first; i < start + end; i++) x[i] = f(x[i]);
        }
        return x;
      };
    };
    switch (kind) {
      case "linear":
        return linear(layer.times, weight, scale, shift, most);
      case "conv":
        return convolution(layer, weight, scale, shift, most);
      case "conv_transpose":
        return transposedConvolution(layer, weight, scale, shift, most);
      case "max_pool":
        return maxPool(layer, most);
      case "upsample":
        return upsample(layer, most);
      case "crop":
        return crop(layer, most);
      case "read":
        return read(layer, arrays, most);
      case "read_both_ways":
        return readBothWays(layer, arrays, most);
      case "write":
        return write(layer, arrays, most);
      case "hear":
        return hear(layer, arrays, most);
      case "image":
        return image(layer, most);
      case "affine":
        return affine(scale, shift, layer.each);
      case "relu":
        return everywhere((y) => Math.max(0, y));
      case "leaky_relu":
        return everywhere((y) => (y > 0 ? y : slope * y));
      case "silu":
        return everywhere((y) => y / (1 + Math.exp(-y)));
      case "sigmoid":
        return everywhere((y) => 1 / (1 + Math.exp(-y)));
      case "tanh":
        return everywhere(Math.tanh);
      case "softmax":
        return softmax(layer.each, numbers);
      case "clip":
        return everywhere((y) => Math.min(1, Math.max(0, y)));
      default:
        throw new Error(`a network with a layer “${kind}”`);
    }
  }

  /**
   * What becomes of some inputs in a row, ``outputs`` numbers of each; the next call overwrites it.
   *
   * @param {ArrayLike<number>} x
   */
  run(x) {
    const n = x.length / this.inputs;
    this.given.set(x);
    /** @type {Doubles} */
    let y = this.given;
    for (const step of this.steps) y = step(y, n);
    return y.subarray(0, n * this.outputs);
  }
}
