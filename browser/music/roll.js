/** A melody as a piano roll: time goes to the right, high notes are above, a C has a line. */
import { cleared } from "../shared/canvas.js";
import { STEPS } from "./melody.js";

/** @typedef {import("./melody.js").Note} Note */

const FEWEST = 15; // pitches of a roll: of a melody of one note, too, one sees how high it is

/**
 * The pitches that a roll shows for melodies that are to be compared.
 *
 * @param {Note[][]} melodies
 * @returns {[number, number]} the lowest and the highest
 */
export function span(melodies) {
  const pitches = melodies.flat().map(({ pitch }) => pitch);
  const [low, high] = pitches.length ? [Math.min(...pitches), Math.max(...pitches)] : [60, 72];
  const more = Math.max(2, FEWEST - (high - low));
  return [low - Math.ceil(more / 2), high + Math.floor(more / 2)];
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Note[]} notes
 * @param {[number, number]} pitches the lowest and the highest that are shown
 * @param {number} [heard] the step that sounds now
 * @param {number} [cursor] the step where the next note will be
 */
export function drawRoll(canvas, notes, [low, high], heard = -1, cursor = -1) {
  const { draw, width, height } = cleared(canvas);
  const [across, up] = [width / STEPS, height / (high - low + 1)];
  const style = getComputedStyle(canvas);
  const [line, ink, played] = ["--st-border-color", "--st-primary-color", "--played"].map((name) =>
    style.getPropertyValue(name),
  );
  draw.fillStyle = line;
  for (let pitch = Math.ceil(low / 12) * 12; pitch <= high; pitch += 12) {
    draw.globalAlpha = 0.5;
    draw.fillRect(0, (high - pitch + 1) * up - 1, width, 1);
  }
  for (let beat = 0; beat <= STEPS; beat += 4) {
    draw.globalAlpha = beat % 16 ? 0.25 : 0.9;
    draw.fillRect(Math.min(width - 1, beat * across), 0, 1, height);
  }
  draw.globalAlpha = 1;
  for (const { start, length, pitch } of notes) {
    if (pitch < low || pitch > high) continue;
    draw.fillStyle = heard >= start && heard < start + length ? played : ink;
    draw.fillRect(start * across, (high - pitch) * up, Math.max(1, length * across - 1), Math.max(2, up - 1));
  }
  if (cursor < 0) return;
  draw.fillStyle = played;
  draw.fillRect(Math.min(width - 3, cursor * across), 0, 3, height);
}
