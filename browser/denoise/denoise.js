/**
 * Damaged images and what a model makes of them, while the strength of the damage is dragged: the
 * damage is done here, and where a model is small enough it restores here, too. Python is told the
 * strength when the hand rests; what it answers then takes the place of what was shown meanwhile.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Words
 * @property {string} strength
 * @property {string} again new damage; "" where Python has a button for that
 * @property {string} meaning of the strength
 * @property {string} images
 * @property {string} mean with {name}
 * @property {string} decibels with {psnr}
 * @property {string} infinite
 * @property {string} meanwhile with {name}
 * @property {string} waiting
 * @property {string} failed
 * @typedef {Object} Facts what Python tells, packed with the images (pages/denoise/picture.py)
 * @property {string} key of images and damage
 * @property {string} kind of damage
 * @property {number} seed
 * @property {[number, number, number]} shape of an image
 * @property {string[]} names what each image shows
 * @property {number} strength that the server's images belong to
 * @property {boolean} here whether the damage is known here; otherwise the server does it
 * @property {string[]} weights where encoder and decoder are fetched; none: they can't run here
 * @property {string} runs the name of the model that these are
 * @property {string} model the name of the one that is looked at
 * @property {[string, string, string]} rows what damaged, restored and original images are called
 * @property {string[]} rivals names of further rows
 * @property {string} compared the others' figures
 * @property {string} language
 * @property {Words} words
 */
import { Beside } from "../shared/beside.js";
import { framed, mounting } from "../shared/mounting.js";
import { fetchTensors, unpack } from "../shared/tensors.js";
import { damage } from "./damage.js";
import { psnr, Row } from "./row.js";

const REST = 250; // ms after the last key until Python is told
const FRAME = `
<div class="top">
  <label class="strength"><span></span><input type="range" min="0" max="1" step="0.05"><output></output></label>
  <button type="button" class="again" hidden></button>
</div>
<div class="rows" role="group" tabindex="0"></div>
<dl class="figures"><div><dt></dt><dd><b></b></dd></div><div><dt></dt><dd><b></b> <span></span></dd></div></dl>
<p class="waiting" role="status"></p>`;

class Denoise {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "denoise", FRAME);
    this.root = root;
    this.find = find;
    this.slider = /** @type {HTMLInputElement} */ (find("input"));
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Record<string, any>} */
    this.arrays = {};
    /** @type {Row[]} damaged, restored, original, and the rivals' */
    this.rows = [];
    /** @type {import("./damage.js").Damage | null} */
    this.damage = null;
    /** @type {Beside | null} */
    this.beside = null;
    this.originals = new Float32Array();
    this.damaged = new Float32Array();
    this.frame = 0;
    this.loads = 0;
    this.rest = 0; // ms until Python is told
    this.slider.addEventListener("input", () => this.touch());
    find(".again").addEventListener("click", () => this.#again());
    this.slider.addEventListener("keydown", () => (this.rest = REST));
    this.slider.addEventListener("pointerdown", () => (this.rest = 0));
    // a pointer has been let go, or a key was pressed, of which more may come
    this.slider.addEventListener("change", () => {
      clearTimeout(this.telling);
      this.telling = setTimeout(() => this.setStateValue?.("strength", this.strength), this.rest);
    });
  }

  /** Where the slider stands. */
  get strength() {
    return Number(this.slider.value);
  }

  close() {
    this.loads++;
    this.beside?.close();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.telling);
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data, setStateValue }) {
    const { facts, arrays } = unpack(data);
    const old = this.facts;
    this.setStateValue = setStateValue;
    if (!old) this.slider.value = String(facts.strength); // later the hand says where it is
    this.facts = facts;
    this.arrays = Object.fromEntries(
      Object.entries(arrays).map(([name, bytes]) => [name, Float32Array.from(bytes, (byte) => byte / 255)]),
    );
    this.originals = this.arrays.originals;
    if (old?.key !== facts.key) this.#damaged(facts);
    if (old?.weights.join() !== facts.weights.join() || old?.names.length !== facts.names.length) {
      void this.#load(facts);
    }
    this.#write(facts);
    this.touch();
  }

  /** @param {Facts} facts */
  #damaged({ kind, seed, names, shape, here }) {
    this.damage = here ? damage(kind, seed, names.length, shape) : null;
    this.damaged = new Float32Array(this.originals.length);
  }

  /** Other damage of the same kind. */
  #again() {
    if (!this.facts) return;
    const { key, seed } = this.facts;
    this.facts = { ...this.facts, key: `${key}, again`, seed: seed + 1 };
    this.#damaged(this.facts);
    this.touch();
  }

  /** @param {Facts} facts */
  async #load({ weights, names, words }) {
    const load = ++this.loads;
    this.beside?.close();
    this.beside = null;
    const status = this.find(".waiting");
    status.textContent = weights.length ? words.waiting : "";
    try {
      const networks = await Promise.all(weights.map((address) => fetchTensors(address)));
      if (load !== this.loads) return; // others have been asked for meanwhile
      status.textContent = "";
      if (!networks.length) return;
      this.beside = new Beside(networks, names.length, (restored, damaged, key) => {
        this.#answered(restored, damaged, key);
      });
      this.touch();
    } catch {
      if (load === this.loads) status.textContent = words.failed;
    }
  }

  /** @param {Facts} facts */
  #write({ rows, rivals, names, shape, words, language }) {
    this.find(".strength span").textContent = words.strength;
    this.find(".strength").title = words.meaning;
    this.find(".again").textContent = words.again;
    this.find(".again").hidden = !words.again;
    this.find(".rows").setAttribute("aria-label", words.images);
    this.decibels = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    this.twoDigits = new Intl.NumberFormat(language, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
    this.rows = [...rows, ...rivals].map((label) => new Row(label, names, shape));
    const grid = this.find(".rows");
    grid.style.setProperty("--columns", String(names.length));
    grid.classList.toggle("many", rivals.length > 0);
    grid.replaceChildren(...this.rows.flatMap((row) => row.elements));
    this.rows[2].show(this.originals);
    this.rows[2].caption(names);
  }

  /** Draw what belongs to the slider's place with the next frame. */
  touch() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.#draw();
    });
  }

  #draw() {
    const { facts, strength, arrays } = this;
    if (!facts) return;
    const told = this.twoDigits?.format(strength) ?? "";
    this.find("output").textContent = told;
    this.slider.setAttribute("aria-valuetext", told);
    const rests = strength === facts.strength;
    if (this.damage) this.damage(this.originals, strength, this.damaged);
    else if (arrays.damaged) this.damaged.set(arrays.damaged);
    const stale = !this.damage && !rests;
    if (rests && arrays.restored) this.#show(this.damaged, arrays.restored, facts.model, false);
    else if (this.beside && !stale) this.beside.ask(this.damaged, facts.key);
    else this.#show(this.damaged, null, facts.model, stale);
  }

  /**
   * @param {Float32Array} restored
   * @param {Float32Array} damaged
   * @param {string} key of what was asked for
   */
  #answered(restored, damaged, key) {
    const { facts, arrays } = this;
    if (!facts || key !== facts.key) return;
    if (this.strength === facts.strength && arrays.restored) return; // the better answer is there
    const own = facts.runs === facts.model;
    const by = own ? facts.model : facts.words.meanwhile.replace("{name}", facts.runs);
    this.#show(damaged, restored, by, false);
  }

  /**
   * @param {Float32Array} damaged
   * @param {Float32Array | null} restored null: what is there belongs to another strength
   * @param {string} by whom they were restored
   * @param {boolean} stale whether the damaged ones belong to another strength, too
   */
  #show(damaged, restored, by, stale) {
    const facts = /** @type {Facts} */ (this.facts);
    const { words } = facts;
    const rests = this.strength === facts.strength;
    const size = this.originals.length / facts.names.length;
    /** @type {[Row, Float32Array | null, boolean][]} */
    const shown = [
      [this.rows[0], damaged, stale],
      [this.rows[1], restored, !restored],
      ...facts.rivals.map((_, n) => /** @type {[Row, Float32Array, boolean]} */ ([this.rows[3 + n], this.arrays[`rival${n}`], !rests])),
    ];
    const means = shown.map(([row, images, old]) => {
      row.wait(old);
      if (!images) return NaN;
      row.show(images);
      const each = psnr(images, this.originals, size);
      row.caption(each.map((value) => this.#told(value)));
      return each.reduce((sum, value) => sum + value, 0) / each.length;
    });
    this.rows[1].by(by);
    const [first, second] = this.root.querySelectorAll(".figures > div");
    const cell = (/** @type {Element} */ at, /** @type {string} */ name, /** @type {number} */ mean) => {
      at.children[0].textContent = name;
      const figure = /** @type {Element} */ (at.querySelector("b"));
      figure.textContent = Number.isNaN(mean) ? "…" : this.#told(mean);
    };
    cell(first, words.mean.replace("{name}", facts.rows[0]), means[0]);
    cell(second, facts.rows[1], means[1]);
    this.find(".figures span").textContent = rests ? facts.compared : "";
  }

  /** A PSNR for people. @param {number} psnr */
  #told(psnr) {
    const { words } = /** @type {Facts} */ (this.facts);
    return psnr > 100 ? words.infinite : words.decibels.replace("{psnr}", this.decibels?.format(psnr) ?? "");
  }
}

export default mounting(Denoise);
