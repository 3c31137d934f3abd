/** A row of images with a caption under each, and how near images are to what they should be. */
import { pictured } from "../shared/pictured.js";
import { context, paint, toBytes } from "../shared/pictures.js";

/** @typedef {[number, number, number]} Shape channels, height, width */

export class Row {
  /**
   * @param {string} label
   * @param {string[]} names what each image shows
   * @param {Shape} shape
   */
  constructor(label, names, shape) {
    this.shape = shape;
    const [channels, height, width] = shape;
    this.size = channels * height * width;
    this.pixels = new ImageData(width, height);
    this.bytes = new Uint8Array(this.size);
    this.head = document.createElement("div");
    this.head.className = "label";
    this.whom = document.createElement("small");
    this.head.append(label, this.whom);
    this.figures = names.map((name, n) => {
      const figure = document.createElement("figure");
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [width, height];
      pictured(canvas, `${label}: ${name || n + 1}`);
      figure.append(canvas, document.createElement("figcaption"));
      return figure;
    });
    this.canvases = this.figures.map((figure) => /** @type {HTMLCanvasElement} */ (figure.firstChild));
  }

  get elements() {
    return [this.head, ...this.figures];
  }

  /** By whom the images were made. @param {string} name */
  by(name) {
    if (this.whom.textContent !== name) this.whom.textContent = name;
  }

  /** What is shown belongs to another strength than the slider's. @param {boolean} waits */
  wait(waits) {
    for (const part of this.elements) part.classList.toggle("waits", waits);
  }

  /** @param {Float32Array} images 0…1, one after the other */
  show(images) {
    this.canvases.forEach((canvas, n) => {
      toBytes(images.subarray(n * this.size, (n + 1) * this.size), this.bytes);
      paint(this.pixels, this.bytes, 0, this.shape);
      context(canvas).putImageData(this.pixels, 0, 0);
    });
  }

  /** @param {string[]} words */
  caption(words) {
    this.figures.forEach(({ lastChild }, n) => {
      /** @type {Node} */ (lastChild).textContent = words[n];
    });
  }
}

const FLOOR = 1e-12; // of the squared error, as aecore/metrics.py has it: equal images have 120 dB

/**
 * The peak signal-to-noise ratio of each image in dB.
 *
 * @param {Float32Array} images
 * @param {Float32Array} originals
 * @param {number} size of an image
 */
export function psnr(images, originals, size) {
  return Array.from({ length: images.length / size }, (_, n) => {
    let sum = 0;
    for (let i = n * size; i < (n + 1) * size; i++) sum += (images[i] - originals[i]) ** 2;
    return -10 * Math.log10(Math.max(sum / size, FLOOR));
  });
}
