/**
 * Two melodies, the way between them and the plane of all: what is under the hand is decoded here,
 * seen as a roll and, once somebody has pressed Play, heard.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {import("./melody.js").Note} Note
 * @typedef {import("./space.js").Pair} Pair
 * @typedef {Object} Words
 * @property {string} play
 * @property {string} stop
 * @property {string} loop
 * @property {string} tempo with {n}
 * @property {string} timbre
 * @property {Record<string, string>} timbres by their names in sound.js
 * @property {string} volume
 * @property {string} midi
 * @property {string} between
 * @property {string} way
 * @property {string} here with {share}
 * @property {string} at with {x} and {y}
 * @property {string} plane with {n}
 * @property {[string, string]} axes
 * @property {string} near with {name}
 * @property {string} bar with {n}
 * @property {string} waiting
 * @property {string} failed
 * @typedef {Object} Facts what Python tells (pages/music/picture.py)
 * @property {string} decoder where it is fetched
 * @property {string} codes where the codes of all melodies are fetched
 * @property {[number, number]} ends which melodies A and B are
 * @property {string[]} names of the collections
 * @property {number[]} collections of each melody
 * @property {number} between share of the way, 0…1
 * @property {string} language
 * @property {Words} words
 */
import { Beside } from "../shared/beside.js";
import { framed, mounting } from "../shared/mounting.js";
import { fetchTensors } from "../shared/tensors.js";
import { Board } from "./board.js";
import { SYMBOLS, STEPS, likeliest, notesOf, written } from "./melody.js";
import { midi } from "./midi.js";
import { Player } from "./player.js";
import { drawRoll, span } from "./roll.js";
import { TIMBRES } from "./sound.js";
import { Space } from "./space.js";

const STOPS = 7; // rolls of the way, with both ends
const MOST = STOPS + 1;

const FRAME = `
<div class="listen">
  <button class="play" aria-pressed="false"></button>
  <label><span></span><input class="tempo" type="range" min="50" max="200" step="5" value="110"></label>
  <label><span></span><select class="timbre"></select></label>
  <label><span></span><input class="volume" type="range" min="0" max="1" step="0.05" value="0.7"></label>
  <label class="check"><input class="loop" type="checkbox" checked><span></span></label>
  <button class="midi"></button>
</div>
<div class="sides">
  <div class="melodies">
    <div class="ends">${["A", "B"].map((end) => `<figure class="end"><figcaption>${end}</figcaption><canvas></canvas></figure>`).join("")}</div>
    <figure class="now"><figcaption aria-live="polite"></figcaption><canvas></canvas></figure>
    <label class="way"><span></span><input class="between" type="range" min="0" max="1" step="0.01"></label>
    <div class="stops" role="group">${"<canvas></canvas>".repeat(STOPS)}</div>
  </div>
  <figure class="plane">
    <canvas></canvas>
    <div class="axes"><label><span></span><input type="range" min="-1" max="1" step="0.02"></label>
      <label><span></span><input type="range" min="-1" max="1" step="0.02"></label></div>
    <figcaption></figcaption><ul class="key"></ul>
  </figure>
</div>
<p class="told" role="status"></p>`;

class Music {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "music", FRAME);
    this.root = root;
    this.find = find;
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Space | null} */
    this.space = null;
    /** @type {Pair | null} */
    this.place = null; // of the hand on the plane; null: the way's slider counts
    /** @type {Note[][]} */
    this.stops = [];
    /** @type {Note[]} */
    this.notes = [];
    /** @type {AudioContext | undefined} */
    this.context = undefined; // until somebody presses Play: a page makes no sound by itself
    /** @type {Player | undefined} */
    this.player = undefined;
    /** @type {Beside | undefined} */
    this.beside = undefined;
    this.heard = -1;
    this.frame = 0;
    this.slider = /** @type {HTMLInputElement} */ (find(".between"));
    this.rolls = [...root.querySelectorAll(".end canvas"), find(".now canvas"), ...root.querySelectorAll(".stops canvas")];
    /** @type {HTMLInputElement[]} */
    const axes = [...root.querySelectorAll(/** @type {"input"} */ (".axes input"))];
    this.board = new Board(find(".plane canvas"), axes, (place, done) => {
      if (done || this.player?.playing) this.#hold(place);
    });
    this.slider.addEventListener("input", () => this.#hold(null));
    this.slider.addEventListener("change", () => this.tell?.("between", Number(this.slider.value)));
    find(".play").addEventListener("click", () => this.#playOrStop());
    find(".midi").addEventListener("click", () => this.#save());
    for (const name of [".tempo", ".timbre", ".volume", ".loop"]) {
      find(name).addEventListener("input", () => this.#tune());
    }
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(root);
  }

  close() {
    this.player?.stop();
    this.context?.close();
    this.beside?.close();
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
    this.root.remove();
  }

  /** @param {Component} component */
  async update({ data, setStateValue }) {
    /** @type {Facts} */
    const facts = data;
    const old = this.facts;
    this.facts = facts;
    this.tell = setStateValue;
    this.#say(facts.words);
    if (!old) this.slider.value = String(facts.between);
    if (old?.decoder !== facts.decoder || old?.codes !== facts.codes) {
      const told = this.find(".told");
      told.textContent = facts.words.waiting;
      try {
        const [decoder, codes] = await Promise.all([fetchTensors(facts.decoder), fetchTensors(facts.codes)]);
        if (this.facts.decoder !== facts.decoder) return; // another one has been asked for meanwhile
        this.beside?.close();
        this.beside = new Beside([decoder], MOST, (y, _x, about) => this.#answered(y, about));
        this.space = new Space(codes.arrays);
        told.textContent = "";
      } catch {
        told.textContent = facts.words.failed;
        return;
      }
    }
    if (old && old.ends.join() !== facts.ends.join()) this.place = null;
    this.#askWay();
  }

  /** @param {Words} words */
  #say(words) {
    const { root, find } = this;
    const labels = [...root.querySelectorAll(".listen label span")];
    [this.#tempoTold(), words.timbre, words.volume, words.loop].forEach((text, i) => (labels[i].textContent = text));
    find(".midi").textContent = words.midi;
    find(".way span").textContent = words.between;
    find(".stops").setAttribute("aria-label", words.way);
    [...root.querySelectorAll(".axes span")].forEach((span, i) => (span.textContent = words.axes[i]));
    const select = /** @type {HTMLSelectElement} */ (find(".timbre"));
    const chosen = select.value || "flute";
    select.replaceChildren(...Object.keys(TIMBRES).map((name) => new Option(words.timbres[name], name, false, name === chosen)));
    const { names } = /** @type {Facts} */ (this.facts);
    find(".key").replaceChildren(
      ...names.map((name) => Object.assign(document.createElement("li"), { textContent: name })),
    );
    this.#showPlaying();
  }

  #tempoTold() {
    return (this.facts?.words.tempo ?? "").replace("{n}", this.#value(".tempo"));
  }

  /** @param {string} name of a control */
  #value(name) {
    return /** @type {HTMLInputElement} */ (this.find(name)).value;
  }

  /** The way between the ends is decoded at once, and what is under the hand with it. */
  #askWay() {
    const { space, facts } = this;
    if (!space || !facts) return;
    const shares = Array.from({ length: STOPS }, (_, i) => i / (STOPS - 1));
    const codes = [...shares.map((share) => space.between(...facts.ends, share)), this.#code()];
    this.#ask(codes, "way");
  }

  /** @param {Float32Array[]} codes @param {"way" | "hand"} about */
  #ask(codes, about) {
    const x = new Float32Array(codes.length * codes[0].length);
    codes.forEach((code, i) => x.set(code, i * code.length));
    this.beside?.ask(x, about);
  }

  /** The code under the hand. @returns {Float32Array} */
  #code() {
    const { space, facts } = this;
    if (!space || !facts) throw new Error("no melodies yet");
    return this.place ? space.at(this.place) : space.between(...facts.ends, Number(this.slider.value));
  }

  /** @param {Pair | null} place */
  #hold(place) {
    if (!this.space) return;
    this.place = place;
    // while the way is on its way, it is asked for anew, with what is under the hand now
    if (this.stops.length) this.#ask([this.#code()], "hand");
    else this.#askWay();
  }

  /** @param {Float32Array} y @param {"way" | "hand"} about */
  #answered(y, about) {
    const melodies = Array.from({ length: y.length / (STEPS * SYMBOLS) }, (_, i) => notesOf(likeliest(y, i * STEPS * SYMBOLS)));
    this.notes = /** @type {Note[]} */ (melodies.at(-1));
    if (about === "way") this.stops = melodies.slice(0, STOPS);
    if (this.player) this.player.notes = this.notes;
    this.draw();
  }

  draw() {
    const { facts, space, stops } = this;
    if (!facts || !space || !stops.length) return;
    const pitches = span([...stops, this.notes]);
    const heard = this.player?.heard() ?? -1;
    const shown = [stops[0], stops[STOPS - 1], this.notes, ...stops];
    this.rolls.forEach((canvas, i) => {
      drawRoll(/** @type {HTMLCanvasElement} */ (canvas), shown[i], pitches, i === 2 ? heard : -1);
      canvas.role = "img";
      canvas.setAttribute("aria-label", written(shown[i], facts.words.bar));
    });
    this.board.draw(space, facts.collections, facts.ends, this.place);
    const near = facts.names[facts.collections[this.place ? space.nearest(this.place) : facts.ends[0]]];
    this.find(".now figcaption").textContent = this.#told(near);
    this.root.querySelectorAll(".end figcaption").forEach((caption, i) => {
      caption.textContent = `${"AB"[i]} · ${facts.names[facts.collections[facts.ends[i]]]}`;
    });
    const number = new Intl.NumberFormat(facts.language).format(space.count);
    const words = facts.words.plane.replace("{n}", number);
    this.find(".plane figcaption").textContent = words;
    const plane = this.find(".plane canvas");
    plane.role = "img";
    plane.setAttribute("aria-label", words);
  }

  /** Where what is shown comes from. @param {string} near */
  #told(near) {
    const { language, words } = /** @type {Facts} */ (this.facts);
    const told = (/** @type {number} */ x) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(x);
    if (this.place) {
      const [x, y] = this.place.map(told);
      return `${words.at.replace("{x}", x).replace("{y}", y)} · ${words.near.replace("{name}", near)}`;
    }
    const share = new Intl.NumberFormat(language, { style: "percent" }).format(Number(this.slider.value));
    return words.here.replace("{share}", share);
  }

  #playOrStop() {
    if (this.player?.playing) {
      this.player.stop();
    } else {
      this.context ??= new AudioContext({ latencyHint: "interactive" });
      this.context.resume();
      this.player ??= new Player(this.context, TIMBRES.flute, 110);
      this.#tune();
      this.player.notes = this.notes;
      this.player.play();
      this.#follow();
    }
    this.#showPlaying();
    this.draw();
  }

  /** Draw on while something is heard. */
  #follow() {
    if (!this.player?.playing) {
      this.#showPlaying();
      this.draw();
      return;
    }
    const heard = this.player.heard();
    if (heard !== this.heard) this.draw();
    this.heard = heard;
    this.frame = requestAnimationFrame(() => this.#follow());
  }

  #showPlaying() {
    const { play, stop } = /** @type {Facts} */ (this.facts).words;
    const button = this.find(".play");
    const playing = Boolean(this.player?.playing);
    button.textContent = playing ? `■ ${stop}` : `▶ ${play}`;
    button.setAttribute("aria-pressed", String(playing));
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
    const file = new Blob([content], { type: "audio/midi" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = "melody.mid";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }
}

export default mounting(Music);
