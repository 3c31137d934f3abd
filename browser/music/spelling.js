/** A melody as a short word (aecore/melodies/spelling.py says how it is read). */
import { HOLD, LOWEST, PITCHES, REST, STEPS } from "./melody.js";

const NOTES = "cCdDefFgGaAb"; // of an octave, from c on

/** @param {ArrayLike<number>} symbols at most STEPS */
export function spelled(symbols) {
  let word = "";
  let octave = -1;
  for (const symbol of Array.from(symbols)) {
    const pitch = symbol + LOWEST;
    const now = Math.floor(pitch / 12) - 1;
    if (symbol === HOLD) word += "_";
    else if (symbol === REST) word += "-";
    else word += (now === octave ? "" : now) + NOTES[pitch % 12];
    if (symbol < PITCHES) octave = now;
  }
  return word;
}

/**
 * The symbols of a word; Python has looked at it, so what it doesn't know is left out.
 *
 * @param {string} word
 */
export function read(word) {
  const symbols = [];
  let octave = 4;
  for (const letter of word) {
    const symbol = 12 * (octave + 1) + NOTES.indexOf(letter) - LOWEST;
    if (letter === "_") symbols.push(HOLD);
    else if (letter === "-") symbols.push(REST);
    else if (letter >= "0" && letter <= "8") octave = Number(letter);
    else if (NOTES.includes(letter) && symbol >= 0) symbols.push(symbol);
  }
  return symbols.slice(0, STEPS);
}

/**
 * All steps: silence after what there is; a hold of nothing is silence.
 *
 * @param {ArrayLike<number>} symbols
 */
export function filled(symbols) {
  const whole = new Uint8Array(STEPS).fill(HOLD);
  whole.set(Array.from(symbols).slice(0, STEPS));
  if (symbols.length < STEPS) whole[symbols.length] = REST;
  if (whole[0] === HOLD) whole[0] = REST;
  return whole;
}
