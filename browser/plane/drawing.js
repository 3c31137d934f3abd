/** What lies over the grid of the plane: stripes where there are no codes, and the codes. */
import { drawDots, pixel } from "../shared/dots.js";

/** @typedef {import("../shared/view.js").View} View */

const STRIPE = 12; // pixels from one to the next
const STRIPE_COLOUR = pixel("#ffb000", 0.55);
const GREY = "#8a9099"; // of codes whose class is unknown

/**
 * Stripes over all that is far from the codes of real images.
 *
 * @param {import("../shared/dots.js").Raster} raster
 * @param {View} view
 * @param {import("./axis.js").Axis} axis
 * @param {import("./real_codes.js").RealCodes} real
 * @param {number} density pixels of the screen for one of the page
 */
export function drawStripes(raster, view, axis, real, density) {
  const { pixels, stride, margin, width, height } = raster;
  const period = Math.round(STRIPE * density);
  const thick = Math.max(1, Math.round(2 * density));
  const x = new Float64Array(width);
  for (let column = 0; column < width; column++) {
    x[column] = axis.value(view.x + (column + 0.5 - width / 2) / view.scale);
  }
  for (let row = 0; row < height; row++) {
    const y = axis.value(1 - view.y - (row + 0.5 - height / 2) / view.scale);
    const line = (row + margin) * stride + margin;
    for (let column = period - 1 - (row % period); column < width + thick; column += period) {
      for (let k = Math.max(0, column - thick); k < Math.min(width, column); k++) {
        if (real.isFar(x[k], y)) pixels[line + k] = STRIPE_COLOUR;
      }
    }
  }
}

/** The codes of real images as dots in the colours of their classes. */
export class Codes {
  /**
   * @param {Float32Array} places two numbers each
   * @param {Int32Array | null} labels
   * @param {string[]} colours of classes, "#rrggbb"
   * @param {import("./axis.js").Axis} axis
   */
  constructor(places, labels, colours, axis) {
    const n = places.length / 2;
    this.x = new Float32Array(n);
    this.y = new Float32Array(n);
    this.shades = new Uint8Array(n);
    for (let i = 0; i < n; i++) {
      this.x[i] = axis.share(places[2 * i]);
      this.y[i] = 1 - axis.share(places[2 * i + 1]);
      const label = labels ? labels[i] : -1;
      this.shades[i] = label >= 0 ? label % colours.length : colours.length;
    }
    this.palette = Uint32Array.from([...colours, GREY], (colour) => pixel(colour));
    this.all = new Uint8Array(n);
  }

  /**
   * @param {import("../shared/dots.js").Raster} raster
   * @param {View} view
   * @param {number} diameter pixels
   */
  draw(raster, view, diameter) {
    const { x, y, shades, palette, all } = this;
    drawDots(raster, view, x, y, shades, palette, all, -1, diameter);
  }
}
