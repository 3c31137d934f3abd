/**
 * Random numbers that follow from a seed, the same ones as in Python: see aecore/draws.py.
 */
const GOLDEN = 0x9e3779b9;

/** @param {number} x 32 bits */
function mixed(x) {
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

export class Draws {
  /** @param {number} seed a whole number from 0 to 2³² - 1 */
  constructor(seed) {
    this.at = mixed(seed);
  }

  /** 24 bits as a number from 0 up to 1, without 1. */
  #next() {
    this.at = (this.at + GOLDEN) | 0;
    return (mixed(this.at) >>> 8) * 2 ** -24;
  }

  /** Evenly from 0 to 1. @param {number} n */
  uniform(n) {
    return Float32Array.from({ length: n }, () => this.#next());
  }

  /** Of the standard normal distribution, after Box and Muller. @param {number} n */
  normal(n) {
    return Float32Array.from({ length: n }, () => {
      const radius = Math.sqrt(-2 * Math.log(this.#next() + 2 ** -24));
      return radius * Math.cos(2 * Math.PI * this.#next());
    });
  }
}
