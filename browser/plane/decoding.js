/**
 * The decoder of a plane: here for the image under the pointer, in a worker for tiles and paths.
 * Where the browser can't decode, there is none of both, and the server's images are shown.
 */
import { Network } from "../shared/network.js";
import { toBytes } from "../shared/pictures.js";
import { fetchTensors } from "../shared/tensors.js";

/** @typedef {import("../shared/view.js").Pair} Pair */
/** @typedef {{ weights: string | null, centre: Pair, spread: Pair }} Origin of a plane's images */

export class Decoding {
  /**
   * @param {(id: number, keys: Float64Array, bytes: Uint8Array) => void} onTiles
   * @param {(bytes: Uint8Array) => void} onStrip
   */
  constructor(onTiles, onStrip) {
    this.onTiles = onTiles;
    this.onStrip = onStrip;
    /** @type {Network | null} */
    this.decoder = null;
    /** @type {Worker | null} */
    this.worker = null;
    this.bytes = new Uint8Array();
    this.loads = 0; // decoders asked for so far
    /** @type {Float32Array | null} codes of the path that waits until the one before is drawn */
    this.next = null;
    this.busy = false; // with a path
  }

  /** Nothing that is on its way is wanted any more. */
  close() {
    this.loads++;
    this.worker?.terminate();
    this.worker = this.decoder = this.next = null;
    this.busy = false; // its answer won't come
  }

  /**
   * Fetch a decoder; false when another one has been asked for meanwhile.
   *
   * @param {Origin} origin
   */
  async load(origin) {
    this.close();
    const load = this.loads;
    const { weights } = (this.origin = origin);
    if (!weights) return true;
    try {
      const { facts, arrays } = await fetchTensors(weights);
      if (load !== this.loads) return false;
      this.decoder = new Network(facts, arrays);
      this.bytes = new Uint8Array(this.decoder.outputs);
      this.worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
      this.worker.onmessage = ({ data }) => this.#decoded(data);
      this.worker.postMessage({ decoder: facts, arrays });
      return true;
    } catch (error) {
      if (load !== this.loads) return false;
      throw error;
    }
  }

  /** @param {any} data from the worker */
  #decoded({ tiles, strip }) {
    if (tiles) this.onTiles(tiles.id, tiles.keys, tiles.bytes);
    if (!strip) return;
    this.busy = false;
    this.onStrip(strip.bytes);
    const { next } = this;
    this.next = null;
    if (next) this.#send(next); // a pin has moved on meanwhile
  }

  /**
   * The codes of places.
   *
   * @param {ArrayLike<number>} places two numbers each
   */
  #codes(places) {
    const { centre, spread } = /** @type {Origin} */ (this.origin);
    return Float32Array.from(places, (place, i) => centre[i % 2] + spread[i % 2] * place);
  }

  /**
   * The image at a place, as bytes that the next call overwrites; null where there is no decoder.
   *
   * @param {Pair} place
   */
  image(place) {
    if (!this.decoder) return null;
    toBytes(this.decoder.run(this.#codes(place)), this.bytes);
    return this.bytes;
  }

  /**
   * Ask for tiles.
   *
   * @param {number} id of their grid
   * @param {number[]} keys
   * @param {Float32Array} places
   */
  tiles(id, keys, places) {
    const codes = this.#codes(places);
    this.worker?.postMessage({ tiles: { id, keys: Float64Array.from(keys), codes } });
  }

  /**
   * Ask for the images of a path; of several that are asked for in a hurry only the last is drawn.
   *
   * @param {Pair[]} stops
   */
  strip(stops) {
    if (!this.worker) return;
    const codes = this.#codes(stops.flat());
    if (this.busy) this.next = codes;
    else this.#send(codes);
  }

  /** @param {Float32Array} codes */
  #send(codes) {
    this.busy = true;
    this.worker?.postMessage({ strip: { codes } });
  }
}
