/**
 * Two melodies, the way between them and the plane of all: what is under the hand is decoded here,
 * seen as a roll and, once somebody has pressed Play, heard.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {import("./facts.js").Facts} Facts
 * @typedef {import("./space.js").Pair} Pair
 * @typedef {"a" | "b" | "now" | "damaged" | "restored"} Name of a roll that can be heard
 */
import { framed, mounting } from "../shared/mounting.js";
import { pictured } from "../shared/pictured.js";
import { fetchTensors } from "../shared/tensors.js";
import { Board } from "./board.js";
import { DAMAGE, Damaging, damaged } from "./damaging.js";
import { Figure, figure } from "./figure.js";
import { CONTROLS, Listening } from "./listening.js";
import { STEPS, alike, example, likeliest, notesOf } from "./melody.js";
import { PUSH, Pushing } from "./pushing.js";
import { Questions } from "./questions.js";
import { span } from "./roll.js";
import { Space, between } from "./space.js";
import { filled, read, spelled } from "./spelling.js";
import { TAP, Tapping } from "./tapping.js";
import { STOPS, WAY, Way } from "./way.js";

const MOST = STOPS + 4; // melodies that are decoded together: the way, the hand's with and without push, a damaged one
const SETTLES = 300; // ms without another note, after which the address follows
const PANELS = { walk: WAY, tap: TAP, damage: DAMAGE, push: PUSH };

const FRAME = `${CONTROLS}
<div class="sides">
  <div class="melodies">
    <div class="ends">${figure("end a")}${figure("end b")}</div>
    ${figure("now")}
    <div class="doing" role="group">${Object.keys(PANELS).map((name) => `<button data-name="${name}"></button>`).join("")}</div>
    ${Object.entries(PANELS).map(([name, html]) => `<div class="panel ${name}-panel">${html}</div>`).join("")}
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
    this.hovered = -1; // the tune nearest to a pointer that passes
    /** @type {(Float32Array | null)[]} */
    this.codes = [null, null]; // of melodies A and B
    /** @type {(Uint8Array | null)[]} */
    this.own = [null, null]; // their symbols where they are no shown ones
    /** @type {Uint8Array[]} */
    this.stops = [];
    this.now = new Uint8Array(); // what is under the hand
    /** @type {Name} */
    this.chosen = "now"; // what is heard
    this.taken = ""; // which ends Python has told
    /** @type {Questions | undefined} */
    this.decoder = undefined;
    /** @type {Partial<Record<"encoder" | "mender", Promise<Questions | null>>>} */
    this.later = {}; // what is fetched when it is first needed
    this.figures = /** @type {Record<Name, Figure>} */ (
      Object.fromEntries(
        ["a", "b", "now", "damaged", "restored"].map((name) => [
          name,
          new Figure(find(`.${name}`), () => this.#choose(/** @type {Name} */ (name))),
        ]),
      )
    );
    find(".now span").setAttribute("aria-live", "polite");
    this.listening = new Listening(find, () => this.draw());
    this.way = new Way(find(".walk-panel"), (done) => this.#walk(done));
    this.tapping = new Tapping(find(".tap-panel"), () => this.#tapped(), (pitch) => this.listening.strike(pitch));
    this.damaging = new Damaging(find(".damage-panel"), (done) => {
      this.#damage();
      if (done) this.tell?.("damage", [this.damaging.strength, this.damaging.seed]);
    });
    this.pushing = new Pushing(find(".push-panel"), (done) => {
      this.#askHand();
      if (done) this.tell?.("push", this.pushing.amounts);
    });
    /** @type {HTMLInputElement[]} */
    const axes = [...root.querySelectorAll(/** @type {"input"} */ (".axes input"))];
    this.board = new Board(find(".plane canvas"), axes, (place, done) => this.#hold(place, done), (place) => this.#hover(place));
    this.doing = [...find(".doing").querySelectorAll("button")];
    for (const button of this.doing) {
      button.addEventListener("click", () => {
        this.#open(String(button.dataset.name));
        this.tell?.("doing", button.dataset.name);
      });
    }
    this.sizes = new ResizeObserver(() => this.draw());
    this.sizes.observe(root);
  }

  close() {
    this.listening.close();
    this.tapping.close();
    this.decoder?.close();
    for (const one of Object.values(this.later)) one.then((found) => found?.close());
    this.sizes.disconnect();
    clearTimeout(this.settling);
    this.root.remove();
  }

  /** @param {Component} component */
  async update({ data, setStateValue }) {
    /** @type {Facts} */
    const facts = data;
    const old = this.facts;
    this.facts = facts;
    this.tell = setStateValue;
    if (!old) {
      // from then on what people do counts
      this.way.slider.value = String(facts.between);
      this.place = facts.place;
      this.tapping.take(read(facts.tapped));
      this.damaging.take(facts.damage);
      this.pushing.take(facts.push);
    }
    this.#say(facts);
    if (old?.decoder !== facts.decoder || old?.codes !== facts.codes) {
      this.#tellTrouble(facts.words.waiting);
      try {
        const [decoder, codes] = await Promise.all([fetchTensors(facts.decoder), fetchTensors(facts.codes)]);
        if (this.facts.decoder !== facts.decoder) return; // another one has been asked for meanwhile
        this.decoder?.close();
        this.decoder = new Questions([decoder], MOST);
        this.space = new Space(codes.arrays);
        this.#tellTrouble("");
      } catch {
        this.#tellTrouble(facts.words.failed);
        return;
      }
    }
    if (!this.space) return; // what is told meanwhile is taken when all is there
    this.#takeEnds();
    this.draw();
  }

  /** Melodies A and B are those that Python names; on the first call all else that it says, too. */
  #takeEnds() {
    const { ends, doing } = /** @type {Facts} */ (this.facts);
    const told = JSON.stringify(ends.map(({ tune, melody, tapped }) => [tune, melody, tapped]));
    if (told === this.taken) return;
    const { tapped } = ends[0];
    if (!this.taken) this.#open(doing);
    else {
      this.#leavePlane();
      if (tapped !== this.tapping.used) this.#open(tapped ? "tap" : "walk");
    }
    this.taken = told;
    this.tapping.used = tapped;
    ends.forEach((end, i) => {
      if (end.tapped) this.#encode(i, filled(this.tapping.symbols));
      else if (end.tune < 0) this.#encode(i, filled(read(end.melody)));
      else {
        this.own[i] = null;
        this.codes[i] = /** @type {Space} */ (this.space).code(end.tune);
      }
    });
    this.#askWay();
  }

  /** @param {Facts} facts */
  #say({ words, names, ends, language }) {
    const { root, find } = this;
    for (const part of [this.listening, this.way, this.tapping, this.pushing]) part.say(words);
    this.damaging.say(words, language);
    [...root.querySelectorAll(".axes span")].forEach((axis, i) => (axis.textContent = words.axes[i]));
    find(".key").replaceChildren(
      ...names.map((name) => Object.assign(document.createElement("li"), { textContent: name })),
    );
    find(".doing").setAttribute("aria-label", words.doing);
    for (const button of this.doing) {
      button.textContent = words.panels[String(button.dataset.name)];
      if (button.dataset.name === "tap") button.hidden = !ends[0].tapped;
    }
  }

  /** @param {string} words "" for none */
  #tellTrouble(words) {
    this.find(".told").textContent = words;
  }

  /** Show one of the panels. @param {string} name */
  #open(name) {
    const button = this.doing.find(({ dataset }) => dataset.name === name);
    const open = button && !button.hidden ? name : "walk";
    this.panel = open;
    this.tapping.open = open === "tap";
    for (const each of this.doing) each.setAttribute("aria-pressed", String(each.dataset.name === open));
    for (const each of Object.keys(PANELS)) this.find(`.${each}-panel`).classList.toggle("open", each === open);
    if (open !== "damage" && ["damaged", "restored"].includes(this.chosen)) this.chosen = "now";
    this.#askHand();
  }

  /** What is heard from now on. @param {Name} name */
  #choose(name) {
    this.chosen = name;
    this.#hear();
    if (this.listening.playing) this.draw();
    else this.listening.play();
  }

  #hear() {
    this.listening.hear(this.figures[this.chosen].notes);
  }

  /** What makes codes, or mends melodies; null where it doesn't arrive. @param {"encoder" | "mender"} name */
  #fetched(name) {
    const { encoder, mender, words } = /** @type {Facts} */ (this.facts);
    const addresses = { encoder: [encoder], mender }[name];
    return (this.later[name] ??= Promise.all(addresses.map((address) => fetchTensors(address))).then(
      (networks) => new Questions(networks, MOST),
      () => {
        delete this.later[name];
        this.#tellTrouble(words.failed);
        return null;
      },
    ));
  }

  /** Melody A or B is this one; what was there stays until its code has come. @param {number} i @param {Uint8Array} symbols */
  async #encode(i, symbols) {
    this.own[i] = symbols;
    const encoder = await this.#fetched("encoder");
    if (this.own[i] !== symbols) return; // another one by now
    encoder?.ask(`end ${i}`, [example(symbols)], ([y]) => {
      if (!this.own[i] || !this.space) return;
      this.codes[i] = y.slice(0, this.space.numbers); // the mean, without the variance
      this.#askWay();
    });
  }

  #tapped() {
    this.#encode(0, filled(this.tapping.symbols));
    this.draw();
    clearTimeout(this.settling);
    this.settling = setTimeout(() => this.tell?.("tapped", spelled(this.tapping.symbols)), SETTLES);
  }

  /** The way between the ends is decoded at once, and what is under the hand with it. */
  #askWay() {
    const [a, b] = this.codes;
    if (!a || !b) return;
    const shares = Array.from({ length: STOPS }, (_, i) => i / (STOPS - 1));
    const codes = shares.map((share) => between(a, b, share));
    this.decoder?.ask("way", codes, (melodies) => {
      this.stops = melodies.map((y) => likeliest(y));
      this.draw();
    });
    this.#askHand();
  }

  /** The code under the hand; null as long as there is none. */
  #code() {
    const [a, b] = this.codes;
    if (!this.space || !a || !b) return null;
    return this.place ? this.space.at(this.place) : between(a, b, this.way.share);
  }

  #askHand() {
    const { space } = this;
    const code = this.#code();
    if (!code || !space) return;
    const looked = this.hovered >= 0;
    const pushes = this.panel === "push" && !looked;
    const here = looked ? space.code(this.hovered) : code;
    const codes = pushes ? [space.pushed(here, this.pushing.amounts), here] : [here];
    this.decoder?.ask("hand", codes, (melodies) => {
      const [now, before] = melodies.map((y) => likeliest(y));
      this.now = now;
      this.figures.now.notes = notesOf(now);
      if (before) this.pushing.tell(before, now);
      if (this.panel === "damage") this.#damage();
      this.#hear();
      this.draw();
    });
  }

  /** Damage what is under the hand, and see what is made of it by the model that mends. */
  async #damage() {
    const whole = this.now;
    const broken = damaged(whole, this.damaging.strength, this.damaging.seed);
    const mender = await this.#fetched("mender");
    mender?.ask("damaged", [example(broken)], ([made]) => {
      const restored = likeliest(made);
      this.figures.damaged.notes = notesOf(broken);
      this.figures.restored.notes = notesOf(restored);
      this.damaging.tell(whole, broken, restored, this.facts?.words.kept ?? "");
      this.#hear();
      this.draw();
    });
  }

  /** The hand is on the way. @param {boolean} done */
  #walk(done) {
    this.place = null;
    this.chosen = "now";
    this.#askHand();
    if (!done) return;
    this.tell?.("between", this.way.share);
    this.tell?.("place", null);
  }

  #leavePlane() {
    if (this.place) this.tell?.("place", null);
    this.place = null;
  }

  /** The hand is on the plane. @param {Pair} place @param {boolean} done */
  #hold(place, done) {
    this.place = place;
    this.hovered = -1;
    this.chosen = "now";
    this.#askHand();
    if (done) this.tell?.("place", place.map((x) => Number(x.toFixed(3))));
  }

  /** A pointer passes over the plane, or has left it. @param {Pair | null} place */
  #hover(place) {
    const nearest = place && this.space ? this.space.nearest(place) : -1;
    if (nearest === this.hovered) return;
    this.hovered = nearest;
    if (place) this.chosen = "now";
    this.#askHand();
  }

  draw() {
    const { facts, space, stops, figures, own } = this;
    if (!facts || !space || !stops.length) return;
    const { words } = facts;
    [figures.a, figures.b].forEach((end, i) => (end.notes = notesOf(own[i] ?? stops[i * (STOPS - 1)])));
    const way = stops.map((symbols) => notesOf(symbols));
    const shown = this.panel === "damage" ? Object.values(figures) : [figures.a, figures.b, figures.now];
    const pitches = span([...way, ...shown.map(({ notes }) => notes)]);
    const captions = { a: this.#endTold(0), b: this.#endTold(1), now: this.#told(), damaged: words.damaged, restored: words.restored };
    const cursor = this.panel === "tap" ? this.tapping.symbols.length : -1;
    for (const [name, each] of Object.entries(figures)) {
      if (!shown.includes(each)) continue;
      const chosen = name === this.chosen;
      each.draw(captions[/** @type {Name} */ (name)], pitches, words, { chosen, heard: this.listening.heard, cursor: name === "a" ? cursor : -1 });
    }
    if (this.panel === "walk") this.way.draw(way, pitches, words);
    const ends = this.codes.map((code) => space.placeOf(/** @type {Float32Array} */ (code)));
    this.board.draw(space, facts.collections, ends, this.place, this.hovered);
    const number = new Intl.NumberFormat(facts.language).format(space.count);
    const told = words.plane.replace("{n}", number);
    this.find(".plane figcaption").textContent = told;
    const plane = this.find(".plane canvas");
    pictured(plane, told);
  }

  /** What melody A or B is; of one's own how well the model copies it. @param {number} i */
  #endTold(i) {
    const { ends, words } = /** @type {Facts} */ (this.facts);
    const symbols = this.own[i];
    const right = symbols && notesOf(symbols).length > 0 && String(alike(symbols, this.stops[i * (STOPS - 1)]));
    const copied = right && words.copied.replace("{right}", right).replace("{steps}", String(STEPS));
    return ["AB"[i], ...(copied ? [copied] : []), ends[i].name].join(" · ");
  }

  /** Where what is under the hand comes from. */
  #told() {
    const { language, words, names, collections } = /** @type {Facts} */ (this.facts);
    const space = /** @type {Space} */ (this.space);
    if (this.hovered >= 0) return words.nearest.replace("{name}", names[collections[this.hovered]]);
    const told = (/** @type {number} */ x) => new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(x);
    if (this.place) {
      const [x, y] = this.place.map(told);
      const near = names[collections[space.nearest(this.place)]];
      return `${words.at.replace("{x}", x).replace("{y}", y)} · ${words.near.replace("{name}", near)}`;
    }
    const share = new Intl.NumberFormat(language, { style: "percent" }).format(this.way.share);
    const pushed = this.panel === "push" && this.pushing.amounts.some((one) => one !== 0);
    return words.here.replace("{share}", share) + (pushed ? ` · ${words.andPushed}` : "");
  }
}

export default mounting(Music);
