/**
 * What Python tells a map (``Facts`` in pages/map/points.py), beside the arrays of its points.
 *
 * @typedef {Object} PanelWords
 * @property {string} title
 * @property {string} caption
 * @property {string} alt for those who cannot see it
 * @typedef {Object} Facts
 * @property {string} images of which data set the points are
 * @property {number} total how many images that has
 * @property {string[]} classes their names
 * @property {string[]} colours of the classes; the first again after the last
 * @property {string[]} inks of words on these colours
 * @property {PanelWords[]} panels
 * @property {string} height of a panel, as CSS
 * @property {string} behind where what is behind the points is fetched; empty: there is nothing
 * @property {[number, string]} picked a count of what is picked elsewhere, as in a link, and that
 * @property {number | null} own the point on which the visitor's drawing lies
 * @property {string[]} scale two colours, from right to wrong; none: the classes' colours
 * @property {[string, string] | null} legend words for the ends of the scale
 * @property {Record<string, string>} words
 */

export {};
