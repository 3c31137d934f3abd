/**
 * What is measured on an image: the formulas of aecore/directions.py, which explains them.
 *
 * @typedef {ArrayLike<number>} Image grey levels 0…1, row by row
 */

const INK = 1e-6; // added to sums of ink that may be none

/**
 * The covariance of the ink's places, x and y in pixels: xx, xy, yy.
 *
 * @param {Image} image
 * @param {number} height
 * @param {number} width
 */
function spread(image, height, width) {
  let [total, x1, y1, xx, xy, yy] = [INK, 0, 0, 0, 0, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const ink = image[i];
      total += ink;
      x1 += ink * x;
      y1 += ink * y;
      xx += ink * x * x;
      xy += ink * x * y;
      yy += ink * y * y;
    }
  }
  const [mx, my] = [x1 / total, y1 / total];
  return [xx / total - mx * mx, xy / total - mx * my, yy / total - my * my];
}

/** @type {Record<string, (image: Image, height: number, width: number) => number>} */
export const MEASURES = {
  /** degrees to the right */
  slant(image, height, width) {
    const [, xy, yy] = spread(image, height, width);
    return (Math.atan2(-xy, yy + INK) * 180) / Math.PI;
  },

  /** pixels of a stroke */
  thickness(image, height, width) {
    const grey = (/** @type {number} */ y, /** @type {number} */ x) =>
      y < 0 || x < 0 || y >= height || x >= width ? 0 : image[y * width + x];
    let [ink, outline] = [0, INK];
    for (let y = -1; y < height; y++) {
      for (let x = -1; x < width; x++) {
        const here = grey(y, x);
        ink += here;
        outline += Math.hypot(grey(y, x + 1) - here, grey(y + 1, x) - here);
      }
    }
    return (2 * ink) / outline;
  },

  /** pixels, were it upright */
  width(image, height, width) {
    const [xx, xy, yy] = spread(image, height, width);
    return 4 * Math.sqrt(Math.max(0, xx - (xy * xy) / (yy + INK)));
  },
};
