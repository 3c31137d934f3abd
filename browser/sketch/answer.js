/**
 * What models make of the drawing, beside the pad: while the pen moves, by models that run here. At
 * its rest Python tells the drawing as it keeps it, and what a model too large for this made of it.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {import("./seeing.js").Seen} Seen
 * @typedef {Object} Words
 * @property {string} ask for a drawing
 * @property {string[]} votes what the nearest digits say, by how many agree, with {digit}
 * @property {string} far with {words}: what they say is worth little
 * @property {[string, string]} arrows
 * @property {[string, string]} image in MNIST's form, and as on the pad
 * @property {string} drawing
 * @property {string} code
 * @property {string} copy what is seen there, for those who cannot see it
 * @property {string} error with {mse}
 * @property {string} rest what a model too large for this waits for
 * @property {string} digit with {digit}
 * @property {string} nearest
 * @property {[string, string]} files that can be kept: the code, the pictures
 * @property {string} failed
 * @typedef {import("./places.js").Backdrop} Backdrop
 * @typedef {Object} Facts what Python tells, packed with ``digit`` and ``image`` if something is
 *   drawn, and with ``code`` and ``copy`` of a model that cannot run here (pages/sketch/answer.py)
 * @property {number} at how many times the pad had told Python something when this was answered
 * @property {boolean} given whether something is drawn
 * @property {boolean} centred
 * @property {import("./seeing.js").Models} models
 * @property {number} far the rank from which on a drawing is like no digit
 * @property {Backdrop} plane
 * @property {Backdrop} map
 * @property {string} language
 * @property {Words} words
 */
import { arrow, Code, Picture } from "../shared/flow.js";
import { Hurried } from "../shared/hurried.js";
import { framed, mounting } from "../shared/mounting.js";
import { fetchTensors, unpack } from "../shared/tensors.js";
import { onPad } from "./drawn.js";
import { savePicture, saveTable } from "./files.js";
import { Places } from "./places.js";

const SIZE = 112; // pixels of a laptop's screen: the drawing and what comes back of it
const ROW = 56; // a digit among the nearest
const NEAREST = 9;

const FRAME = `
<p class="sentence"></p>
<p class="said" aria-live="polite"></p>
<div class="flow"></div>
<div class="around"><div class="plane"></div><div class="map"></div><div class="nearest"><p></p><div class="similar"></div></div>
<p class="files"><button type="button"></button><button type="button"></button></p></div>
<p class="failed" role="status"></p>`;

class Answer {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "answer", FRAME);
    this.root = root;
    this.find = find;
    this.x = new Picture(SIZE);
    this.code = new Code(SIZE);
    this.copy = new Picture(SIZE);
    this.plane = new Places(find(".plane"));
    this.map = new Places(find(".map"));
    this.similar = Array.from({ length: NEAREST }, () => new Picture(ROW));
    this.rest = document.createElement("p");
    this.rest.className = "rest";
    this.rest.hidden = true;
    this.code.element.append(this.rest);
    find(".similar").append(...this.similar.map((one) => one.element));
    this.worker = new Hurried(
      new Worker(new URL("./seeing.js", import.meta.url), { type: "module" }),
      ({ seen, about }) => this.#show(seen, about),
      ({ wanted }) => void this.#fetch(wanted),
    );
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Record<string, any>} */
    this.arrays = {};
    /** @type {import("./drawn.js").Drawn | null} */
    this.drawn = null;
    /** @type {import("./files.js").Kept | null} what is seen now */
    this.kept = null;
    this.buttons = [...this.root.querySelectorAll("button")];
    this.buttons[0].addEventListener("click", () => this.kept && saveTable(this.kept));
    this.buttons[1].addEventListener("click", () => savePicture([this.x.canvas, this.copy.canvas]));
    this.deaf = onPad.listen((drawn) => {
      this.drawn = drawn;
      this.#ask();
    });
  }

  close() {
    this.deaf();
    this.worker.close();
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data }) {
    const old = this.facts;
    const { facts, arrays } = unpack(data);
    this.facts = /** @type {Facts} */ (facts);
    this.arrays = arrays;
    const { models, plane, map, words, language } = this.facts;
    if (JSON.stringify(old?.models) !== JSON.stringify(models)) this.worker.worker.postMessage({ models });
    this.errors = new Intl.NumberFormat(language, { minimumFractionDigits: 4, maximumFractionDigits: 4 });
    this.plane.frame(plane);
    this.map.frame(map);
    this.find(".nearest p").textContent = words.nearest;
    const [encoder, decoder] = words.arrows.map(arrow);
    this.find(".flow").replaceChildren(this.x.element, encoder, this.code.element, decoder, this.copy.element);
    this.rest.textContent = words.rest;
    this.buttons.forEach((button, n) => (button.textContent = words.files[n]));
    this.#ask();
  }

  /** Whether what is on the pad has been told, and what Python says belongs to it. */
  get told() {
    return !this.drawn || this.drawn.at === this.facts?.at;
  }

  /** Whether the pad has said what it keeps. */
  get rests() {
    return this.drawn?.at !== null;
  }

  /** Look at what is drawn now. */
  #ask() {
    const { facts, arrays, drawn, told } = this;
    if (!facts) return;
    const about = { model: facts.models.chosen.join(), told, rests: this.rests };
    if (told && facts.given) this.worker.send({ question: { digit: arrays.digit, image: arrays.image }, about });
    else if (!told && drawn?.scan) this.#wait(); // its pixels are what Python is about to tell
    else if (!told && drawn?.drawing.strokes.length) {
      const { drawing, pad } = drawn;
      this.worker.send({ question: { drawing, pad }, about });
    } else this.#clear(facts);
  }

  /** @param {Seen} seen @param {{ told: boolean, rests: boolean }} about */
  #show(seen, about) {
    const { facts, arrays, told, drawn } = this;
    if (!facts || (told ? !facts.given : !drawn?.drawing.strokes.length)) return; // wiped meanwhile
    const { models, words } = facts;
    const centred = told ? facts.centred : drawn?.drawing.centred;
    const { shape } = models;
    this.x.show(seen.image, shape, words.drawing, words.image[centred ? 0 : 1]);
    const large = !models.chosen.length;
    const code = large && about.told && told ? arrays.code : seen.code;
    const copy = large && about.told && told ? arrays.copy : seen.copy;
    this.rest.hidden = !large || Boolean(code);
    if (code) this.code.show(code, words.code);
    else this.code.wait();
    if (copy) this.copy.show(copy, shape, words.copy, words.error.replace("{mse}", this.#error(copy, seen.image)));
    else this.copy.wait();
    const { plane, map } = seen; // whose models may still be on their way
    this.#keep(code && copy && plane && map ? { code, plane: plane.at, map: map.at } : null);
    if (plane) this.plane.mark(plane);
    if (map) this.map.mark(map);
    // without a server nobody tells, but the pen rests as well
    if (seen.digits) this.#digits(seen.digits, facts, about.rests && this.rests);
  }

  /** @param {import("./files.js").Kept | null} kept what can be kept as files */
  #keep(kept) {
    this.kept = kept;
    for (const button of this.buttons) button.disabled = !kept;
  }

  /** @param {ArrayLike<number>} copy @param {Uint8Array} image */
  #error(copy, image) {
    let sum = 0;
    for (let i = 0; i < image.length; i++) sum += (copy[i] - image[i] / 255) ** 2;
    return this.errors?.format(sum / image.length) ?? "";
  }

  /**
   * @param {import("./seeing.js").Digits} digits
   * @param {Facts} facts
   * @param {boolean} rests
   */
  #digits({ pixels, labels, rank }, { words, far }, rests) {
    labels.forEach((label, n) => {
      const side = Math.sqrt(pixels[n].length);
      const alt = words.digit.replace("{digit}", String(label));
      this.similar[n].show(pixels[n], [1, side, side], alt, String(label));
    });
    /** @type {number[]} */
    const votes = new Array(10).fill(0);
    for (const label of labels) votes[label] += 1;
    const most = Math.max(...votes);
    const winner = labels.find((label) => votes[label] === most); // at a draw the nearest's
    const verdict = words.votes[most - 1].replace("{digit}", String(winner));
    this.#say(rank < far ? verdict : words.far.replace("{words}", verdict), rests);
  }

  /** @param {string} words @param {boolean} aloud */
  #say(words, aloud) {
    this.find(".sentence").textContent = words;
    const said = this.find(".said");
    // a reader would come to no end while the pen moves
    if (aloud && said.textContent !== words) said.textContent = words;
  }

  #wait() {
    for (const part of [this.x, this.code, this.copy, ...this.similar]) part.wait();
  }

  /** Nothing is drawn. @param {Facts} facts */
  #clear({ words }) {
    this.rest.hidden = true;
    this.#keep(null);
    this.x.clear(words.image[0]);
    this.code.clear(words.code);
    this.copy.clear("x̂");
    for (const one of this.similar) one.clear("–");
    this.plane.mark(null);
    this.map.mark(null);
    this.#say(words.ask, true);
  }

  /** What the worker wants; with it there is more to be seen. @param {string} address */
  async #fetch(address) {
    try {
      const { facts, arrays } = await fetchTensors(address);
      this.worker.worker.postMessage({ came: { address, facts, arrays } });
      this.#ask();
    } catch {
      this.find(".failed").textContent = this.facts?.words.failed ?? "";
    }
  }
}

export default mounting(Answer);
