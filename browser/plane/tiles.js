/**
 * The grid of decoded images behind the plane. Zoomed in, finer tiles come in place of coarser
 * ones; what has been decoded is kept while there is room.
 *
 * @typedef {import("../shared/view.js").View} View
 * @typedef {import("./axis.js").Axis} Axis
 * @typedef {{ level: number, column: number, row: number }} Tile
 */

export const FINEST = 6; // times that tiles are halved
const COARSEST = -1; // and doubled, where axes have more to show than the first view
const KEPT = 8_000_000; // bytes of tiles that are out of sight
const LEVEL = 2 ** 40; // a tile's key: level, row and column in one number
const ROW = 2 ** 20;
const ZERO = 2 ** 19; // of rows and columns, which may be negative
const BLACK = 0xff000000;

/** @param {Tile} tile */
const keyOf = ({ level, column, row }) =>
  (level - COARSEST) * LEVEL + (row + ZERO) * ROW + column + ZERO;

/**
 * @param {number} key
 * @returns {Tile}
 */
function tileOf(key) {
  const level = Math.floor(key / LEVEL) + COARSEST;
  return { level, row: Math.floor((key % LEVEL) / ROW) - ZERO, column: (key % ROW) - ZERO };
}

/**
 * Which pixels of an image make each pixel of its picture: from ``first`` up to ``end``. Larger,
 * each is repeated; smaller, neighbours are averaged, so that no stroke gets lost.
 *
 * @param {number} pixels of the image
 * @param {number} drawn of the picture
 */
function sampling(pixels, drawn) {
  const first = new Int32Array(drawn);
  const end = new Int32Array(drawn);
  for (let k = 0; k < drawn; k++) {
    first[k] = Math.floor((k * pixels) / drawn);
    end[k] = drawn >= pixels ? first[k] + 1 : Math.ceil(((k + 1) * pixels) / drawn);
  }
  return { first, end };
}

export class Tiles {
  /**
   * @param {[number, number, number]} shape of the images
   * @param {Axis} axis
   * @param {number} n tiles a side, in the first view
   */
  constructor(shape, axis, n) {
    this.shape = shape;
    this.axis = axis;
    this.n = n;
    /** @type {Map<number, Uint8Array>} the images by their keys */
    this.images = new Map();
    /** @type {Set<number>} keys of those in the view */
    this.seen = new Set();
    this.canvas = new ImageData(1, 1);
    this.pixels = new Uint32Array(this.canvas.data.buffer);
    /** @type {Map<number, ReturnType<typeof sampling>>} by the pixels of the picture */
    this.across = new Map();
    this.down = this.across;
    if (shape[1] !== shape[2]) this.down = new Map();
  }

  /** @param {number} level */
  #size(level) {
    return this.axis.home / this.n / 2 ** level;
  }

  /**
   * The tiles that a view shows: level, and columns and rows with the last ones exclusive.
   *
   * @param {View} view
   * @param {number} side pixels
   */
  #visible(view, side) {
    const share = side / view.scale;
    const fitting = Math.round(Math.log2(this.axis.home / share));
    const level = Math.min(FINEST, Math.max(this.axis.home < 1 ? COARSEST : 0, fitting));
    const size = this.#size(level);
    const before = (0.5 - this.axis.home / 2) / size; // tiles left of column 0
    const outermost = [Math.floor(1e-6 - before), Math.ceil(1 / size - before - 1e-6)];
    const first = (/** @type {number} */ middle) =>
      Math.max(Math.floor((middle - share / 2) / size - before), outermost[0]);
    const end = (/** @type {number} */ middle) =>
      Math.min(Math.ceil((middle + share / 2) / size - before), outermost[1]);
    return { level, left: first(view.x), right: end(view.x), top: first(view.y), bottom: end(view.y) };
  }

  /**
   * The middle of a tile, as shares of the whole.
   *
   * @param {Tile} tile
   */
  middle({ level, column, row }) {
    const size = this.#size(level);
    const start = 0.5 - this.axis.home / 2;
    return { x: start + (column + 0.5) * size, y: start + (row + 0.5) * size };
  }

  /**
   * Draw what there is for a view; returns the keys of what is missing, the middle first.
   *
   * @param {CanvasRenderingContext2D} to
   * @param {View} view
   * @param {number} side pixels
   */
  draw(to, view, side) {
    if (this.canvas.width !== side) {
      this.canvas = new ImageData(side, side);
      this.pixels = new Uint32Array(this.canvas.data.buffer);
    }
    const { level, left, right, top, bottom } = this.#visible(view, side);
    /** @type {number[]} */
    const missing = [];
    this.seen.clear();
    for (let row = top; row < bottom; row++) {
      for (let column = left; column < right; column++) {
        const key = keyOf({ level, column, row });
        this.seen.add(key);
        if (!this.images.has(key)) missing.push(key);
      }
    }
    this.pixels.fill(BLACK);
    for (const key of this.#insteadOf(missing)) this.#drawTile(view, side, key);
    for (const key of this.seen) this.#drawTile(view, side, key);
    to.putImageData(this.canvas, 0, 0);
    const { x, y } = view;
    const found = missing.map((key) => {
      const middle = this.middle(tileOf(key));
      return { key, far: (middle.x - x) ** 2 + (middle.y - y) ** 2 };
    });
    return found.sort((a, b) => a.far - b.far).map((tile) => tile.key);
  }

  /**
   * What can be shown in place of missing tiles: the finest of the coarser tiles around them,
   * and the next finer ones within; coarse ones first.
   *
   * @param {number[]} missing
   */
  #insteadOf(missing) {
    /** @type {Set<number>} */
    const coarser = new Set();
    /** @type {number[]} */
    const finer = [];
    for (const key of missing) {
      const { level, column, row } = tileOf(key);
      for (let up = 1; level - up >= COARSEST; up++) {
        const [above, beside] = [column, row].map((at) => Math.floor(at / 2 ** up));
        const around = keyOf({ level: level - up, column: above, row: beside });
        if (!this.images.has(around)) continue;
        coarser.add(around);
        break;
      }
      for (const dx of [0, 1]) {
        for (const dy of [0, 1]) {
          finer.push(keyOf({ level: level + 1, column: 2 * column + dx, row: 2 * row + dy }));
        }
      }
    }
    return [...[...coarser].sort((a, b) => a - b), ...finer]; // keys begin with the level
  }

  /**
   * Draws a tile into our pixels, if it is there; returns where.
   *
   * @param {View} view
   * @param {number} side
   * @param {number} key
   */
  #drawTile(view, side, key) {
    const image = this.images.get(key);
    if (!image) return null;
    const [channels, height, width] = this.shape;
    const { level, column, row: line } = tileOf(key);
    const size = this.#size(level);
    // edges on whole pixels, reckoned alike for both tiles at an edge: no lines, no overlap
    const edge = (/** @type {number} */ index, /** @type {number} */ from) =>
      Math.round((0.5 - this.axis.home / 2 + index * size - from) * view.scale + side / 2);
    let [left, top] = [edge(column, view.x), edge(line, view.y)];
    const [wide, high] = [edge(column + 1, view.x) - left, edge(line + 1, view.y) - top];
    const fit = Math.min(wide / width, high / height);
    // fills its place but for bars beside images that aren't square; a pixel less is no bar
    const drawnWidth = wide - width * fit < 1.5 ? wide : Math.round(width * fit);
    const drawnHeight = high - height * fit < 1.5 ? high : Math.round(height * fit);
    left += (wide - drawnWidth) >> 1;
    top += (high - drawnHeight) >> 1;
    const columns = sampled(this.across, width, drawnWidth);
    const rows = sampled(this.down, height, drawnHeight);
    const clip = { first: Math.max(0, -left), end: Math.min(drawnWidth, side - left) };
    const bottom = Math.min(drawnHeight, side - top);
    for (let row = Math.max(0, -top); row < bottom; row++) {
      const lines = { first: rows.first[row], end: rows.end[row] };
      const at = (top + row) * side + left;
      if (channels >= 3) colourLine(this.pixels, at, image, this.shape, lines, columns, clip);
      else greyLine(this.pixels, at, image, width, lines, columns, clip);
    }
    return { left, top, width: drawnWidth, height: drawnHeight };
  }

  /**
   * Keep a decoded image, and draw it if the view shows it.
   *
   * @param {number} key
   * @param {Uint8Array} image
   * @param {CanvasRenderingContext2D} to
   * @param {View} view
   * @param {number} side
   */
  add(key, image, to, view, side) {
    const most = Math.max(KEPT / image.length, 2 * this.seen.size);
    if (this.images.size >= most) this.#forget();
    this.images.set(key, image);
    if (!this.seen.has(key) || this.canvas.width !== side) return;
    const drawn = this.#drawTile(view, side, key);
    if (drawn) to.putImageData(this.canvas, 0, 0, drawn.left, drawn.top, drawn.width, drawn.height);
  }

  #forget() {
    for (const key of this.images.keys()) if (!this.seen.has(key)) this.images.delete(key);
  }

  /**
   * The numbers on the axes at the middles of tiles, two each.
   *
   * @param {number[]} keys
   */
  values(keys) {
    const found = new Float32Array(2 * keys.length);
    keys.forEach((key, i) => {
      const { x, y } = this.middle(tileOf(key));
      found[2 * i] = this.axis.value(x);
      found[2 * i + 1] = this.axis.value(1 - y);
    });
    return found;
  }

  /** The keys of the first view's tiles, row by row. */
  home() {
    return Array.from({ length: this.n ** 2 }, (_, i) =>
      keyOf({ level: 0, column: i % this.n, row: Math.floor(i / this.n) }),
    );
  }
}

/**
 * @param {Map<number, ReturnType<typeof sampling>>} known
 * @param {number} pixels
 * @param {number} drawn
 */
function sampled(known, pixels, drawn) {
  let found = known.get(drawn);
  if (!found) known.set(drawn, (found = sampling(pixels, drawn)));
  return found;
}

/**
 * One line of a picture, in grey.
 *
 * @param {Uint32Array} pixels
 * @param {number} at where the picture's line begins
 * @param {Uint8Array} image
 * @param {number} width of the image
 * @param {{ first: number, end: number }} lines of the image that make it
 * @param {ReturnType<typeof sampling>} columns
 * @param {{ first: number, end: number }} clip which part of the line is seen
 */
function greyLine(pixels, at, image, width, lines, columns, clip) {
  for (let column = clip.first; column < clip.end; column++) {
    const first = columns.first[column];
    const end = columns.end[column];
    let sum = 0;
    for (let line = lines.first; line < lines.end; line++) {
      for (let x = first; x < end; x++) sum += image[line * width + x];
    }
    const grey = (sum / ((end - first) * (lines.end - lines.first))) | 0;
    pixels[at + column] = BLACK | (grey << 16) | (grey << 8) | grey;
  }
}

/**
 * One line of a picture, in the colours of the image's first three channels.
 *
 * @param {Uint32Array} pixels
 * @param {number} at
 * @param {Uint8Array} image
 * @param {[number, number, number]} shape
 * @param {{ first: number, end: number }} lines
 * @param {ReturnType<typeof sampling>} columns
 * @param {{ first: number, end: number }} clip
 */
function colourLine(pixels, at, image, [, height, width], lines, columns, clip) {
  const size = width * height;
  for (let column = clip.first; column < clip.end; column++) {
    const first = columns.first[column];
    const end = columns.end[column];
    const count = (end - first) * (lines.end - lines.first);
    let colour = BLACK;
    for (let channel = 0; channel < 3; channel++) {
      let sum = 0;
      for (let line = lines.first; line < lines.end; line++) {
        const from = channel * size + line * width;
        for (let x = first; x < end; x++) sum += image[from + x];
      }
      colour |= ((sum / count) | 0) << (8 * channel);
    }
    pixels[at + column] = colour;
  }
}
