/**
 * A model as a graph: every layer with what flows through it for the image on the screen; a click
 * enlarges one.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {import("./drawn_values.js").Values} Values
 * @typedef {Object} Node
 * @property {string} id
 * @property {"encoder" | "code" | "decoder"} row
 * @property {string} title
 * @property {string} shape for people
 * @property {string} told what stands beneath when it is enlarged
 * @property {boolean} image whether its values are an image in 0…1
 * @property {string} arrow what stands before it
 * @typedef {Object} Words
 * @property {string} encoder
 * @property {string} code
 * @property {string} decoder
 * @typedef {Object} Facts
 * @property {string} values where what flows is fetched, by the nodes' ids
 * @property {Node[]} nodes
 * @property {string} chosen the enlarged node's id
 * @property {string} language
 * @property {Words} words
 */
import { framed, mounting } from "../shared/mounting.js";
import { pictured } from "../shared/pictured.js";
import { fetchTensors } from "../shared/tensors.js";
import { drawValues } from "./drawn_values.js";

const ROWS = /** @type {const} */ (["encoder", "code", "decoder"]);
const FRAME = `
<div class="graph">
  ${ROWS.map((row) => `<p></p><div class="row ${row}"></div>`).join("")}
</div>
<figure class="large" aria-live="polite">
  <canvas></canvas>
  <figcaption><b></b><span></span><span class="scale"><em></em><i></i><em></em></span></figcaption>
</figure>`;

class Layers {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "layers", FRAME);
    this.root = root;
    this.find = find;
    /** @type {Facts | null} */
    this.facts = null;
    /** @type {Map<string, Values>} */
    this.values = new Map();
    /** @type {Map<string, HTMLButtonElement>} */
    this.buttons = new Map();
    this.chosen = "";
    this.sizes = new ResizeObserver(() => this.#draw());
    this.sizes.observe(find(".large"));
  }

  close() {
    this.sizes.disconnect();
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data, setStateValue }) {
    /** @type {Facts} */
    const facts = data;
    const old = this.facts;
    this.facts = facts;
    this.setStateValue = setStateValue;
    const ids = facts.nodes.map(({ id }) => id).join();
    if (!old) this.chosen = facts.chosen;
    if (!facts.nodes.some(({ id }) => id === this.chosen)) this.chosen = "z";
    if (!old || old.nodes.map(({ id }) => id).join() !== ids) this.#build(facts);
    this.#write(facts);
    if (old?.values !== facts.values) void this.#load(facts);
    else this.#draw();
  }

  /** @param {Facts} facts */
  async #load(facts) {
    const { arrays, shapes } = await fetchTensors(facts.values);
    if (this.facts?.values !== facts.values) return; // another image has been chosen
    this.values = new Map(
      Object.entries(arrays).map(([id, numbers]) => [
        id,
        { numbers: /** @type {Float32Array} */ (numbers), shape: shapes[id] },
      ]),
    );
    this.#draw();
  }

  /** @param {Facts} facts the nodes as buttons, with arrows between them */
  #build({ nodes }) {
    this.buttons.clear();
    ROWS.forEach((row) => {
      const parts = nodes
        .filter((node) => node.row === row)
        .flatMap((node) => {
          const button = document.createElement("button");
          button.type = "button";
          button.innerHTML = "<canvas></canvas><b></b><span></span>";
          button.addEventListener("click", () => this.#choose(node.id));
          this.buttons.set(node.id, button);
          const arrow = document.createElement("i");
          arrow.textContent = node.arrow;
          arrow.setAttribute("aria-hidden", "true");
          return node.arrow ? [arrow, button] : [button];
        });
      this.find(`.${row}`).replaceChildren(...parts);
    });
  }

  /** @param {Facts} facts */
  #write({ nodes, words }) {
    this.root.querySelectorAll(".graph > p").forEach((head, i) => {
      head.textContent = words[ROWS[i]];
    });
    for (const node of nodes) {
      const button = this.buttons.get(node.id);
      if (!button) continue;
      const [title, shape] = [button.querySelector("b"), button.querySelector("span")];
      if (title) title.textContent = node.title;
      if (shape) shape.textContent = node.shape;
    }
  }

  /** @param {string} id */
  #choose(id) {
    this.chosen = id;
    this.setStateValue?.("step", id);
    this.#draw();
  }

  #draw() {
    const { facts, values } = this;
    if (!facts) return;
    for (const node of facts.nodes) {
      const button = this.buttons.get(node.id);
      const canvas = button?.querySelector("canvas");
      button?.setAttribute("aria-pressed", String(node.id === this.chosen));
      const found = values.get(node.id);
      if (canvas && found) drawValues(canvas, found, node.image, 16);
    }
    const node = facts.nodes.find(({ id }) => id === this.chosen);
    const found = values.get(this.chosen);
    const canvas = /** @type {HTMLCanvasElement} */ (this.find(".large canvas"));
    if (!node) return;
    this.find(".large b").textContent = `${node.title}, ${node.shape}`;
    this.find(".large figcaption span").textContent = node.told;
    pictured(canvas, `${node.title}: ${node.told}`);
    if (!found) return;
    const limit = drawValues(canvas, found, node.image, Infinity);
    const scale = this.find(".scale");
    scale.hidden = node.image;
    const format = new Intl.NumberFormat(facts.language, { maximumSignificantDigits: 2 });
    const [low, high] = scale.querySelectorAll("em");
    low.textContent = `−${format.format(limit)}`;
    high.textContent = `+${format.format(limit)}`;
  }
}

export default mounting(Layers);
