/**
 * What Python tells the bars of a code (``Facts`` in pages/inside/numbers.py).
 *
 * @typedef {Object} Facts
 * @property {string} key of the model
 * @property {string} image of the image that is coded, its digest
 * @property {string} picture that image, as an address
 * @property {string} title what it is
 * @property {number[]} code of it
 * @property {string | null} weights where the decoder is fetched; null: images drawn beforehand
 * @property {string | null} drawn where these are fetched
 * @property {string} why the browser can't decode, as a sentence
 * @property {string} known where ranges of the numbers and extreme images are fetched
 * @property {[number, number, number]} shape of an image
 * @property {string} language
 * @property {Start} start
 * @property {Record<string, string>} words
 * @typedef {Object} Start
 * @property {number} number which one is chosen, from 0
 * @property {[number, number][]} moved numbers that people have moved, and where to
 */

export {};
