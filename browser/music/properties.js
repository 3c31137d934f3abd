/** What one can count in a melody: aecore/melodies/properties.py says it, too. */
import { STEPS, named, notesOf } from "./melody.js";

/** @typedef {import("./melody.js").Note} Note */

const STRENGTH = Array.from({ length: STEPS }, (_, step) => [2, 4, 8, 16].filter((every) => step % every === 0).length);

/** @param {Note[]} notes */
const height = (notes) => {
  const time = notes.reduce((sum, { length }) => sum + length, 0);
  return notes.reduce((sum, { pitch, length }) => sum + pitch * length, 0) / time;
};

/** @param {Note[]} notes that begin weakly and sound through something stronger */
const syncopation = (notes) =>
  notes.filter(({ start, length }) => Math.max(0, ...STRENGTH.slice(start + 1, start + length)) > STRENGTH[start]).length;

/** @type {((notes: Note[]) => number)[]} */
const PROPERTIES = [(notes) => notes.length, height, syncopation];

/**
 * Number of notes, mean pitch by how long each sounds (NaN without any), syncopated notes.
 *
 * @param {ArrayLike<number>} symbols
 */
export function properties(symbols) {
  const notes = notesOf(symbols);
  return PROPERTIES.map((measure) => measure(notes));
}

/**
 * A property for people: a mean pitch by its name.
 *
 * @param {number} k which
 * @param {number} value
 * @param {string[]} [names] of the twelve notes from C on
 */
export function told(k, value, names) {
  if (Number.isNaN(value)) return "–";
  return k === 1 ? named(Math.round(value), names) : String(value);
}
