/** A melody as a MIDI file: format 0, one track, a sixteenth of 24 ticks. */
import { STEPS } from "./melody.js";

/** @typedef {import("./melody.js").Note} Note */

const QUARTER = 96; // ticks
const SIXTEENTH = QUARTER / 4;
const VELOCITY = 80;

/** @param {number} number @returns {number[]} seven bits a byte, all but the last marked */
function variable(number) {
  const bytes = [number & 127];
  for (let rest = number >> 7; rest; rest >>= 7) bytes.unshift((rest & 127) | 128);
  return bytes;
}

/** @param {number} number @param {number} bytes */
const big = (number, bytes) => Array.from({ length: bytes }, (_, i) => (number >> (8 * (bytes - 1 - i))) & 255);

/** @param {string} name @param {number[]} content */
const chunk = (name, content) => [...new TextEncoder().encode(name), ...big(content.length, 4), ...content];

/**
 * @param {Note[]} notes
 * @param {number} tempo quarters a minute
 */
export function midi(notes, tempo) {
  const track = [0, 0xff, 0x51, 3, ...big(Math.round(60e6 / tempo), 3)];
  let now = 0;
  const until = (/** @type {number} */ step) => {
    const delta = variable(step * SIXTEENTH - now);
    now = step * SIXTEENTH;
    return delta;
  };
  for (const { start, length, pitch } of notes) {
    track.push(...until(start), 0x90, pitch, VELOCITY);
    track.push(...until(start + length), 0x80, pitch, 0);
  }
  track.push(...until(STEPS), 0xff, 0x2f, 0);
  return Uint8Array.from([...chunk("MThd", [0, 0, 0, 1, ...big(QUARTER, 2)]), ...chunk("MTrk", track)]);
}
