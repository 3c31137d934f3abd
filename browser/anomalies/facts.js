/**
 * What Python tells the component (pages/anomalies/scene.py), and what it serves.
 *
 * @typedef {Object} Side normal or strange images
 * @property {string} title
 * @property {string} colour
 * @property {string} source where the pixels of all images of a data set are fetched, deflated
 * @property {string[]} names of the classes, none where nobody knows them
 *
 * @typedef {Object} Area the area under a curve
 * @property {string} name with the figure
 * @property {string} interval
 *
 * @typedef {Object} Facts
 * @property {string} key another one: other scores
 * @property {string} language
 * @property {string} scored where scores, places, classes and codes are fetched, deflated
 * @property {string | null} decoder where what rebuilds images is fetched; null: it can't run here
 * @property {[number, number, number]} shape channels, height and width of an image
 * @property {Side} normal
 * @property {Side} strange
 * @property {boolean} log whether the axis of the scores is their logarithm
 * @property {number} alarms percent of the normal images that raise a false alarm, at first
 * @property {Area | null} roc null where there are too few strange images for a curve
 * @property {Area | null} precision
 * @property {[number, number, number][]} colours of differences: below zero, at zero, above
 * @property {Record<string, string>} words
 */

export {};
