/**
 * The images that a training in the browser learns from: decoded digits, or variants of drawings.
 *
 * @typedef {Object} Examples
 * @property {Uint8Array} pixels image by image, 0…255
 * @property {Int32Array} labels
 */
import { Draws } from "../shared/draws.js";
import { Network } from "../shared/network.js";
import { toBytes } from "../shared/pictures.js";

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const AT_ONCE = 50; // codes that are decoded together
const [TURN, SHIFT, SIZE] = [Math.PI / 12, 2, 0.1]; // at most: 15°, pixels, share
const SHOWN = 8;
const FINER = 2; // dots of a drawing a pixel and direction: turned and moved, lines stay smooth
export const DRAWN = FINER * SIDE;
const MIDDLE = (DRAWN - 1) / 2;

/**
 * @param {import("../shared/tensors.js").Tensors} digits codes in steps from each number's lowest
 * @param {import("../shared/tensors.js").Tensors} decoder
 * @param {ArrayLike<number>} which of them
 * @returns {Uint8Array}
 */
export function decoded({ arrays, shapes }, decoder, which) {
  const { codes, lowest, step } = arrays;
  const d = shapes.codes[1];
  const network = new Network(decoder.facts, decoder.arrays, AT_ONCE);
  const pixels = new Uint8Array(which.length * PIXELS);
  for (let first = 0; first < which.length; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, which.length - first);
    const z = Float32Array.from({ length: count * d }, (_, i) => {
      const at = which[first + Math.floor(i / d)] * d + (i % d);
      return lowest[i % d] + step[i % d] * codes[at];
    });
    toBytes(network.run(z).subarray(0, count * PIXELS), pixels, first * PIXELS);
  }
  return pixels;
}

/**
 * Drawings in turn, each a little turned, moved, larger or smaller.
 *
 * @param {Uint8Array[]} drawings 56 × 56 each
 * @param {number} count
 * @param {number} seed
 * @returns {Examples} labels are the drawings' places
 */
export function varied(drawings, count, seed) {
  const pixels = new Uint8Array(count * PIXELS);
  const labels = Int32Array.from({ length: count }, (_, i) => i % drawings.length);
  const drawn = new Draws(seed).uniform(4 * count).map((one) => 2 * one - 1);
  labels.forEach((label, i) => {
    const [turn, across, down, size] = drawn.subarray(4 * i, 4 * i + 4);
    const image = moved(drawings[label], turn * TURN, across * SHIFT, down * SHIFT, 1 + size * SIZE);
    pixels.set(image, i * PIXELS);
  });
  return { pixels, labels };
}

/**
 * @param {Uint8Array} drawing
 * @param {number} turn radians, about its middle
 * @param {number} across pixels
 * @param {number} down
 * @param {number} size 1: as it is
 * @returns {Uint8Array} 28 × 28
 */
function moved(drawing, turn, across, down, size) {
  const sums = new Float64Array(PIXELS); // over a pixel's dots
  const [cos, sin] = [Math.cos(turn) / size, Math.sin(turn) / size];
  const at = (/** @type {number} */ x, /** @type {number} */ y) =>
    x < 0 || y < 0 || x >= DRAWN || y >= DRAWN ? 0 : drawing[y * DRAWN + x];
  for (let row = 0; row < DRAWN; row++) {
    for (let column = 0; column < DRAWN; column++) {
      const dx = column - across * FINER - MIDDLE;
      const dy = row - down * FINER - MIDDLE;
      const [x, y] = [cos * dx + sin * dy + MIDDLE, cos * dy - sin * dx + MIDDLE];
      const [left, top] = [Math.floor(x), Math.floor(y)];
      const [right, low] = [x - left, y - top]; // how far into the next dot
      const above = at(left, top) * (1 - right) + at(left + 1, top) * right;
      const below = at(left, top + 1) * (1 - right) + at(left + 1, top + 1) * right;
      const pixel = Math.floor(row / FINER) * SIDE + Math.floor(column / FINER);
      sums[pixel] += above * (1 - low) + below * low;
    }
  }
  return Uint8Array.from(sums, (sum) => sum / FINER ** 2 + 0.5);
}

/** Whether it can be one of the drawings. @param {unknown} found */
export const isDrawing = (found) => found instanceof Uint8Array && found.length === DRAWN ** 2;

/**
 * Which images are shown as they are learned: of as many classes as there are.
 *
 * @param {ArrayLike<number>} labels
 * @returns {number[]} up to eight places
 */
export function shown(labels) {
  const all = Array.from(labels);
  const firsts = [...new Set(all)].sort((a, b) => a - b).map((label) => all.indexOf(label));
  const others = all.map((_, i) => i).filter((i) => !firsts.includes(i));
  return [...firsts, ...others].slice(0, SHOWN);
}
