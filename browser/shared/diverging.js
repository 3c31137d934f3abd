/** Numbers around zero as colours: blue below, orange above, the same grey at zero in both themes. */

/** @typedef {[number, number, number]} Colour red, green, blue */
/** @typedef {{ negative: Colour, zero: Colour, positive: Colour }} Scale */

/**
 * The colours that ui/images.py tells the page's style.
 *
 * @param {Element} element
 * @returns {Scale}
 */
export function scaleOf(element) {
  const style = getComputedStyle(element);
  /** @param {string} name @param {Colour} fallback @returns {Colour} */
  const read = (name, fallback) => {
    const found = style.getPropertyValue(name).match(/\d+/g)?.map(Number);
    return found?.length === 3 ? /** @type {Colour} */ (found) : fallback;
  };
  return {
    negative: read("--negative", [33, 113, 217]),
    zero: read("--zero", [236, 236, 236]),
    positive: read("--positive", [217, 85, 0]),
  };
}

/**
 * A picture of numbers, -limit…limit, as the pixels of ``canvas`` from a place on.
 *
 * @param {ImageData} canvas
 * @param {ArrayLike<number>} values row by row
 * @param {number} from where they begin in ``values``
 * @param {[number, number]} size height and width
 * @param {number} limit what has the full colour
 * @param {Scale} scale
 * @param {[number, number]} at row and column of the canvas
 */
export function paintAround(canvas, values, from, [height, width], limit, scale, [top, left] = [0, 0]) {
  const { data } = canvas;
  for (let row = 0, i = from; row < height; row++) {
    let to = 4 * ((top + row) * canvas.width + left);
    for (let x = 0; x < width; x++, i++, to += 4) {
      const share = Math.min(1, Math.abs(values[i]) / (limit || 1));
      const end = values[i] < 0 ? scale.negative : scale.positive;
      for (let c = 0; c < 3; c++) data[to + c] = scale.zero[c] + (end[c] - scale.zero[c]) * share;
      data[to + 3] = 255;
    }
  }
}
