/** Images side by side on one canvas, each drawn when it is there. */
import { context, paint } from "../shared/pictures.js";

/** @typedef {import("../shared/pictures.js").Shape} Shape */

const GAP = 4; // pixels for 28 of an image

export class Strip {
  /**
   * @param {HTMLCanvasElement} canvas
   * @param {number} most images
   */
  constructor(canvas, most) {
    this.canvas = canvas;
    this.most = most;
    this.next = most; // the image that is wanted next
    /** @type {Shape} */
    this.shape = [1, 1, 1];
  }

  /** Whether images are still wanted. */
  get open() {
    return this.next < this.most;
  }

  /** @param {Shape} shape of the images that are wanted anew; those before stay until then */
  begin(shape) {
    this.shape = shape;
    this.next = 0;
    const [, height, width] = shape;
    const across = this.#left(this.most) - this.#gap();
    if (this.canvas.width !== across || this.canvas.height !== height) {
      [this.canvas.width, this.canvas.height] = [Math.max(1, across), height];
    }
    this.image = new ImageData(width, height);
  }

  #gap() {
    return Math.max(1, Math.round((GAP * this.shape[2]) / 28));
  }

  /** @param {number} i */
  #left(i) {
    return i * (this.shape[2] + this.#gap());
  }

  /**
   * @param {Uint8Array} bytes with an image
   * @param {number} at where it begins
   */
  add(bytes, at = 0) {
    if (!this.image) return;
    paint(this.image, bytes, at, this.shape);
    context(this.canvas).putImageData(this.image, this.#left(this.next), 0);
    this.next += 1;
  }

  /**
   * Some of many images.
   *
   * @param {Uint8Array} bytes of all
   * @param {ArrayLike<number>} places
   * @param {Shape} shape
   */
  show(bytes, places, shape) {
    this.most = places.length;
    this.begin(shape);
    const size = shape[0] * shape[1] * shape[2];
    for (let i = 0; i < places.length; i++) this.add(bytes, places[i] * size);
  }
}
