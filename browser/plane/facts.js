/**
 * What Python tells the plane (``Facts`` in pages/plane/picture.py).
 *
 * @typedef {import("../shared/view.js").Pair} Pair
 * @typedef {Object} Kind a class of images
 * @property {number} label
 * @property {string} name
 * @property {string} colour
 * @property {string} ink of words on that colour
 * @property {Pair | null} middle of its codes
 * @typedef {Object} Facts
 * @property {string} key of the plane
 * @property {"linear" | "quantile"} spacing
 * @property {number} n tiles a side in the first view
 * @property {boolean} points draw the codes
 * @property {string | null} weights where the decoder is fetched; null: the server decodes
 * @property {string} why it does, as a sentence
 * @property {string | null} tiles where the server's tiles are fetched
 * @property {string | null} drawn and its image of the place and those of the path
 * @property {string | null} codes where the codes of real images are fetched
 * @property {number} far farther than this from any of them is far
 * @property {Pair | null} own where the visitor's own drawing lies
 * @property {boolean} cloudy whether the encoder predicts a distribution
 * @property {Pair | null} ownSigma the σ of that of the drawing
 * @property {Kind[]} classes
 * @property {Pair} centre of the codes
 * @property {Pair} spread of the codes
 * @property {[number, number, number]} shape
 * @property {[string, string]} names of the two numbers
 * @property {[string, string]} axes names of the axes
 * @property {string} language
 * @property {Start} start
 * @property {Record<string, string>} words
 * @typedef {Object} Start
 * @property {Pair} at
 * @property {boolean} chosen whether people have gone there
 * @property {[Pair, Pair]} pins
 * @property {boolean} moved whether people have moved the pins
 * @property {"straight" | "round"} way
 * @property {boolean} cloud whether the posterior is shown
 * @property {[number, number, number] | null} view its middle and its width, as shares
 */

export {};
