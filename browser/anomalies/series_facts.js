/**
 * What Python tells of a signal and of how strange its windows are.
 *
 * @typedef {Object} Mark a stretch that is known to be strange
 * @property {number} kind place in ``kinds``
 * @property {number} start seconds from the signal's first value
 * @property {number} end
 * @typedef {Object} Facts
 * @property {string} key tells this signal and its judge from all others
 * @property {string} signal where its values are fetched, a pack of ``Values``
 * @property {string} strangeness where that of its windows is fetched
 * @property {string | null} detail where the values of the stretch seen are fetched, of a long one
 * @property {number} seconds how long the signal lasts
 * @property {number} begins its time, in seconds, at its first value
 * @property {string} unit of its values, "" if it has none
 * @property {boolean} marked whether strange stretches are marked
 * @property {boolean} long whether Python has to be asked for the values of a stretch
 * @property {Mark[]} marks
 * @property {Record<string, string>[]} kinds with "name" and "colour"
 * @property {number} threshold in units of the values
 * @property {[number, number] | null} seen the stretch to begin with, in seconds; null for all
 * @property {string} language
 * @property {Record<string, string>} words
 *
 * @typedef {Object} Strangeness
 * @property {Float32Array} values of each window, in units of the signal's values
 * @property {Int32Array} marks the number of the mark that each has half of; -1 none, -2 an edge
 * @property {number} hop seconds between the beginnings of two windows
 * @property {number} length seconds that a window lasts
 */

export {};
