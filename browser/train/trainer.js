/**
 * The worker that trains.
 *
 * What it is told, once: an Order. What it tells: Told, one thing at a time. It is stopped by being
 * ended; whoever listens has what is needed to go on after the last whole epoch.
 *
 * @typedef {import("./training.js").Plan} Plan
 * @typedef {import("../shared/products.js").Doubles} Doubles
 * @typedef {import("../shared/tensors.js").Tensors} Tensors
 * @typedef {import("./training.js").State & { places: Doubles }} State with the last frame's places
 * @typedef {Object} Order
 * @property {Plan} plan
 * @property {number} count images in all
 * @property {number} learned of them are to learn from
 * @property {{ digits: Tensors, decoder: Tensors } | null} decode the images come from these …
 * @property {Uint8Array[]} drawings … or from these
 * @property {number} done epochs that are done
 * @property {State | null} state after them
 * @typedef {Object} Row the losses of an epoch, nats per pixel
 * @property {number} train
 * @property {number} test
 * @property {number} seconds
 * @typedef {Object} Told
 * @property {{ originals: Uint8Array, labels: Int32Array }} [test] the images that are shown, and
 *   the labels of all to be tested on
 * @property {{ epoch: number, bytes: Uint8Array<ArrayBuffer> }} [frame] for time_machine.js
 * @property {number} [share] of the training that is done
 * @property {{ row: Row, state: State }} [epoch] is done
 * @property {boolean} [done]
 */
import { decoded, shown, varied } from "./examples.js";
import { boxAround, principalPlane, turned } from "./places.js";
import { Training } from "./training.js";
import { toBytes } from "../shared/pictures.js";
import { pack } from "../shared/tensors.js";

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const FIRST_EPOCH = [1 / 8, 1 / 4, 1 / 2]; // frames within it: most of what can be seen happens here
const PLANE = 2; // numbers of a code that are a place by themselves
const TILES = 12; // a side of what the decoder draws behind these
const OUTSIDE = 1; // how far outside of its box a place is still told, in widths of the box

/** @param {Told} told */
const tell = (told) => self.postMessage(told);

class Trainer {
  /** @param {Order} order */
  constructor(order) {
    const { plan, count, learned, decode, drawings, state } = order;
    const all = Uint32Array.from({ length: count }, (_, i) => i);
    const { pixels, labels } = decode
      ? { pixels: decoded(decode.digits, decode.decoder, all), labels: Int32Array.from(decode.digits.arrays.labels) }
      : varied(drawings, count, plan.seed);
    this.order = order;
    const tested = labels.subarray(learned);
    const eight = shown(tested).map((i) => learned + i);
    const originals = joined(eight.map((i) => pixels.subarray(i * PIXELS, (i + 1) * PIXELS)));
    tell({ test: { originals, labels: tested.slice() } });
    this.originals = Float64Array.from(originals, (byte) => byte / 255);
    this.training = new Training(plan, Float64Array.from(pixels, (byte) => byte / 255), learned, state);
    this.places = state?.places ?? null;
  }

  run() {
    const { plan, done } = this.order;
    if (!done) this.take(0);
    for (let number = done + 1; number <= plan.epochs; number++) {
      const started = performance.now();
      const due = number === 1 ? [...FIRST_EPOCH] : [];
      const steps = this.training.epoch(number);
      let step = steps.next();
      for (; !step.done; step = steps.next()) {
        tell({ share: (number - 1 + step.value) / plan.epochs });
        if (step.value >= due[0]) this.take(/** @type {number} */ (due.shift()));
      }
      const row = { train: step.value, test: this.training.tested(), seconds: 0 };
      this.take(number);
      row.seconds = (performance.now() - started) / 1000;
      const places = /** @type {Doubles} */ (this.places);
      tell({ epoch: { row, state: { ...this.training.state, places } } });
    }
    tell({ done: true });
  }

  /** A frame of the model as it is now. @param {number} epoch */
  take(epoch) {
    const { model, test } = this.training;
    const codes = new Float64Array((test.length / PIXELS) * model.dim);
    this.training.batches(test, (x, count, first) => {
      codes.set(model.encode(x, count).subarray(0, count * model.dim), first * model.dim);
    });
    if (model.dim === PLANE) this.places = codes;
    else {
      const flat = principalPlane(codes, model.dim);
      this.places = this.places ? turned(flat, this.places) : flat;
    }
    const box = boxAround(this.places);
    const [left, right, bottom, top] = box;
    const steps = Uint16Array.from(this.places, (one, i) => {
      const share = i % 2 ? (one - bottom) / (top - bottom) : (one - left) / (right - left);
      const near = Math.min(1 + OUTSIDE, Math.max(-OUTSIDE, share));
      return Math.round(((near + OUTSIDE) / (1 + 2 * OUTSIDE)) * 65535);
    });
    const pictures = new Uint8Array(this.originals.length);
    this.training.batches(this.originals, (x, count, first) => {
      toBytes(model.reconstruct(x, count).subarray(0, count * PIXELS), pictures, first * PIXELS);
    });
    const bytes = pack(
      { box, outside: OUTSIDE },
      {
        places: [steps, [steps.length / 2, 2]],
        pictures: [pictures, [pictures.length / PIXELS, 1, SIDE, SIDE]],
        ...(model.dim === PLANE && { grid: [this.grid(box), [1, TILES * SIDE, TILES * SIDE]] }),
      },
    );
    tell({ frame: { epoch, bytes } });
  }

  /**
   * What the decoder draws in the middles of equal parts of a box, the top row first.
   *
   * @param {import("./frames.js").Box} box
   */
  grid([left, right, bottom, top]) {
    const { model } = this.training;
    const whole = new Uint8Array(TILES * TILES * PIXELS);
    const share = (/** @type {number} */ tile) => (tile + 0.5) / TILES;
    for (let row = 0; row < TILES; row++) {
      const up = top - share(row) * (top - bottom);
      for (let column = 0; column < TILES; column++) {
        const across = left + share(column) * (right - left);
        const drawn = model.decode(Float64Array.of(across, up), 1);
        for (let line = 0; line < SIDE; line++) {
          const from = drawn.subarray(line * SIDE, (line + 1) * SIDE);
          toBytes(from, whole, ((row * SIDE + line) * TILES + column) * SIDE);
        }
      }
    }
    return whole;
  }
}

/** @param {Uint8Array[]} parts */
function joined(parts) {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
}

self.onmessage = ({ data }) => new Trainer(data).run();
