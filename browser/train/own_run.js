/**
 * A training in the visitor's browser: the worker that computes it, and what has been learned so
 * far, which is kept after every epoch.
 *
 * @typedef {import("./trainer.js").Order} Order
 * @typedef {import("./trainer.js").Row} Row
 * @typedef {import("./trainer.js").State} State
 * @typedef {import("./trainer.js").Told} Told
 * @typedef {Object} Kept
 * @property {string} model its name
 * @property {string} images
 * @property {import("./trainer.js").Plan} plan
 * @property {Uint8Array[]} drawings
 * @property {Told["test"] | null} test
 * @property {{ epoch: number, bytes: Uint8Array<ArrayBuffer> }[]} frames
 * @property {Row[]} rows
 * @property {State | null} state after the last of them
 */
import { isDrawing } from "./examples.js";
import { keep, recall } from "./kept.js";

const RUN = "run"; // the name under which it is kept

export class OwnRun {
  /**
   * @param {Kept} kept
   * @param {(told: Told) => void} changed
   * @param {() => void} failed
   */
  constructor(kept, changed, failed) {
    this.kept = kept;
    this.changed = changed;
    this.failed = failed;
    /** @type {Worker | null} */
    this.worker = null;
    /** whether the browser keeps what was learned */
    this.safe = true;
    /** of all epochs that is done, also of the one at work */
    this.share = this.reached;
    /** @type {string[]} where the time machine fetches the frames */
    this.urls = [];
    for (const { bytes } of kept.frames) this.#address(bytes);
  }

  /** What an earlier visit has left, if it has. @returns {Promise<Kept | undefined>} */
  static async last() {
    const found = await recall(RUN);
    return isWhole(found) ? found : undefined;
  }

  get epochs() {
    return this.kept.plan.epochs;
  }

  /** The share of all epochs that is done and kept. */
  get reached() {
    return this.kept.rows.length / this.epochs;
  }

  get done() {
    return this.reached >= 1;
  }

  /** Seconds in which it learned. */
  get seconds() {
    return this.kept.rows.reduce((sum, { seconds }) => sum + seconds, 0);
  }

  get secondsLeft() {
    return (1 - this.share) * this.epochs * (this.seconds / this.kept.rows.length);
  }

  /** For the time machine. */
  get listed() {
    return this.kept.frames.map(({ epoch }, i) => ({ epoch, url: this.urls[i] }));
  }

  /**
   * Begin, or go on after the last whole epoch.
   *
   * @param {number} count images in all
   * @param {number} learned of them are to learn from
   * @param {() => Promise<Order["decode"]>} decode
   */
  async go(count, learned, decode) {
    const { plan, rows, frames, drawings, state } = this.kept;
    // what was seen of an epoch that was broken off comes again
    while (frames.length && (!rows.length || frames[frames.length - 1].epoch > rows.length)) {
      frames.pop();
      URL.revokeObjectURL(/** @type {string} */ (this.urls.pop()));
    }
    this.share = this.reached;
    this.worker = new Worker(new URL("./trainer.js", import.meta.url), { type: "module" });
    const { worker } = this;
    worker.onmessage = ({ data }) => this.#hear(data);
    worker.onerror = () => this.#fail();
    try {
      /** @type {Order} */
      const order = { plan, count, learned, decode: await decode(), drawings, done: rows.length, state };
      worker.postMessage(order);
    } catch {
      if (this.worker === worker) this.#fail(); // else it has been stopped since
    }
  }

  /** Stop; the epoch at work is lost, those before are not. */
  stop() {
    this.worker?.terminate();
    this.worker = null;
    this.share = this.reached;
  }

  close() {
    this.stop();
    for (const url of this.urls.splice(0)) URL.revokeObjectURL(url);
  }

  #fail() {
    this.stop();
    this.failed();
  }

  /** @param {Told} told */
  #hear(told) {
    const { kept } = this;
    if (told.test) kept.test = told.test;
    if (told.frame) {
      kept.frames.push(told.frame);
      this.#address(told.frame.bytes);
    }
    if (told.epoch) {
      kept.rows.push(told.epoch.row);
      kept.state = told.epoch.state;
      keep(RUN, kept).then((safe) => (this.safe = safe));
    }
    if (told.share !== undefined) this.share = told.share;
    if (told.done) this.stop();
    this.changed(told);
  }

  /** @param {Uint8Array<ArrayBuffer>} frame */
  #address(frame) {
    this.urls.push(URL.createObjectURL(new Blob([frame])));
  }
}

/**
 * Whether that can be gone on with: another version of the explorer may have left something else.
 *
 * @param {any} found
 * @returns {found is Kept}
 */
function isWhole(found) {
  const { plan, drawings, test, frames, rows, state } = found ?? {};
  const lists = [plan?.widths, drawings, frames, rows, state?.values, state?.means, state?.squares];
  return (
    lists.every(Array.isArray) &&
    [plan.batch, plan.rate, plan.epochs, plan.seed, state.steps].every(Number.isFinite) &&
    drawings.every(isDrawing) &&
    [test?.originals, ...frames.map((/** @type {any} */ one) => one?.bytes)].every(
      (bytes) => bytes instanceof Uint8Array,
    ) &&
    test.labels instanceof Int32Array &&
    rows.length > 0 &&
    rows.every((/** @type {any} */ row) => [row?.train, row?.test, row?.seconds].every(Number.isFinite))
  );
}
