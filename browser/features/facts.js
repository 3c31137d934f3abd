/**
 * What Python tells of the groups that are to be named (``Facts`` in pages/features/clicks.py), and
 * what the packed file behind it holds.
 *
 * @typedef {Object} Facts
 * @property {string} groups where the points and their pictures are fetched from, packed
 * @property {[number, string]} named a count and a letter for each group: its class, "-" for none;
 *   they change together when names come from elsewhere, as from a link
 * @property {string[]} classes
 * @property {string[]} colours a class's
 * @property {string[]} inks readable on these
 * @property {string} way how the groups were found; what is told back begins with it
 * @property {number[][]} counts of digits by group and class, for what the names are worth to be said
 *   here; none: Python says it
 * @property {string} language
 * @property {Record<string, string>} words
 *
 * The file: ``places`` (N, 2) uint16 in a square, ``groups`` (N,) uint8, ``pictures`` (groups, k,
 * height, width) uint8.
 */

export const NAMELESS = "-";
