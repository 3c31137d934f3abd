/**
 * A training that runs in the visitor's browser, in a worker, without any server: what is trained on
 * what, how far it is, and the time machine of it. All is kept in the browser, over a reload.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {import("./trainer.js").Told} Told
 * @typedef {Object} Model
 * @property {string} name
 * @property {string} title
 * @property {number[]} widths of its layers, from the pixels to the one before the code
 * @property {number} batch
 * @property {number} rate
 * @property {number} epochs
 * @property {string} done words when all epochs are
 * @typedef {Object} Facts
 * @property {string} language
 * @property {string} digits where their codes are fetched
 * @property {string} decoder and the one that draws them
 * @property {number} count images in all
 * @property {number} learned of them are to learn from, the others to be tested on
 * @property {Model[]} models
 * @property {import("./drawings.js").Pad} pad
 * @property {import("./loss_chart.js").Chart[]} charts still without a value
 * @property {import("./gliding_codes.js").Class[]} classes
 * @property {string} note in the place of the codes, while there are none
 * @property {Record<string, string>} machine the time machine's words …
 * @property {[number, string][]} sizes … with what they say of codes of so many numbers
 * @property {Record<string, string>} words
 */
import { Drawings, LETTERS, PAD } from "./drawings.js";
import { decoded, shown } from "./examples.js";
import { keep, recall } from "./kept.js";
import { OwnRun } from "./own_run.js";
import { TimeMachine } from "./time_machine.js";
import { framed, mounting } from "../shared/mounting.js";
import { fetchTensors, pack } from "../shared/tensors.js";

const SIDE = 28;
const PIXELS = SIDE * SIDE;
const SEED = 0;
const MINUTES_FROM = 100; // seconds
const [DIGITS, OWN] = ["digits", "own"]; // images to learn from
const DRAWINGS = "drawings"; // the name under which they are kept

const FRAME = `
<form class="ask">
  <fieldset class="model"><legend></legend></fieldset>
  <fieldset class="size"><legend></legend></fieldset>
  <fieldset class="images"><legend></legend></fieldset>
  <p class="buttons"><button class="start"></button> <button type="button" class="resume"></button>
    <button type="button" class="stop"></button></p>
</form>
<p class="about"></p>
<div class="own">${PAD}</div>
<p class="progress"><progress max="1"></progress><span></span></p>
<div class="watched"></div>
<p class="end"></p>
<p class="said" aria-live="polite"></p>`;

class Here {
  /** @param {HTMLElement | ShadowRoot} parent @param {Component} component */
  constructor(parent, { data }) {
    const { root, find } = framed(parent, "here", FRAME);
    this.root = root;
    this.find = find;
    this.facts = /** @type {Facts} */ (data);
    this.drawings = new Drawings(find(".own"), (made) => this.#drawn(made), (words) => this.#say(words));
    /** @type {OwnRun | null} */
    this.run = null;
    /** @type {Told["test"] | null} what would be learned, before anything is */
    this.waiting = null;
    this.failed = false;
    /** @type {TimeMachine | null} */
    this.machine = null;
    /** @type {Promise<import("./trainer.js").Order["decode"]> | null} */
    this.fetched = null;
    find(".ask").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#start();
    });
    find(".ask").addEventListener("change", () => {
      this.#show();
      this.#watch();
    });
    find(".resume").addEventListener("click", () => this.#go());
    find(".stop").addEventListener("click", () => this.#stop());
    this.#recall();
  }

  close() {
    this.run?.close();
    this.machine?.close();
    this.drawings.close();
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data }) {
    this.facts = /** @type {Facts} */ (data);
    const { words, models, sizes, pad, language } = this.facts;
    this.#offer("model", words.model, models.map(({ name, title }) => [name, title]));
    this.#offer("size", words.size, sizes.map(([size]) => [String(size), size.toLocaleString(language)]));
    this.#offer("images", words.images, [[DIGITS, words.digits], [OWN, words.own]]);
    this.find(".start").textContent = words.start;
    this.find(".resume").textContent = words.resume;
    this.find(".stop").textContent = words.stop;
    this.find("progress").setAttribute("aria-label", words.progress);
    this.drawings.update(pad, words);
    this.#show();
    this.#watch();
  }

  /** What an earlier visit has left; if nothing, the images that are to be learned. */
  async #recall() {
    const [kept, drawings] = await Promise.all([OwnRun.last(), recall(DRAWINGS)]);
    this.drawings.set(drawings);
    if (!this.run && kept && this.facts.models.some(({ name }) => name === kept.model)) {
      this.#take(kept);
      this.#choose();
    }
    if (!this.run) await this.#wait();
    this.#show();
    this.#watch();
  }

  async #wait() {
    try {
      const found = await this.#digits();
      if (!found) return;
      const labels = Int32Array.from(found.digits.arrays.labels).subarray(this.facts.learned);
      const eight = shown(labels).map((i) => this.facts.learned + i);
      this.waiting = { originals: decoded(found.digits, found.decoder, eight), labels };
    } catch {
      this.#fail();
    }
  }

  #digits() {
    this.fetched ??= Promise.all([this.facts.digits, this.facts.decoder].map(fetchTensors)).then(
      ([digits, decoder]) => ({ digits, decoder }),
      (error) => {
        this.fetched = null; // the next start asks again
        throw error;
      },
    );
    return this.fetched;
  }

  #fail() {
    this.failed = true;
    this.#say(this.facts.words.failed);
    this.#show();
  }

  /** @param {import("./own_run.js").Kept} kept */
  #take(kept) {
    this.run?.close();
    this.machine?.close();
    this.machine = null;
    this.run = new OwnRun(kept, (told) => this.#hear(told), () => this.#fail());
  }

  #start() {
    const [model, images] = [this.#chosen("model"), this.#chosen("images")];
    if (images === OWN && this.#few()) return;
    const drawings = images === OWN ? [...this.drawings.made] : [];
    const { widths, batch, rate, epochs } = this.#model(model);
    const size = Number(this.#chosen("size"));
    const plan = { widths: [...widths, size], batch, rate, epochs, seed: SEED };
    this.#take({ model, images, plan, drawings, test: null, frames: [], rows: [], state: null });
    this.#go();
  }

  #go() {
    const { run, facts } = this;
    if (!run) return;
    const { count, learned, words } = facts;
    const { images } = run.kept;
    this.failed = false;
    run.go(count, learned, async () => (images === DIGITS ? this.#digits() : null));
    this.#choose();
    this.#say(words.started);
    this.#show();
    this.#watch();
    this.find(".stop").focus(); // the button that was pressed is gone
  }

  #stop() {
    this.run?.stop();
    this.#say(this.#state());
    this.#show();
    this.find(this.run?.reached ? ".resume" : ".start").focus();
  }

  /** @param {Told} told */
  #hear({ test, frame, epoch, done }) {
    const held = this.find(".stop").matches(":focus"); // which goes with the end
    if (test || frame || epoch) this.#watch();
    this.#show();
    if (!done) return;
    this.#say(`${this.#state()}. ${this.#result()}`);
    if (held) this.find(".start").focus();
  }

  /** Show the training's frames and losses so far in the time machine. */
  #watch() {
    const { facts, run } = this;
    const { language, charts, classes, note, machine, sizes } = facts;
    const rows = run?.kept.rows ?? [];
    const values = [rows.map(({ train }) => train), rows.map(({ test }) => test)];
    const size = run?.kept.plan.widths.at(-1) ?? Number(this.#chosen("size"));
    const caption = sizes.find(([one]) => one === size)?.[1] ?? "";
    const letters = classes.map((one, i) => ({ ...one, name: LETTERS[i] }));
    /** @type {import("./time_machine.js").Facts} */
    const told = {
      language,
      epochs: run?.epochs ?? this.#model(this.#chosen("model")).epochs,
      at: null,
      frames: run?.listed ?? [],
      charts: charts.map((chart) => ({
        ...chart,
        curves: chart.curves.map((curve, k) => ({ ...curve, values: values[k] })),
      })),
      classes: run?.kept.images === OWN ? letters.slice(0, run.kept.drawings.length) : classes,
      rows: false,
      note,
      words: { ...machine, caption },
    };
    const test = run?.kept.test ?? this.waiting;
    const images = (test?.originals.length ?? 0) / PIXELS;
    const data = pack(told, test ? {
      originals: [test.originals, [images, 1, SIDE, SIDE]],
      labels: [test.labels, [test.labels.length]],
    } : {});
    const watched = this.find(".watched");
    this.machine ??= new TimeMachine(watched);
    this.machine.update({ data, setStateValue: () => {} }); // nobody asks for the moment looked at
  }

  /** Buttons and words as things stand. */
  #show() {
    const { run, facts, find, failed } = this;
    const { words } = facts;
    const running = Boolean(run?.worker);
    const own = this.#chosen("images") === OWN;
    for (const field of this.root.querySelectorAll("fieldset")) field.disabled = running;
    find(".own").hidden = !own || running;
    find(".about").textContent = failed ? words.failed : own ? words.about_own : words.about_digits;
    find(".start").hidden = running;
    /** @type {HTMLButtonElement} */ (find(".start")).disabled = own && this.#few();
    find(".resume").hidden = running || !run?.reached || run.done;
    find(".stop").hidden = !running;
    find(".progress").hidden = !this.#state();
    /** @type {HTMLProgressElement} */ (find("progress")).value = run?.share ?? 0;
    find(".progress span").textContent = this.#state();
    find(".end").textContent = running ? "" : this.#result();
  }

  /** Where the training is, in words. */
  #state() {
    const { run, facts, failed } = this;
    if (!run) return "";
    const { words, language } = facts;
    const { rows, test, model } = run.kept;
    const written = (/** @type {string} */ text, /** @type {number} */ k, seconds = 0) =>
      text
        .replace("{k}", k.toLocaleString(language))
        .replace("{n}", run.epochs.toLocaleString(language))
        .replace("{time}", this.#time(seconds));
    if (run.done) return written(this.#model(model).done, run.epochs, run.seconds);
    if (!run.worker && !rows.length) return failed ? "" : words.early;
    if (!run.worker) return written(run.safe ? words.stopped : words.unkept, rows.length);
    if (rows.length) return written(words.left, rows.length + 1, run.secondsLeft);
    return test ? written(words.first, 1) : words.preparing;
  }

  /** @param {number} seconds */
  #time(seconds) {
    const minutes = seconds >= MINUTES_FROM;
    const unit = minutes ? "minute" : "second";
    const style = /** @type {const} */ ({ style: "unit", unit, unitDisplay: "long", maximumFractionDigits: 0 });
    return (minutes ? seconds / 60 : Math.max(1, seconds)).toLocaleString(this.facts.language, style);
  }

  /** What has been reached, and what it is worth. */
  #result() {
    const { run, facts } = this;
    const { words, language } = facts;
    const last = run?.kept.rows.at(-1);
    if (!run || !last) return "";
    const digits = { minimumFractionDigits: 4, maximumFractionDigits: 4 };
    const [train, test] = [last.train, last.test].map((one) => one.toLocaleString(language, digits));
    const worth = run.kept.images === OWN ? words.worth_own : words.worth_digits;
    return `${words.result.replace("{test}", test).replace("{train}", train)} ${worth}`;
  }

  /** @param {Uint8Array[]} made */
  #drawn(made) {
    keep(DRAWINGS, made);
    this.#show();
  }

  /** Whether there are too few drawings. */
  #few() {
    return this.drawings.made.length < this.facts.pad.wanted[0];
  }

  /** @param {string} words */
  #say(words) {
    this.find(":scope > .said").textContent = words; // the time machine has one, too
  }

  /** @param {string} name */
  #model(name) {
    const { models } = this.facts;
    return models.find((one) => one.name === name) ?? models[0];
  }

  /** @param {string} name of a choice */
  #chosen(name) {
    const input = /** @type {HTMLInputElement | null} */ (this.root.querySelector(`.${name} input:checked`));
    return input?.value ?? "";
  }

  /** Show what the training was begun with. */
  #choose() {
    if (!this.run) return;
    const { model, plan, images } = this.run.kept;
    this.#check("model", model);
    this.#check("size", String(plan.widths.at(-1)));
    this.#check("images", images);
  }

  /** @param {string} name @param {string} value */
  #check(name, value) {
    const input = /** @type {HTMLInputElement | null} */ (this.root.querySelector(`.${name} [value="${value}"]`));
    if (input) input.checked = true;
  }

  /** A choice of one; what is chosen stays. @param {string} name @param {string} title @param {string[][]} all */
  #offer(name, title, all) {
    const field = this.find(`.${name}`);
    const before = this.#chosen(name) || all[0][0];
    const labels = all.map(([value, words]) => {
      const label = document.createElement("label");
      const input = document.createElement("input");
      Object.assign(input, { type: "radio", name, value, checked: value === before });
      label.append(input, words);
      return label;
    });
    const legend = field.children[0];
    legend.textContent = title;
    field.replaceChildren(legend, ...labels);
  }
}

export default mounting(Here);
