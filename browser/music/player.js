/**
 * Plays a melody again and again, in time, while it changes under the hand.
 *
 * A timer of the page comes late whenever the page is busy, the audio's clock never. So notes are
 * handed to it a little before they sound, each with its exact time: what is heard has no gaps, and
 * a change is heard from the next sixteenth on.
 *
 * @typedef {import("./melody.js").Note} Note
 * @typedef {import("./sound.js").Timbre} Timbre
 */
import { STEPS } from "./melody.js";
import { sound } from "./sound.js";

export const AHEAD = 0.15; // seconds of which notes are handed over; a busy page is late by less
const OFTEN = 25; // milliseconds between two looks

export class Player {
  /**
   * @param {BaseAudioContext} context
   * @param {Timbre} timbre
   * @param {number} tempo quarters a minute
   */
  constructor(context, timbre, tempo) {
    this.context = context;
    this.timbre = timbre;
    this.tempo = tempo;
    this.loops = true;
    this.volume = new GainNode(context, { gain: 1 });
    this.volume.connect(context.destination);
    /** @type {Note[]} */
    this.notes = [];
    this.step = 0; // the next one to be handed over
    this.at = 0; // when it begins
    /** @type {Set<OscillatorNode>} */
    this.sounding = new Set();
    /** @type {{ step: number, at: number }[]} */
    this.handed = []; // steps and when they begin, the last ones
  }

  /** Seconds of a sixteenth. */
  get sixteenth() {
    return 60 / this.tempo / 4;
  }

  /** Whether it plays. */
  get playing() {
    return this.timer !== undefined;
  }

  /** Begin at the first step, soon. */
  play() {
    this.stop();
    this.step = 0;
    this.at = this.context.currentTime + 0.05;
    this.timer = setInterval(() => this.#look(), OFTEN);
    this.#look();
  }

  /** Be silent at once. */
  stop() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.handed = [];
    for (const oscillator of this.sounding) oscillator.disconnect();
    this.sounding.clear();
  }

  #look() {
    this.until(this.context.currentTime + AHEAD);
    if (!this.loops && this.step >= STEPS && this.context.currentTime >= this.at) this.stop();
  }

  /**
   * Hand over the notes of all steps that begin before a time.
   *
   * @param {number} time in the context's seconds
   */
  until(time) {
    while (this.at < time && (this.loops || this.step < STEPS)) {
      const step = this.step % STEPS;
      for (const { start, length, pitch } of this.notes) {
        if (start === step) this.#sound(pitch, length);
      }
      this.handed = [...this.handed.slice(-STEPS), { step, at: this.at }];
      this.step++;
      this.at += this.sixteenth;
    }
  }

  /** The step that is heard now; −1 while nothing is. */
  heard() {
    const now = this.context.currentTime;
    return this.handed.filter(({ at }) => at <= now).at(-1)?.step ?? -1;
  }

  /**
   * @param {number} pitch
   * @param {number} length
   */
  #sound(pitch, length) {
    const oscillator = sound(this.context, this.volume, this.timbre, pitch, this.at, length * this.sixteenth);
    this.sounding.add(oscillator);
    oscillator.onended = () => this.sounding.delete(oscillator);
  }
}
