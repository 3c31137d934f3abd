/**
 * What is done to images before a model restores them: the formulas of aecore/corruption.py, in
 * single precision as there, with the same random numbers. They are drawn once; a strength deepens
 * the same damage.
 *
 * @typedef {[number, number, number]} Shape channels, height, width
 * @typedef {(x: Float32Array, strength: number, out: Float32Array) => void} Damage of all images
 */
import { Draws } from "../shared/draws.js";

const f = Math.fround;

/** To the nearest whole number, halves to the even one, as Python and PyTorch do. @param {number} x */
function round(x) {
  const below = Math.floor(x);
  const over = x - below;
  return over < 0.5 || (over === 0.5 && below % 2 === 0) ? below : below + 1;
}

/** @type {Record<string, (draws: Draws, n: number, shape: Shape) => Damage>} */
export const DAMAGES = {
  gaussian(draws, n, shape) {
    const noise = draws.normal(n * shape[0] * shape[1] * shape[2]);
    return (x, strength, out) => {
      for (let i = 0; i < x.length; i++) {
        out[i] = Math.min(1, Math.max(0, f(noise[i] * strength) + x[i]));
      }
    };
  },

  salt_pepper(draws, n, [channels, height, width]) {
    const area = height * width;
    const draw = draws.uniform(n * area);
    return (x, strength, out) => {
      const pepper = f(strength / 2);
      const salt = f(1 - pepper);
      for (let i = 0; i < x.length; i++) {
        // one number a pixel, the same for all channels
        const lot = draw[Math.floor(i / (channels * area)) * area + (i % area)];
        out[i] = lot >= salt ? 1 : lot < pepper ? 0 : x[i];
      }
    };
  },

  block(draws, n, [channels, height, width]) {
    const centre = draws.uniform(2 * n); // first all images' vertical places
    return (x, strength, out) => {
      out.set(x);
      const tall = round(f(strength * height));
      const wide = round(f(strength * width));
      for (let image = 0; image < n; image++) {
        const top = round(f(centre[image] * (height - tall)));
        const left = round(f(centre[n + image] * (width - wide)));
        for (let c = 0; c < channels; c++) {
          for (let row = top; row < top + tall; row++) {
            const start = ((image * channels + c) * height + row) * width + left;
            out.fill(0, start, start + wide);
          }
        }
      }
    };
  },

  lowres(_draws, n, [channels, height, width]) {
    const size = Math.min(height, width);
    return (x, strength, out) => {
      out.set(x);
      const kept = Math.max(2, round(f(size * f(1 - strength)))); // pixels a side
      if (kept >= size) return;
      const rows = Math.max(2, round((height * kept) / size));
      const columns = Math.max(2, round((width * kept) / size));
      for (let plane = 0; plane < n * channels; plane++) {
        coarsen(x, out, plane * height * width, [height, width], [rows, columns]);
      }
    };
  },

  jigsaw(draws, n, [channels, height, width]) {
    const keys = draws.uniform(4 * n);
    const lots = draws.uniform(n);
    const orders = Array.from({ length: n }, (_, image) =>
      [0, 1, 2, 3].sort((a, b) => keys[4 * image + a] - keys[4 * image + b]),
    );
    return (x, strength, out) => {
      out.set(x); // an odd side's last row or column stays where it is
      const moved = Math.ceil(f(4 * strength)); // tiles: the first ones of the order …
      for (let image = 0; image < n; image++) {
        // … each go to where the next one was; of four a third to the next but one, in two pairs
        const step = moved === 4 && lots[image] < f(1 / 3) ? 2 : 1;
        const order = orders[image];
        for (let turn = 0; turn < moved; turn++) {
          const start = image * channels * height * width;
          const [to, from] = [order[turn], order[(turn + step) % moved]];
          for (let c = 0; c < channels; c++) {
            copyTile(x, out, start + c * height * width, [height, width], from, to);
          }
        }
      }
    };
  },
};

/**
 * The damage of a kind to ``n`` images under a seed.
 *
 * @param {string} kind
 * @param {number} seed
 * @param {number} n
 * @param {Shape} shape
 * @returns {Damage}
 */
export function damage(kind, seed, n, shape) {
  const apply = DAMAGES[kind](new Draws(seed), n, shape);
  return (x, strength, out) => apply(x, f(strength), out);
}

/**
 * One channel of one image with fewer, larger pixels: means of areas that may overlap, drawn large.
 *
 * @param {Float32Array} x
 * @param {Float32Array} out
 * @param {number} start
 * @param {[number, number]} sides
 * @param {[number, number]} kept
 */
function coarsen(x, out, start, [height, width], [rows, columns]) {
  const [down, across] = [f(rows / height), f(columns / width)];
  for (let row = 0; row < height; row++) {
    const r = Math.min(rows - 1, Math.floor(f(row * down)));
    const [top, bottom] = [Math.floor((r * height) / rows), Math.ceil(((r + 1) * height) / rows)];
    for (let column = 0; column < width; column++) {
      const c = Math.min(columns - 1, Math.floor(f(column * across)));
      const left = Math.floor((c * width) / columns);
      const right = Math.ceil(((c + 1) * width) / columns);
      let sum = 0;
      for (let v = top; v < bottom; v++) {
        for (let h = left; h < right; h++) sum += x[start + v * width + h];
      }
      out[start + row * width + column] = sum / ((bottom - top) * (right - left));
    }
  }
}

/**
 * One of the four tiles of a channel, numbered row by row, to where another lay.
 *
 * @param {Float32Array} x
 * @param {Float32Array} out
 * @param {number} start
 * @param {[number, number]} sides
 * @param {number} from
 * @param {number} to
 */
function copyTile(x, out, start, [height, width], from, to) {
  const [tall, wide] = [height >> 1, width >> 1];
  const corner = (/** @type {number} */ tile) => start + (tile >> 1) * tall * width + (tile & 1) * wide;
  for (let row = 0; row < tall; row++) {
    const at = corner(from) + row * width;
    out.set(x.subarray(at, at + wide), corner(to) + row * width);
  }
}
