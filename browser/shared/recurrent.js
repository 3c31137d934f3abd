/**
 * Recurrent layers (aecore/network_layers.py): one reads the rows of an image into a memory, one
 * writes rows from what it is told. The gates are PyTorch's, of nn.GRU and nn.LSTM.
 *
 * @typedef {import("./products.js").Doubles} Doubles
 * @typedef {import("./network.js").Layer} Layer
 * @typedef {import("./network.js").Step} Step
 */
import { multiply } from "./products.js";

const sigmoid = (/** @type {number} */ x) => 1 / (1 + Math.exp(-x));

class Cell {
  /**
   * @param {Layer} layer
   * @param {Record<string, any>} arrays
   */
  constructor(layer, arrays) {
    const doubles = (/** @type {string} */ role) => Float64Array.from(arrays[layer[role]]);
    this.long = layer.cell === "lstm";
    this.fromInput = doubles("weight_input");
    this.fromMemory = doubles("weight_memory");
    this.biasOfInput = doubles("bias_input");
    this.biasOfMemory = doubles("bias_memory");
    this.gates = this.biasOfInput.length;
    this.width = layer.width;
    this.memory = new Float64Array(this.width);
    this.longMemory = new Float64Array(this.width); // an LSTM's cell state
    this.recalled = new Float64Array(this.gates);
    this.taken = new Float64Array(layer.steps * this.gates);
  }

  /**
   * Go through all steps.
   *
   * @param {Doubles} x the steps' inputs in a row
   * @param {number} steps
   * @param {(step: number, memory: Doubles) => void} after each
   */
  run(x, steps, after) {
    const { gates } = this;
    multiply(this.fromInput, this.biasOfInput, x, steps, this.taken, 1, gates);
    for (let step = 0; step < steps; step++) {
      multiply(this.fromMemory, this.biasOfMemory, this.memory, 1, this.recalled, 1, gates);
      const taken = this.taken.subarray(step * gates, (step + 1) * gates);
      if (this.long) this.#stepOfLSTM(taken);
      else this.#stepOfGRU(taken);
      after(step, this.memory);
    }
  }

  /** @param {Doubles} taken */
  #stepOfGRU(taken) {
    const { recalled, memory, width } = this;
    for (let i = 0; i < width; i++) {
      const reset = sigmoid(taken[i] + recalled[i]);
      const kept = sigmoid(taken[width + i] + recalled[width + i]);
      const fresh = Math.tanh(taken[2 * width + i] + reset * recalled[2 * width + i]);
      memory[i] = (1 - kept) * fresh + kept * memory[i];
    }
  }

  /** @param {Doubles} taken */
  #stepOfLSTM(taken) {
    const { recalled, memory, longMemory, width } = this;
    for (let i = 0; i < width; i++) {
      const gate = (/** @type {number} */ k) => taken[k * width + i] + recalled[k * width + i];
      longMemory[i] = sigmoid(gate(1)) * longMemory[i] + sigmoid(gate(0)) * Math.tanh(gate(2));
      memory[i] = sigmoid(gate(3)) * Math.tanh(longMemory[i]);
    }
  }
}

/**
 * The rows of one image among several; a row is a step, its channels one after the other.
 *
 * @param {Doubles} x
 * @param {number} one which image
 * @param {number[]} shape
 * @param {Doubles} rows where they go
 */
function readRows(x, one, [channels, height, width], rows) {
  let to = 0;
  for (let row = 0; row < height; row++) {
    for (let c = 0; c < channels; c++) {
      const from = ((one * channels + c) * height + row) * width;
      for (let i = 0; i < width; i++) rows[to++] = x[from + i];
    }
  }
}

/**
 * The memory after the last row of an image.
 *
 * @param {Layer} layer
 * @param {Record<string, any>} arrays
 * @param {number} most
 * @returns {Step}
 */
export function read(layer, arrays, most) {
  const [channels, height, width] = layer.taken;
  const cell = new Cell(layer, arrays);
  const rows = new Float64Array(channels * height * width);
  const y = new Float64Array(most * cell.width);
  return (x, n) => {
    for (let one = 0; one < n; one++) {
      readRows(x, one, layer.taken, rows);
      cell.memory.fill(0);
      cell.longMemory.fill(0);
      cell.run(rows, height, () => {});
      y.set(cell.memory, one * cell.width);
    }
    return y;
  };
}

/**
 * The memories after each row of an image, read from the first and read from the last.
 *
 * @param {Layer} layer
 * @param {Record<string, any>} arrays
 * @param {number} most
 * @returns {Step}
 */
export function readBothWays(layer, arrays, most) {
  const [channels, height, width] = layer.taken;
  const length = channels * width; // of a row
  const there = new Cell(layer, arrays);
  const roles = ["weight_input", "weight_memory", "bias_input", "bias_memory"];
  const back = new Cell({ ...layer, ...Object.fromEntries(roles.map((role) => [role, layer[`${role}_back`]])) }, arrays);
  const rows = new Float64Array(height * length);
  const turned = new Float64Array(height * length);
  const y = new Float64Array(most * height * 2 * there.width);
  return (x, n) => {
    for (let one = 0; one < n; one++) {
      readRows(x, one, layer.taken, rows);
      for (let row = 0; row < height; row++) {
        turned.set(rows.subarray(row * length, (row + 1) * length), (height - 1 - row) * length);
      }
      for (const cell of [there, back]) {
        cell.memory.fill(0);
        cell.longMemory.fill(0);
      }
      const start = one * height;
      there.run(rows, height, (step, memory) => y.set(memory, (start + step) * 2 * there.width));
      back.run(turned, height, (step, memory) => y.set(memory, (2 * (start + height - 1 - step) + 1) * there.width));
    }
    return y;
  };
}

/**
 * The memories after all steps, each of which is told the same, and its place. Where a
 * layer ``begins`` the first memory follows what is told.
 *
 * @param {Layer} layer
 * @param {Record<string, any>} arrays
 * @param {number} most
 * @returns {Step}
 */
export function write(layer, arrays, most) {
  const { steps, told } = layer;
  const cell = new Cell(layer, arrays);
  const place = arrays[layer.place]; // a row for each step; none: steps aren't told
  const inputs = new Float64Array(steps * told);
  const numbers = layer.begins ? told + cell.width : told;
  const y = new Float64Array(most * steps * cell.width);
  return (x, n) => {
    for (let one = 0; one < n; one++) {
      const start = one * numbers;
      for (let i = 0; i < inputs.length; i++) {
        inputs[i] = x[start + (i % told)] + (place ? place[i] : 0);
      }
      cell.memory.fill(0);
      cell.longMemory.fill(0);
      if (layer.begins) cell.memory.set(x.subarray(start + told, start + numbers));
      cell.run(inputs, steps, (step, memory) => y.set(memory, (one * steps + step) * cell.width));
    }
    return y;
  };
}

/**
 * How likely each symbol is in each step, before the softmax. A step is told its part of a plan, and
 * the likeliest symbol of the step before.
 *
 * @param {Layer} layer
 * @param {Record<string, any>} arrays
 * @param {number} most
 * @returns {Step}
 */
export function hear(layer, arrays, most) {
  const { steps, told, symbols } = layer;
  const cell = new Cell({ ...layer, steps: 1 }, arrays);
  const heard = arrays[layer.heard]; // a row for each symbol
  const [weight, bias] = [layer.row_weight, layer.row_bias].map((name) => Float64Array.from(arrays[name]));
  const input = new Float64Array(told);
  const both = new Float64Array(cell.width + told);
  const y = new Float64Array(most * steps * symbols);
  return (x, n) => {
    let before = -1;
    for (let step = 0; step < n * steps; step++) {
      if (step % steps === 0) {
        before = -1;
        cell.memory.fill(0);
        cell.longMemory.fill(0);
      }
      const plan = x.subarray(step * told, (step + 1) * told);
      for (let i = 0; i < told; i++) input[i] = plan[i] + (before < 0 ? 0 : heard[before * told + i]);
      cell.run(input, 1, (_step, memory) => both.set(memory));
      both.set(plan, cell.width);
      const row = y.subarray(step * symbols, (step + 1) * symbols);
      multiply(weight, bias, both, 1, row, 1, symbols);
      before = row.indexOf(row.reduce((best, one) => Math.max(best, one), -Infinity));
    }
    return y;
  };
}

/**
 * Rows, each with its channels one after the other, as an image, channel by channel.
 *
 * @param {Layer} layer
 * @param {number} most
 * @returns {Step}
 */
export function image(layer, most) {
  const [channels, height, width] = layer.made;
  const y = new Float64Array(most * channels * height * width);
  return (x, n) => {
    let from = 0;
    for (let one = 0; one < n; one++) {
      for (let row = 0; row < height; row++) {
        for (let c = 0; c < channels; c++) {
          const to = ((one * channels + c) * height + row) * width;
          for (let i = 0; i < width; i++) y[to + i] = x[from++];
        }
      }
    }
    return y;
  };
}
