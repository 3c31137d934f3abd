/**
 * Looks at a drawing with models, beside the page: code and reconstruction, the places on plane and
 * map, the nearest digits.
 *
 * What it is told: {models} first, a Models; {came: {address, facts, arrays}}, what lies at one of
 * their addresses; {question, about}. What it tells: {wanted}, an address; {seen, about}, parts of
 * which are null as long as what they need has not come.
 *
 * @typedef {Object} Models addresses of encoders, decoders and arrays
 * @property {string[]} chosen encoder and decoder; none: they are too large for this
 * @property {[number, number, number]} shape of the images that it takes
 * @property {string[]} map encoder and decoder of the map's codes
 * @property {string} plane the encoder of the plane
 * @property {string} digits codes, positions and labels of the test digits, and how far they are
 *   from the nearest other one, sorted
 * @property {string} places their positions on the plane
 * @typedef {Object} Question
 * @property {import("../shared/form.js").Drawing} [drawing]
 * @property {number} [pad] its side
 * @property {Uint8Array} [digit] instead of the drawing: as the shipped models take it
 * @property {Uint8Array} [image] as the chosen one does
 * @typedef {{ at: number[], around: number[][] }} Marks of a place and what lies around it
 * @typedef {Object} Digits that are nearest
 * @property {Float32Array[]} pixels 0…1, as they are decoded
 * @property {number[]} labels
 * @property {number} rank the share of test digits that are nearer to their own nearest one
 * @typedef {Object} Seen
 * @property {Uint8Array} image what the chosen model took
 * @property {Float32Array | null} code
 * @property {Float32Array | null} copy
 * @property {Marks | null} plane
 * @property {Marks | null} map
 * @property {Digits | null} digits
 */
import { Network } from "../shared/network.js";
import { form, placed } from "../shared/form.js";
import { NEIGHBOURS, nearest, place } from "./neighbours.js";

const NEAREST = 9; // digits that are shown

/** @type {Models} */
let models;
/** @type {Map<number, Float32Array>} images of the digits that were nearest last */
let drawn = new Map();
/** @type {Map<string, Network | Record<string, any> | null>} what has come; null: it was asked for */
const here = new Map();

/**
 * What lies at an address, ready to be used; null as long as it has not come.
 *
 * @param {string} address
 * @returns {any}
 */
function at(address) {
  if (!here.has(address)) {
    here.set(address, null);
    self.postMessage({ wanted: address });
  }
  return here.get(address) ?? null;
}

/**
 * The code of an image; of mean and log-variance the mean. Null where the encoder isn't here yet.
 *
 * @param {string} address
 * @param {Uint8Array} image
 */
function coded(address, image) {
  const encoder = /** @type {Network | null} */ (at(address));
  if (!encoder) return null;
  const { made } = encoder;
  const size = made[made.length - 1];
  return Float32Array.from(encoder.run(Float32Array.from(image, (byte) => byte / 255)).subarray(0, size));
}

/**
 * @param {string} address
 * @param {Float32Array} codes
 */
function decoded(address, codes) {
  const decoder = /** @type {Network | null} */ (at(address));
  return decoder && Float32Array.from(decoder.run(codes));
}

/** @param {Question} question @returns {Seen} */
function see({ drawing, pad = 0, ...given }) {
  const { shape } = models;
  const own = Math.min(shape[1], shape[2]);
  const digit = drawing ? form(drawing, pad) : /** @type {Uint8Array} */ (given.digit);
  const image = drawing ? placed(form(drawing, pad, own), shape) : /** @type {Uint8Array} */ (given.image);
  const [encoder, decoder] = models.chosen;
  const code = encoder ? coded(encoder, image) : null;
  const copy = code && decoded(decoder, code);
  return { image, code, copy, plane: onPlane(digit), ...onMap(digit) };
}

/** @param {Uint8Array} digit @returns {Marks | null} */
function onPlane(digit) {
  const code = coded(models.plane, digit);
  const places = at(models.places)?.positions;
  if (!code || !places) return null;
  // on a plane of codes a code is its own place
  return { at: Array.from(code), around: around(places, nearest(places, code, NEAREST).places) };
}

/** @param {Uint8Array} digit @returns {{ map: Marks | null, digits: Digits | null }} */
function onMap(digit) {
  const code = coded(models.map[0], digit);
  const known = at(models.digits);
  if (!code || !known) return { map: null, digits: null };
  const { codes, labels, positions, usual } = known;
  const near = nearest(codes, code, NEIGHBOURS);
  const some = near.places.slice(0, NEAREST);
  const [mark] = around(positions, [place(near, positions)]);
  const pixels = decodedOnes(some, codes, code.length);
  const closer = usual.findIndex((/** @type {number} */ far) => far >= near.distances[0]);
  const rank = (closer < 0 ? usual.length : closer) / usual.length;
  return {
    map: { at: mark, around: around(positions, some) },
    digits: pixels && { pixels, labels: some.map((one) => labels[one]), rank },
  };
}

/**
 * Some of the known codes as images, those that are new decoded together.
 *
 * @param {number[]} some
 * @param {Float32Array} codes
 * @param {number} d numbers of a code
 */
function decodedOnes(some, codes, d) {
  const fresh = some.filter((one) => !drawn.has(one));
  const theirs = new Float32Array(fresh.length * d);
  fresh.forEach((one, n) => theirs.set(codes.subarray(one * d, (one + 1) * d), n * d));
  const images = decoded(models.map[1], theirs);
  if (!images) return null;
  const size = images.length / (fresh.length || 1);
  drawn = new Map(some.map((one) => {
    const n = fresh.indexOf(one);
    const old = /** @type {Float32Array} */ (drawn.get(one));
    return [one, n < 0 ? old : images.slice(n * size, (n + 1) * size)];
  }));
  return [...drawn.values()];
}

/** @param {ArrayLike<number>} positions @param {number[]} places */
function around(positions, places) {
  return places.map((one) => [positions[2 * one], positions[2 * one + 1]]);
}

self.onmessage = ({ data }) => {
  if (data.models) {
    models = data.models;
    // what is large and only for those who draw comes with the first drawing
    for (const address of [...models.chosen, ...models.map, models.digits]) at(address);
  } else if (data.came) {
    const { address, facts, arrays } = data.came;
    here.set(address, facts ? new Network(facts, arrays, NEAREST) : arrays);
  } else {
    self.postMessage({ seen: see(data.question), about: data.about });
  }
};
