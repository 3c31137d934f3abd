/**
 * A melody of two bars as models make it: a symbol for each sixteenth, of which 88 begin a note, one
 * begins a rest and one holds what was begun (aecore/melodies/melody.py).
 *
 * @typedef {Object} Note
 * @property {number} start in sixteenths
 * @property {number} length in sixteenths
 * @property {number} pitch MIDI's number, 69 is the a of 440 Hz
 */
export const STEPS = 32;
export const PITCHES = 88;
export const LOWEST = 21; // MIDI's number of the piano's lowest key
export const REST = PITCHES;
export const HOLD = PITCHES + 1;
export const SYMBOLS = PITCHES + 2;

const NAMES = ["C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B"]; // in German B is an H

/**
 * The symbol of each step that a model holds for the likeliest.
 *
 * @param {ArrayLike<number>} likely STEPS · SYMBOLS numbers, step after step
 * @param {number} [from] where they begin
 */
export function likeliest(likely, from = 0) {
  const symbols = new Uint8Array(STEPS);
  for (let step = 0; step < STEPS; step++) {
    const at = from + step * SYMBOLS;
    let best = 0;
    for (let symbol = 1; symbol < SYMBOLS; symbol++) {
      if (likely[at + symbol] > likely[at + best]) best = symbol;
    }
    symbols[step] = best;
  }
  return symbols;
}

/**
 * The notes of symbols; a hold with nothing before it is silence, so any symbols are a melody.
 *
 * @param {ArrayLike<number>} symbols
 * @returns {Note[]}
 */
export function notesOf(symbols) {
  /** @type {Note[]} */
  const notes = [];
  let sounds = false;
  for (let start = 0; start < symbols.length; start++) {
    if (symbols[start] === HOLD) {
      if (sounds) notes[notes.length - 1].length++;
    } else {
      sounds = symbols[start] < PITCHES;
      if (sounds) notes.push({ start, length: 1, pitch: LOWEST + symbols[start] });
    }
  }
  return notes;
}

/**
 * The symbols of notes, none of which sound together.
 *
 * @param {Note[]} notes in their order
 */
export function symbolsOf(notes) {
  const symbols = new Uint8Array(STEPS).fill(HOLD);
  let end = 0;
  for (const { start, length, pitch } of notes) {
    if (start > end || (!start && !end)) symbols[end] = REST;
    symbols[start] = pitch - LOWEST;
    end = start + length;
  }
  if (end < STEPS) symbols[end] = REST;
  return symbols;
}

/**
 * A pitch's name, such as C♯4.
 *
 * @param {number} pitch
 * @param {string[]} [names] of the twelve notes from C on
 */
export function named(pitch, names = NAMES) {
  return `${names[pitch % 12]}${Math.floor(pitch / 12) - 1}`;
}

/**
 * A melody in words, for those who don't see its picture: bar by bar the notes and their sixteenths.
 *
 * @param {Note[]} notes
 * @param {string} bar the word for it, with {n}
 * @param {string[]} [names] of the twelve notes from C on
 */
export function written(notes, bar, names = NAMES) {
  const bars = [0, 1].map((n) => {
    const inside = notes.filter(({ start }) => Math.floor(start / 16) === n);
    const told = inside.map(({ pitch, length }) => `${named(pitch, names)} ${length}`).join(", ");
    return `${bar.replace("{n}", String(n + 1))}: ${told || "–"}`;
  });
  return bars.join("; ");
}

/**
 * What a model is given of a melody: 1 for the symbol of each step.
 *
 * @param {ArrayLike<number>} symbols STEPS of them
 */
export function example(symbols) {
  const x = new Float32Array(STEPS * SYMBOLS);
  for (let step = 0; step < STEPS; step++) x[step * SYMBOLS + symbols[step]] = 1;
  return x;
}

/**
 * In how many steps two melodies are the same.
 *
 * @param {ArrayLike<number>} one
 * @param {ArrayLike<number>} other
 */
export function alike(one, other) {
  return Array.from(one).filter((symbol, step) => symbol === other[step]).length;
}

/**
 * How many notes of ``one`` begin in ``other`` in the same step.
 *
 * @param {ArrayLike<number>} one
 * @param {ArrayLike<number>} other
 */
export function sameNotes(one, other) {
  return Array.from(one).filter((symbol, step) => symbol < REST && symbol === other[step]).length;
}
