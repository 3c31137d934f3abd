/**
 * Ten clicks: a map whose islands are groups without names, and a few images of one of them, to
 * which the visitor gives a name. Python sends names and words, and gets back the names.
 */
import { NAMELESS } from "./facts.js";
import { Islands } from "./islands.js";
import { framed, mounting } from "../shared/mounting.js";
import { pictured } from "../shared/pictured.js";
import { fetchTensors } from "../shared/tensors.js";
import { context } from "../shared/pictures.js";

/** @typedef {import("../shared/streamlit.js").Component} Component */
/** @typedef {import("./facts.js").Facts} Facts */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} name its class
 * @param {Record<string, string>} [attributes]
 */
function element(tag, name, attributes = {}) {
  const made = document.createElement(tag);
  made.className = name;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

class Naming {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.root = framed(parent, "naming").root;
    const frame = element("div", "islands");
    this.canvas = /** @type {HTMLCanvasElement} */ (element("canvas", "", { tabindex: "0" }));
    frame.append(this.canvas);
    this.side = element("div", "side");
    this.heading = element("p", "heading");
    this.pictures = /** @type {HTMLCanvasElement} */ (element("canvas", "pictures"));
    this.question = element("p", "question");
    this.classes = element("div", "classes", { role: "group" });
    this.done = element("p", "done");
    this.side.append(this.heading, this.pictures, this.question, this.classes, this.done);
    this.live = element("p", "spoken", { "aria-live": "polite" });
    this.root.append(frame, this.side, this.live);

    this.islands = new Islands(this.canvas, (group) => this.#open(group));
    /** @type {string[]} */
    this.names = [];
    this.group = 0;
    this.asked = "";
    this.address = "";
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {import("../shared/tensors.js").Tensors | null} */
    this.packed = null;
    /** @type {(name: string, value: unknown) => void} */
    this.tell = () => {};
    this.root.addEventListener("keydown", (event) => this.#key(event));
    this.sizes = new ResizeObserver(() => this.#draw());
    this.sizes.observe(frame);
    this.themes = new MutationObserver(() => this.#draw());
    this.themes.observe(document.documentElement, {
      attributes: true,
      attributeFilter: ["style", "class"],
    });
  }

  /** @param {Component} component */
  update(component) {
    this.tell = component.setStateValue;
    const facts = /** @type {Facts} */ (component.data);
    const { words } = facts;
    this.facts = facts;
    const asked = JSON.stringify([facts.way, facts.named]);
    if (asked !== this.asked) {
      this.asked = asked;
      this.names = [...facts.named[1]];
      this.group = Math.max(0, this.names.indexOf(NAMELESS));
    }
    this.canvas.setAttribute("aria-label", words.map);
    this.question.textContent = words.question;
    this.#buttons(facts);
    this.#fetch(facts.groups);
    this.#draw();
  }

  close() {
    this.sizes.disconnect();
    this.themes.disconnect();
    this.root.remove();
  }

  /** @param {string} address */
  async #fetch(address) {
    if (address === this.address) return;
    this.address = address;
    try {
      const packed = await fetchTensors(address);
      if (address !== this.address) return; // another one was asked for meanwhile
      this.packed = packed;
      const { places, groups } = packed.arrays;
      this.islands.take(places, /** @type {Uint8Array} */ (groups), packed.shapes.pictures[0]);
      this.root.classList.add("here");
      this.#draw();
    } catch {
      this.heading.textContent = this.facts?.words.failed ?? "";
    }
  }

  /** @param {Facts} facts */
  #buttons({ classes, colours, inks, words }) {
    this.classes.setAttribute("aria-label", words.question);
    if (this.classes.childElementCount !== classes.length) {
      this.classes.replaceChildren(
        ...classes.map((name, k) => {
          const button = element("button", "", { type: "button" });
          button.textContent = name;
          button.addEventListener("click", () => this.#name(k));
          return button;
        }),
      );
    }
    for (const [k, button] of [...this.classes.children].entries()) {
      const one = /** @type {HTMLElement} */ (button);
      one.style.setProperty("--colour", colours[k % colours.length]);
      one.style.setProperty("--ink", inks[k % inks.length]);
    }
  }

  /** @param {number} group */
  #open(group) {
    this.group = group;
    this.#draw();
    this.#say();
  }

  /** @param {number} label */
  #name(label) {
    if (!this.packed) return;
    this.names[this.group] = String(label);
    this.tell("names", `${this.facts?.way}~${this.names.join("")}`);
    const n = this.names.length;
    for (let step = 1; step < n; step++) {
      const next = (this.group + step) % n;
      if (this.names[next] !== NAMELESS) continue;
      this.group = next;
      break;
    }
    this.#draw();
    this.#say();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.facts) return;
    const label = "0123456789".indexOf(event.key);
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key.length === 1 && label >= 0 && label < this.facts.classes.length) {
      this.#name(label);
    } else if (step && event.target === this.canvas) {
      const n = this.names.length;
      this.#open((this.group + step + n) % n);
    } else return;
    event.preventDefault();
  }

  #say() {
    this.live.textContent = this.#title();
  }

  /** Which group is looked at, and how it is called. */
  #title() {
    if (!this.facts) return "";
    const { words, classes } = this.facts;
    const name = this.names[this.group];
    const sentence = name === NAMELESS ? words.group : words.named;
    return sentence
      .replace("{k}", String(this.group + 1))
      .replace("{n}", String(this.names.length))
      .replace("{name}", classes[Number(name)] ?? "");
  }

  #draw() {
    const { facts, packed } = this;
    if (!facts || !packed) return;
    this.heading.textContent = this.#title();
    const left = this.names.filter((name) => name === NAMELESS).length;
    const done = left ? facts.words.left.replace("{n}", String(left)) : facts.words.all;
    this.done.textContent = [done, this.#worth(facts)].filter(Boolean).join(" · ");
    for (const [k, button] of [...this.classes.children].entries()) {
      button.setAttribute("aria-pressed", String(this.names[this.group] === String(k)));
    }
    this.islands.draw(this.names, this.group, facts);
    this.#drawPictures(facts, packed);
  }

  /** How many digits have the name of their class. @param {Facts} facts */
  #worth({ counts, language, words }) {
    if (!counts.length) return "";
    const all = counts.flat().reduce((sum, count) => sum + count, 0);
    const right = this.names.reduce((sum, name, k) => sum + (name === NAMELESS ? 0 : counts[k][Number(name)]), 0);
    const share = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 1 }).format(right / all);
    return words.right.replace("{share}", share).replace("{n}", new Intl.NumberFormat(language).format(all));
  }

  /**
   * The images of the group in rows, side by side.
   *
   * @param {Facts} facts
   * @param {import("../shared/tensors.js").Tensors} packed
   */
  #drawPictures(facts, packed) {
    const [, count, height, width] = packed.shapes.pictures;
    const all = packed.arrays.pictures;
    const across = Math.ceil(count / 3);
    const gap = 1;
    const canvas = this.pictures;
    canvas.width = across * (width + gap) - gap;
    canvas.height = 3 * (height + gap) - gap;
    const draw = context(canvas);
    const one = new ImageData(width, height);
    const grey = new Uint32Array(one.data.buffer);
    for (let k = 0; k < count; k++) {
      const at = (this.group * count + k) * height * width;
      for (let i = 0; i < grey.length; i++) grey[i] = (255 << 24) | (all[at + i] * 0x010101);
      const [row, column] = [Math.floor(k / across), k % across];
      draw.putImageData(one, column * (width + gap), row * (height + gap));
    }
    pictured(canvas, facts.words.pictures.replace("{n}", String(count)));
  }
}

export default mounting(Naming);
