/**
 * Normal and strange images by their score, and a threshold under the hand: what it finds, what it
 * misses, and how each image is rebuilt. Python is told at the end of a gesture.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {import("./facts.js").Facts} Facts
 * @typedef {import("./pictures.js").Name} Name
 */
import { framed, mounting } from "../shared/mounting.js";
import { pictured } from "../shared/pictured.js";
import { fetchTensors } from "../shared/tensors.js";
import { Axis } from "./axis.js";
import { Curve } from "./curves.js";
import { FRAME } from "./frame.js";
import { Histogram } from "./histogram.js";
import { Looked } from "./looked.js";
import { Matrix } from "./matrix.js";
import { Pictures } from "./pictures.js";
import { Ranking, falseRate, precision, recall } from "./ranking.js";
import { Rows } from "./rows.js";

const POINTS = 400; // of a curve
const SPEAK = 500; // ms of rest before the counts are read out

class Scene {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "anomalies", FRAME);
    this.root = root;
    this.find = find;
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Ranking | null} */
    this.ranking = null;
    /** @type {Pictures | null} */
    this.pictures = null;
    this.threshold = 0;
    this.frame = 0;
    const look = (/** @type {Name} */ side, /** @type {number} */ i) => this.looked.at(side, i);
    this.histogram = new Histogram(find(".histogram"), (score, ended) => this.move(score, ended));
    this.roc = new Curve(find(".roc"), (share, ended) => this.#byAlarms(share, ended));
    this.pr = new Curve(find(".pr"), (share, ended) => this.#byHits(share, ended));
    this.matrix = new Matrix(find(".matrix"), look);
    this.rows = new Rows(find(".rows"), look);
    this.looked = new Looked(find(".looked"));
    this.sizes = new ResizeObserver(() => this.touch());
    this.sizes.observe(find(".histogram"));
    this.sizes.observe(find(".matrix"));
  }

  close() {
    this.sizes.disconnect();
    cancelAnimationFrame(this.frame);
    clearTimeout(this.speaking);
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data, setStateValue }) {
    /** @type {Facts} */
    const facts = data;
    const old = this.facts;
    this.facts = facts;
    this.setStateValue = setStateValue;
    this.number = new Intl.NumberFormat(facts.language);
    this.percent = new Intl.NumberFormat(facts.language, {
      style: "percent",
      maximumFractionDigits: 1,
    });
    this.#write(facts);
    if (old?.key !== facts.key || old.scored !== facts.scored || old.decoder !== facts.decoder) {
      void this.#load(facts);
    } else this.touch();
  }

  /** The words that stay. @param {Facts} facts */
  #write({ words, roc, precision: area }) {
    const write = (/** @type {string} */ selector, /** @type {string} */ text) => {
      this.find(selector).textContent = text;
    };
    write(".score", words.score);
    for (const [name, title, told] of /** @type {const} */ ([
      [".roc", words.roc, roc],
      [".pr", words.precision, area],
    ])) {
      const figure = /** @type {HTMLElement} */ (this.find(name).parentElement);
      figure.children[0].textContent = title;
      figure.children[2].textContent = told?.name ?? "";
      figure.children[3].textContent = told?.interval ?? "";
      pictured(this.find(name), `${title}. ${told?.name ?? ""}`);
    }
    this.find(".curves").hidden = this.find(".rates").hidden = !roc;
    this.roc.axis = words.falseRate;
    this.pr.axis = words.recall;
    write(".legend", words.legend);
    write(".recall", words.recall);
    write(".precision", words.precision);
    write(".rate", words.falseRate);
    const histogram = this.find(".histogram");
    histogram.setAttribute("aria-label", `${words.threshold}. ${words.keys}`);
  }

  /** @param {Facts} facts */
  async #load(facts) {
    const waiting = this.find(".waiting");
    waiting.textContent = facts.words.waiting;
    try {
      const { arrays } = await fetchTensors(facts.scored);
      if (this.facts?.key !== facts.key) return; // people have gone on
      const share = this.ranking ? this.share() : facts.alarms / 100;
      this.ranking = new Ranking(
        /** @type {Float32Array} */ (arrays["normal.scores"]),
        /** @type {Float32Array} */ (arrays["strange.scores"]),
      );
      this.#begin(facts, this.ranking, share);
      const pictures = await Pictures.load(facts, arrays);
      if (this.facts?.key !== facts.key) return;
      this.pictures = pictures;
      this.rows.show(facts, this.ranking, pictures);
      const first = this.ranking.normal.order[this.ranking.normal.count - 1];
      if (facts.roc) this.looked.show(facts, this.ranking, pictures, "normal", first);
      else this.looked.show(facts, this.ranking, pictures, "strange", 0);
      waiting.textContent = "";
      this.touch();
    } catch (error) {
      if (this.facts?.key !== facts.key) return; // nobody waits for it any more
      waiting.textContent = facts.words.failed;
      throw error;
    }
  }

  /**
   * @param {Facts} facts
   * @param {Ranking} ranking
   * @param {number} share of the normal images with a false alarm
   */
  #begin(facts, ranking, share) {
    const { normal, strange } = ranking;
    this.pictures = null;
    this.threshold = normal.thresholdOf(Math.round(share * normal.count));
    const axis = new Axis([normal.scores, strange.scores], facts.log);
    const titled = (/** @type {Name} */ side) =>
      `${facts.words[side].replace("{title}", facts[side].title)} (${this.number?.format(ranking[side].count)})`;
    this.histogram.show(ranking, axis, {
      colours: [facts.normal.colour, facts.strange.colour],
      titles: [titled("normal"), titled("strange")],
      log: facts.log,
      language: facts.language,
    });
    const curve = ranking.curve(POINTS);
    this.roc.points = curve.map((counts) => [falseRate(counts), recall(counts)]);
    this.pr.points = curve
      .filter((counts) => counts.hits + counts.alarms)
      .map((counts) => [recall(counts), precision(counts)]);
    const guess = strange.count / (strange.count + normal.count);
    this.pr.chance = [
      [0, guess],
      [1, guess],
    ];
    this.touch();
  }

  /** The share of the normal images that raise an alarm. */
  share() {
    const { ranking } = this;
    return ranking ? ranking.normal.above(this.threshold) / ranking.normal.count : 0;
  }

  /** @param {number} share @param {boolean} ended */
  #byAlarms(share, ended) {
    const normal = this.ranking?.normal;
    if (normal) this.move(normal.thresholdOf(Math.round(share * normal.count)), ended);
  }

  /** @param {number} share @param {boolean} ended */
  #byHits(share, ended) {
    const strange = this.ranking?.strange;
    if (strange) this.move(strange.thresholdOf(Math.round(share * strange.count)), ended);
  }

  /** @param {number} threshold @param {boolean} ended whether the gesture is over */
  move(threshold, ended) {
    this.threshold = threshold;
    this.touch();
    if (ended) this.setStateValue?.("threshold", Number((100 * this.share()).toFixed(2)));
  }

  touch() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  draw() {
    const { facts, ranking, number, percent, threshold } = this;
    if (!facts || !ranking || !number || !percent || !this.histogram.canvas.clientWidth) return;
    const counts = ranking.counts(threshold);
    this.histogram.draw(threshold);
    this.matrix.draw(facts, ranking, this.pictures, threshold, number);
    const rates = [recall(counts), precision(counts), falseRate(counts)];
    this.root.querySelectorAll(".rates dd").forEach((cell, i) => {
      cell.textContent = Number.isFinite(rates[i]) ? percent.format(rates[i]) : "–";
    });
    if (facts.roc) {
      const shares = new Intl.NumberFormat(facts.language, { maximumFractionDigits: 1 });
      const [hits, right, alarms] = rates;
      this.roc.draw([alarms, hits], facts.strange.colour, shares);
      this.pr.draw([hits, right], facts.strange.colour, shares);
    }
    this.#speak(facts, rates[2], counts.hits);
  }

  /** @param {Facts} facts @param {number} alarms @param {number} hits */
  #speak(facts, alarms, hits) {
    const said = facts.words.value
      .replace("{alarms}", this.percent?.format(alarms) ?? "")
      .replace("{hits}", this.number?.format(hits) ?? "");
    const { canvas } = this.histogram;
    canvas.setAttribute("aria-valuenow", (100 * alarms).toFixed(1));
    canvas.setAttribute("aria-valuetext", said);
    clearTimeout(this.speaking);
    this.speaking = setTimeout(() => {
      this.find(".unseen").textContent = said;
    }, SPEAK);
  }
}

export default mounting(Scene);
