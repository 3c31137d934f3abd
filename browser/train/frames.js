/**
 * The frames of a run, fetched one after the other and kept: a list that grows while it trains.
 */
import { context, paint } from "../shared/pictures.js";
import { fetchTensors } from "../shared/tensors.js";

const AT_ONCE = 4; // fetches

/** @typedef {[number, number, number, number]} Box left, right, bottom, top */
/**
 * @typedef {Object} Listed a frame that can be fetched
 * @property {number} epoch
 * @property {string} url
 */

/** One moment: where the images lie, how eight of them are drawn, and what the plane decodes to. */
export class Frame {
  /**
   * @param {number} epoch
   * @param {import("../shared/tensors.js").Tensors} packed
   * @param {Int32Array | null} labels
   * @param {number} classes
   * @param {boolean} rows codes of one number: each class gets a row
   */
  constructor(epoch, packed, labels, classes, rows) {
    const { facts, arrays, shapes } = packed;
    this.epoch = epoch;
    /** @type {Box} */
    this.box = facts.box;
    this.pictures = pictures(/** @type {Uint8Array} */ (arrays.pictures), shapes.pictures);
    /** @type {HTMLCanvasElement | null} */
    this.grid = null;
    if (arrays.grid) {
      const shape = /** @type {import("../shared/pictures.js").Shape} */ (shapes.grid);
      this.grid = picture(/** @type {Uint8Array} */ (arrays.grid), shape);
    }
    const [left, right, bottom, top] = this.box;
    const { places } = arrays;
    const n = shapes.places[0];
    this.x = new Float32Array(n);
    this.y = new Float32Array(n);
    const scale = (1 + 2 * facts.outside) / 65535;
    for (let i = 0; i < n; i++) {
      const row = rows && labels ? 1 - (labels[i] + 0.5) / classes : null;
      this.x[i] = left + (places[2 * i] * scale - facts.outside) * (right - left);
      this.y[i] = bottom + (row ?? places[2 * i + 1] * scale - facts.outside) * (top - bottom);
    }
    /** @type {([number, number] | null)[]} of each class */
    this.middles = labels ? middles(this.x, this.y, labels, classes) : [];
  }
}

/** The frames that Python has listed, in their order; what cannot be fetched is left out. */
export class Frames {
  /** @param {() => void} changed called when another one is there */
  constructor(changed) {
    this.changed = changed;
    /** @type {Listed[]} */
    this.listed = [];
    /** @type {Map<string, Frame>} by url */
    this.here = new Map();
    /** @type {Set<string>} being fetched, here, or not to be had */
    this.asked = new Set();
    /** @type {Set<string>} */
    this.failed = new Set();
    this.fetching = 0;
    /** @type {(epoch: number, packed: import("../shared/tensors.js").Tensors) => Frame} */
    this.make = () => {
      throw new Error("nothing is listed yet");
    };
  }

  /** @param {Listed[]} listed */
  list(listed) {
    this.listed = listed.filter(({ url }) => !this.failed.has(url));
  }

  get length() {
    return this.listed.length;
  }

  /** @param {number} index */
  at(index) {
    return this.here.get(this.listed[index]?.url) ?? null;
  }

  /**
   * The nearest one that is here, earlier ones first; null while there is none.
   *
   * @param {number} index
   */
  near(index) {
    for (let k = index; k >= 0; k--) if (this.at(k)) return this.at(k);
    for (let k = index + 1; k < this.length; k++) if (this.at(k)) return this.at(k);
    return null;
  }

  /**
   * The place of the one nearest to an epoch.
   *
   * @param {number} epoch
   */
  nearest(epoch) {
    let best = 0;
    this.listed.forEach((one, k) => {
      if (Math.abs(one.epoch - epoch) < Math.abs(this.listed[best].epoch - epoch)) best = k;
    });
    return best;
  }

  /** Fetch no more; nobody looks at them any longer. */
  close() {
    this.listed = [];
    this.changed = () => {};
  }

  /**
   * Fetch what is missing, the one looked at first.
   *
   * @param {number} first
   */
  fetch(first) {
    const order = [this.listed[first], ...this.listed];
    for (const one of order) {
      if (this.fetching >= AT_ONCE) return;
      if (!one || this.asked.has(one.url)) continue;
      this.asked.add(one.url);
      this.fetching += 1;
      fetchTensors(one.url)
        .then((packed) => this.here.set(one.url, this.make(one.epoch, packed)))
        .catch(() => {
          this.failed.add(one.url);
          this.list(this.listed);
        })
        .finally(() => {
          this.fetching -= 1;
          this.changed();
        });
    }
  }
}

/**
 * @param {Float32Array} x
 * @param {Float32Array} y
 * @param {Int32Array} labels
 * @param {number} classes
 */
function middles(x, y, labels, classes) {
  return Array.from({ length: classes }, (_, label) => {
    /** @type {number[]} */
    const own = [];
    labels.forEach((one, i) => one === label && own.push(i));
    if (!own.length) return null;
    /** @param {Float32Array} values */
    const median = (values) => own.map((i) => values[i]).sort((a, b) => a - b)[own.length >> 1];
    return /** @type {[number, number]} */ ([median(x), median(y)]);
  });
}

/**
 * A canvas that holds an image, uint8 (C, H, W).
 *
 * @param {Uint8Array} bytes
 * @param {import("../shared/pictures.js").Shape} shape
 */
function picture(bytes, shape) {
  const canvas = document.createElement("canvas");
  [, canvas.height, canvas.width] = shape;
  const image = new ImageData(canvas.width, canvas.height);
  paint(image, bytes, 0, shape);
  context(canvas).putImageData(image, 0, 0);
  return canvas;
}

/**
 * A canvas for each of several images, uint8 (N, C, H, W).
 *
 * @param {Uint8Array} bytes
 * @param {number[]} shape
 */
export function pictures(bytes, [n, channels, height, width]) {
  const size = channels * height * width;
  return Array.from({ length: n }, (_, k) =>
    picture(bytes.subarray(k * size, (k + 1) * size), [channels, height, width]),
  );
}
