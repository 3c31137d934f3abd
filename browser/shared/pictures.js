/** Decoded images as pixels of a canvas. */

/** @typedef {[number, number, number]} Shape channels, height and width */

/**
 * Numbers 0…1 as bytes 0…255, from ``at`` on in ``bytes``.
 *
 * @param {ArrayLike<number>} image
 * @param {Uint8Array} bytes
 * @param {number} at
 */
export function toBytes(image, bytes, at = 0) {
  for (let i = 0; i < image.length; i++) bytes[at + i] = image[i] * 255 + 0.5;
}

/**
 * An image's bytes, channel by channel from ``at`` on, as the pixels of ``canvas``, which must be
 * of its size. Two channels show the first; of four the last, transparency, is left out.
 *
 * @param {ImageData} canvas
 * @param {Uint8Array} bytes
 * @param {number} at
 * @param {Shape} shape
 * @param {number} column of the canvas where the image begins
 */
export function paint(canvas, bytes, at, shape, column = 0) {
  const [channels, height, width] = shape;
  const size = height * width;
  const coloured = channels >= 3;
  const pixels = canvas.data;
  for (let row = 0, i = at; row < height; row++) {
    let to = 4 * (row * canvas.width + column);
    for (let x = 0; x < width; x++, i++, to += 4) {
      pixels[to] = bytes[i];
      pixels[to + 1] = coloured ? bytes[i + size] : bytes[i];
      pixels[to + 2] = coloured ? bytes[i + 2 * size] : bytes[i];
      pixels[to + 3] = 255;
    }
  }
}

/**
 * @param {HTMLCanvasElement | OffscreenCanvas} canvas
 */
export function context(canvas) {
  return /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
}
