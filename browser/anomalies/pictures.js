/** The images behind the scores: what they look like, rebuilt, and where the error sits. */
import { Network } from "../shared/network.js";
import { paint, toBytes } from "../shared/pictures.js";
import { fetchTensors } from "../shared/tensors.js";

/** @typedef {import("./facts.js").Facts} Facts */
/** @typedef {"normal" | "strange"} Name */

/** @type {Map<string, Promise<Uint8Array>>} pixels by their address: other choices share them */
const sources = new Map();
const KEPT = 3;

/** @param {string} address */
async function pixelsOf(address) {
  let coming = sources.get(address);
  if (!coming) {
    coming = fetchTensors(address).then(({ arrays }) => /** @type {Uint8Array} */ (arrays.pixels));
    coming.catch(() => sources.delete(address));
    sources.set(address, coming);
    for (const old of [...sources.keys()].slice(0, -KEPT)) sources.delete(old);
  }
  return coming;
}

export class Pictures {
  /**
   * @param {Facts} facts
   * @param {Record<string, any>} arrays what was scored
   * @param {Record<Name, Uint8Array>} pixels
   * @param {Network | null} decoder
   */
  constructor(facts, arrays, pixels, decoder) {
    this.facts = facts;
    this.arrays = arrays;
    this.pixels = pixels;
    this.decoder = decoder;
    const [channels, height, width] = facts.shape;
    this.size = channels * height * width;
    this.canvas = new ImageData(width, height);
    this.rebuilt = new Uint8Array(this.size);
  }

  /**
   * Fetch all that is needed.
   *
   * @param {Facts} facts
   * @param {Record<string, any>} arrays
   */
  static async load(facts, arrays) {
    const [normal, strange, decoder] = await Promise.all([
      pixelsOf(facts.normal.source),
      pixelsOf(facts.strange.source),
      facts.decoder ? fetchTensors(facts.decoder) : null,
    ]);
    const runs = decoder && new Network(decoder.facts, decoder.arrays);
    return new Pictures(facts, arrays, { normal, strange }, runs);
  }

  /**
   * Where the bytes of an image begin.
   *
   * @param {Name} side
   * @param {number} i
   */
  start(side, i) {
    return this.arrays[`${side}.places`][i] * this.size;
  }

  /** The class of an image; "" where nobody knows. @param {Name} side @param {number} i */
  name(side, i) {
    const label = this.arrays[`${side}.labels`]?.[i];
    return label === undefined ? "" : (this.facts[side].names[label] ?? "");
  }

  /** @param {Name} side @param {number} i */
  image(side, i) {
    paint(this.canvas, this.pixels[side], this.start(side, i), this.facts.shape);
    return this.canvas;
  }

  /** What is rebuilt of an image. @param {Name} side @param {number} i */
  reconstruction(side, i) {
    this.#rebuild(side, i);
    paint(this.canvas, this.rebuilt, 0, this.facts.shape);
    return this.canvas;
  }

  /** @param {Name} side @param {number} i */
  #rebuild(side, i) {
    if (this.decoder) {
      const { inputs } = this.decoder;
      const codes = this.arrays[`${side}.codes`];
      toBytes(this.decoder.run(codes.subarray(i * inputs, (i + 1) * inputs)), this.rebuilt);
    } else {
      const drawn = this.arrays[`${side}.drawn`];
      this.rebuilt.set(drawn.subarray(i * this.size, (i + 1) * this.size));
    }
  }

  /** Where the error sits: what was rebuilt less the image. @param {Name} side @param {number} i */
  error(side, i) {
    this.#rebuild(side, i);
    const [channels, height, width] = this.facts.shape;
    const [pixels, at] = [this.pixels[side], this.start(side, i)];
    const { data } = this.canvas;
    const [below, zero, above] = this.facts.colours;
    for (let place = 0, plane = height * width; place < plane; place++) {
      let off = 0;
      for (let c = place; c < channels * plane; c += plane) off += this.rebuilt[c] - pixels[at + c];
      const share = off / channels / 255;
      const end = share < 0 ? below : above;
      for (let k = 0; k < 3; k++) {
        data[4 * place + k] = zero[k] + (end[k] - zero[k]) * Math.abs(share);
      }
      data[4 * place + 3] = 255;
    }
    return this.canvas;
  }
}
