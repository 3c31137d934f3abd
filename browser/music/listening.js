/** What is heard, and the controls of it: a page makes no sound before somebody asks for it. */
import { save } from "../shared/saving.js";
import { midi } from "./midi.js";
import { Player } from "./player.js";
import { TIMBRES, sound } from "./sound.js";

/**
 * @typedef {import("./melody.js").Note} Note
 * @typedef {import("./facts.js").Words} Words
 */

export const CONTROLS = `
<div class="listen">
  <button class="play" aria-pressed="false"></button>
  <label><span></span><input class="tempo" type="range" min="50" max="200" step="5" value="110"></label>
  <label><span></span><select class="timbre"></select></label>
  <label><span></span><input class="volume" type="range" min="0" max="1" step="0.05" value="0.7"></label>
  <label class="check"><input class="loop" type="checkbox" checked><span></span></label>
  <button class="midi"></button>
</div>`;

export class Listening {
  /**
   * @param {import("../shared/mounting.js").Find} find
   * @param {() => void} onStep whenever another step sounds, and when all ends
   */
  constructor(find, onStep) {
    this.find = find;
    this.onStep = onStep;
    /** @type {Note[]} */
    this.notes = [];
    /** @type {AudioContext | undefined} */
    this.context = undefined;
    /** @type {Player | undefined} */
    this.player = undefined;
    /** @type {Words | null} */
    this.words = null;
    this.step = -1;
    this.frame = 0;
    find(".play").addEventListener("click", () => (this.playing ? this.stop() : this.play()));
    find(".midi").addEventListener("click", () => this.#save());
    for (const name of [".tempo", ".timbre", ".volume", ".loop"]) {
      find(name).addEventListener("input", () => this.#tune());
    }
  }

  get playing() {
    return Boolean(this.player?.playing);
  }

  /** The step that sounds now; −1 while nothing does. */
  get heard() {
    return this.player?.heard() ?? -1;
  }

  close() {
    this.player?.stop();
    this.context?.close();
    cancelAnimationFrame(this.frame);
  }

  /** @param {Words} words */
  say(words) {
    this.words = words;
    const labels = [...this.find(".listen").querySelectorAll("label span")];
    [this.#tempoTold(), words.timbre, words.volume, words.loop].forEach((text, i) => (labels[i].textContent = text));
    this.find(".midi").textContent = words.midi;
    const select = /** @type {HTMLSelectElement} */ (this.find(".timbre"));
    const chosen = select.value || "flute";
    select.replaceChildren(...Object.keys(TIMBRES).map((name) => new Option(words.timbres[name], name, false, name === chosen)));
    this.#showPlaying();
  }

  /** From now on another melody; it is heard from its next sixteenth on. @param {Note[]} notes */
  hear(notes) {
    this.notes = notes;
    if (this.player) this.player.notes = notes;
  }

  play() {
    const player = this.#ready();
    player.notes = this.notes;
    player.play();
    this.#showPlaying();
    this.onStep();
    this.#follow();
  }

  stop() {
    this.player?.stop();
    this.#showPlaying();
    this.onStep();
  }

  /** One note, at once. @param {number} pitch */
  strike(pitch) {
    const { context, volume, timbre } = this.#ready();
    sound(context, volume, timbre, pitch, context.currentTime + 0.01, 0.25);
  }

  /** The player; only a gesture may ask for it. */
  #ready() {
    this.context ??= new AudioContext({ latencyHint: "interactive" });
    this.context.resume();
    this.player ??= new Player(this.context, TIMBRES.flute, 110);
    this.#tune();
    return this.player;
  }

  /** Draw on while something is heard. */
  #follow() {
    if (!this.player?.playing) {
      this.#showPlaying();
      this.onStep();
      return;
    }
    const step = this.player.heard();
    if (step !== this.step) this.onStep();
    this.step = step;
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.#follow());
  }

  #showPlaying() {
    if (!this.words) return;
    const button = this.find(".play");
    button.textContent = this.playing ? `■ ${this.words.stop}` : `▶ ${this.words.play}`;
    button.setAttribute("aria-pressed", String(this.playing));
  }

  #tempoTold() {
    return (this.words?.tempo ?? "").replace("{n}", this.#value(".tempo"));
  }

  /** @param {string} name of a control */
  #value(name) {
    return /** @type {HTMLInputElement} */ (this.find(name)).value;
  }

  /** What sounds follows the controls. */
  #tune() {
    this.find(".listen label span").textContent = this.#tempoTold();
    if (!this.player) return;
    this.player.tempo = Number(this.#value(".tempo"));
    this.player.timbre = TIMBRES[this.#value(".timbre")];
    this.player.volume.gain.value = Number(this.#value(".volume")) ** 2; // as loud as it looks
    this.player.loops = /** @type {HTMLInputElement} */ (this.find(".loop")).checked;
  }

  #save() {
    const content = midi(this.notes, Number(this.#value(".tempo")));
    save("melody.mid", new Blob([content], { type: "audio/midi" }));
  }
}
