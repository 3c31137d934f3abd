/**
 * Runs a decoder in the browser: the layers that aecore/decoder_layers.py lists, which says what
 * each of them does. All memory is taken at the beginning, so that nothing has to be cleaned up
 * while a digit follows the pointer.
 *
 * @typedef {Record<string, any>} Layer
 * @typedef {Object} DecoderFacts
 * @property {number} numbers how many a code has
 * @property {[number, number, number]} shape channels, height and width of an image
 * @property {Layer[]} layers
 * @typedef {(x: Float32Array) => Float32Array} Step
 */

/**
 * scale · (W x) + shift
 *
 * @param {Float32Array} weight row by row, one for each output
 * @param {Float32Array} scale
 * @param {Float32Array} shift
 * @returns {Step}
 */
function linear(weight, scale, shift) {
  const outputs = shift.length;
  const inputs = (weight.length / outputs) | 0; // told to be whole, it is computed with as such
  const y = new Float32Array(outputs);
  return (x) => {
    let row = 0;
    // four sums at a time: a number of x is read once for all four
    for (; row + 4 <= outputs; row += 4) {
      const r0 = row * inputs;
      const r1 = r0 + inputs;
      const r2 = r1 + inputs;
      const r3 = r2 + inputs;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let i = 0; i < inputs; i++) {
        const one = x[i];
        s0 += weight[r0 + i] * one;
        s1 += weight[r1 + i] * one;
        s2 += weight[r2 + i] * one;
        s3 += weight[r3 + i] * one;
      }
      y[row] = scale[row] * s0 + shift[row];
      y[row + 1] = scale[row + 1] * s1 + shift[row + 1];
      y[row + 2] = scale[row + 2] * s2 + shift[row + 2];
      y[row + 3] = scale[row + 3] * s3 + shift[row + 3];
    }
    for (; row < outputs; row++) {
      let sum = 0;
      for (let i = 0; i < inputs; i++) sum += weight[row * inputs + i] * x[i];
      y[row] = scale[row] * sum + shift[row];
    }
    return y;
  };
}

/**
 * Where each line of a convolution's kernel meets the picture: the first place on the side with
 * fewer pixels whose partner on the other side, step · place + line - padding, is inside it, and
 * the first after it whose partner no longer is.
 *
 * @param {number} kernel
 * @param {number} few
 * @param {number} many
 * @param {number} step
 * @param {number} padding
 */
function meetings(kernel, few, many, step, padding) {
  const first = new Int32Array(kernel);
  const end = new Int32Array(kernel);
  for (let line = 0; line < kernel; line++) {
    const offset = line - padding;
    first[line] = Math.max(0, Math.ceil(-offset / step));
    end[line] = Math.min(few, Math.floor((many - 1 - offset) / step) + 1);
  }
  return { first, end };
}

/**
 * @param {Layer} layer
 * @param {Float32Array} weight
 * @param {Float32Array} scale
 * @param {Float32Array} shift
 * @returns {Step}
 */
function convolution(layer, weight, scale, shift) {
  const transposed = layer.kind === "conv_transpose";
  const [channelsIn, heightIn, widthIn] = layer.taken;
  const [channelsOut, heightOut, widthOut] = layer.made;
  const [kernelHeight, kernelWidth] = layer.kernel;
  const taps = kernelHeight * kernelWidth;
  const [stepDown, stepAcross] = layer.stride;
  const [padDown, padAcross] = layer.padding;
  // a transposed convolution is a convolution walked backwards: its smaller side is where it
  // comes from
  const [fewRows, manyRows] = transposed ? [heightIn, heightOut] : [heightOut, heightIn];
  const [few, many] = transposed ? [widthIn, widthOut] : [widthOut, widthIn];
  const rows = meetings(kernelHeight, fewRows, manyRows, stepDown, padDown);
  const columns = meetings(kernelWidth, few, many, stepAcross, padAcross);
  const y = new Float32Array(channelsOut * heightOut * widthOut);
  return (x) => {
    y.fill(0);
    for (let co = 0; co < channelsOut; co++) {
      for (let ci = 0; ci < channelsIn; ci++) {
        let tap = (transposed ? ci * channelsOut + co : co * channelsIn + ci) * taps;
        for (let ky = 0; ky < kernelHeight; ky++) {
          const bottom = rows.end[ky];
          for (let kx = 0; kx < kernelWidth; kx++, tap++) {
            const w = weight[tap];
            const left = columns.first[kx];
            const right = columns.end[kx];
            const partner = left * stepAcross + kx - padAcross;
            for (let row = rows.first[ky]; row < bottom; row++) {
              const other = row * stepDown + ky - padDown;
              if (transposed) {
                const from = (ci * heightIn + row) * widthIn;
                let to = (co * heightOut + other) * widthOut + partner;
                for (let i = left; i < right; i++, to += stepAcross) y[to] += w * x[from + i];
              } else {
                const to = (co * heightOut + row) * widthOut;
                let from = (ci * heightIn + other) * widthIn + partner;
                for (let i = left; i < right; i++, from += stepAcross) y[to + i] += w * x[from];
              }
            }
          }
        }
      }
    }
    return spread(y, scale, shift, heightOut * widthOut);
  };
}

/**
 * scale · y + shift in place, one of each for ``each`` numbers in a row.
 *
 * @param {Float32Array} y
 * @param {Float32Array} scale
 * @param {Float32Array} shift
 * @param {number} each
 */
function spread(y, scale, shift, each) {
  for (let c = 0, i = 0; c < shift.length; c++) {
    const [factor, more] = [scale[c], shift[c]];
    for (let k = 0; k < each; k++, i++) y[i] = factor * y[i] + more;
  }
  return y;
}

/**
 * Every pixel repeated, across and down.
 *
 * @param {Layer} layer
 * @returns {Step}
 */
function upsample(layer) {
  const [channels, height, width] = layer.taken;
  const [down, across] = layer.times;
  const y = new Float32Array(channels * height * down * width * across);
  return (x) => {
    let to = 0;
    for (let row = 0; row < channels * height * down; row++) {
      const from = Math.floor(row / down) * width;
      for (let i = 0; i < width * across; i++) y[to++] = x[from + Math.floor(i / across)];
    }
    return y;
  };
}

/**
 * A function of every number by itself, in place: what is handed on belongs to the layer before.
 *
 * @param {(y: number) => number} f
 * @returns {Step}
 */
function everywhere(f) {
  return (x) => {
    for (let i = 0; i < x.length; i++) x[i] = f(x[i]);
    return x;
  };
}

export class Decoder {
  /**
   * @param {DecoderFacts} facts
   * @param {Record<string, any>} arrays
   */
  constructor(facts, arrays) {
    this.shape = facts.shape;
    this.numbers = facts.numbers;
    /** a layer may change what it is given, and the code isn't ours */
    this.code = new Float32Array(facts.numbers);
    this.steps = facts.layers.map((layer) => this.#step(layer, arrays));
  }

  /**
   * @param {Layer} layer
   * @param {Record<string, any>} arrays
   * @returns {Step}
   */
  #step(layer, arrays) {
    const { kind, slope } = layer;
    const [weight, scale, shift] = [layer.weight, layer.scale, layer.shift].map(
      (name) => arrays[name],
    );
    switch (kind) {
      case "linear":
        return linear(weight, scale, shift);
      case "conv":
      case "conv_transpose":
        return convolution(layer, weight, scale, shift);
      case "upsample":
        return upsample(layer);
      case "affine":
        return (x) => spread(x, scale, shift, layer.each);
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
      case "clip":
        return everywhere((y) => Math.min(1, Math.max(0, y)));
      default:
        throw new Error(`a decoder with a layer “${kind}”`);
    }
  }

  /**
   * The image of a code, 0…1, channel by channel, row by row; the next call overwrites it.
   *
   * @param {ArrayLike<number>} code
   */
  decode(code) {
    this.code.set(code);
    /** @type {Float32Array} */
    let x = this.code;
    for (const step of this.steps) x = step(x);
    return x;
  }
}
