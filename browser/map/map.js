/**
 * A map of many images: one or several panels over the same points, with tools, a legend that picks
 * classes, a card for the point under the pointer and a row for its neighbours.
 *
 * Python sends the places of the points and gets back what is picked; all else happens here.
 */
import { boxOf } from "../shared/pixels.js";
import { fetchBehind } from "./behind.js";
import { Captioned, draw, element } from "./elements.js";
import { Panel } from "./panel.js";
import { before, moved } from "./same_points.js";
import { Scene } from "./scene.js";
import { framed, mounting } from "../shared/mounting.js";
import { unpack } from "../shared/tensors.js";

const CARD = 84; // CSS pixels of an image on the card
const SMALL = 40; // and in the row

/** @typedef {import("../shared/streamlit.js").Component} Component */
/** @typedef {import("./facts.js").Facts} Facts */

class MapView {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    this.root = framed(parent, "map").root;
    this.bar = element("div", "bar", { role: "toolbar" });
    this.stage = element("div", "stage");
    this.panels = element("div", "panels");
    this.legend = element("div", "legend", { role: "group" });
    this.scale = element("div", "scale");
    this.stage.append(this.panels, this.legend, this.scale);
    this.card = element("div", "card");
    this.card.hidden = true;
    this.row = element("div", "row");
    this.live = element("p", "spoken", { "aria-live": "polite" });
    this.root.append(this.bar, this.stage, this.row, this.card, this.live);
    this.scene = new Scene({
      picked: (text) => {
        this.#press();
        this.tell("picked", text);
      },
      hovered: (i, panel) => this.#showCard(i, panel),
      opened: (near) => this.#showRow(near),
      // the same words twice would not be read twice
      say: (words) =>
        (this.live.textContent = this.live.textContent === words ? `${words}\u00a0` : words),
    });
    /** @type {(name: string, value: unknown) => void} */
    this.tell = () => {};
    /** @type {Uint8Array | null} */
    this.data = null;
    this.behind = ""; // where what is behind the points was fetched from
    this.hint = "hint"; // which words stand in an empty row
    this.images = ""; // of which data set they are
    this.asked = "";
    this.text = "";
    this.original = new Captioned();
    this.again = new Captioned();
    this.name = element("p", "");
    this.card.append(this.original.root, this.again.root, this.name);
    this.themes = new MutationObserver(() => this.#theme());
    this.themes.observe(document.documentElement, {
      attributes: true,
      attributeFilter: ["style", "class"],
    });
  }

  /** @param {Component} component */
  update(component) {
    this.tell = component.setStateValue;
    if (component.data !== this.data) {
      this.data = component.data;
      this.#take(unpack(component.data));
    }
    this.#theme();
  }

  /** @param {import("../shared/tensors.js").Tensors} packed */
  #take({ facts: told, arrays }) {
    const facts = /** @type {Facts} */ (told);
    const { scene } = this;
    const labels = /** @type {Uint8Array} */ (arrays.labels);
    const n = labels.length;
    const was = before(scene, arrays.ids ?? null, n, facts.images === this.images);
    Object.assign(scene, {
      n,
      labels,
      ids: arrays.ids ?? null,
      total: facts.total,
      classes: facts.classes,
      colours: facts.colours,
      inks: facts.inks,
      words: facts.words,
      own: facts.own ?? -1,
    });
    const other = facts.images !== this.images;
    this.images = facts.images;
    if (scene.lit.length !== n || was || other) this.#forget();
    this.#fit(facts);
    this.#words(facts);
    for (const [k, panel] of scene.panels.entries()) {
      const places = /** @type {Uint16Array} */ (arrays[`places${k}`]);
      const [x, y] = [new Float32Array(n), new Float32Array(n)];
      for (let i = 0; i < n; i++) {
        x[i] = places[2 * i] / 65535;
        y[i] = 1 - places[2 * i + 1] / 65535; // a picture's first line is its top
      }
      if (moved(panel, x, y)) panel.move(x, y, was, other);
      panel.shades = /** @type {Uint8Array} */ (arrays[`shades${k}`] ?? labels);
    }
    scene.paint(facts.scale);
    const asked = JSON.stringify(facts.picked);
    if (asked !== this.asked) scene.take(facts.picked[1]);
    else if (scene.lit.length !== n || was) scene.take(scene.text);
    this.asked = asked;
    this.#press();
    this.#fetch(facts.behind);
  }

  /** What was hovered or asked for belongs to other points. */
  #forget() {
    const { scene } = this;
    scene.near = [];
    scene.lit = new Uint8Array(scene.n);
    scene.picked = 0;
    scene.hover(-1, null);
    this.#showRow([]);
  }

  /** @param {string} url */
  async #fetch(url) {
    if (url === this.behind) return;
    this.behind = url;
    this.scene.behind = null;
    this.scene.near = []; // by the codes of another model
    this.scene.hover(-1, null);
    this.hint = url ? "coming" : "hint";
    this.#showRow([]);
    if (url) {
      try {
        const behind = await fetchBehind(url);
        if (this.behind !== url) return; // another map was chosen in the meantime
        this.scene.behind = behind;
        this.hint = "hint";
      } catch (error) {
        if (this.behind !== url) return;
        this.behind = ""; // so that it is tried again
        this.hint = "failed";
        console.error(error);
      }
    }
    this.#showRow([]);
    this.scene.redraw();
  }

  /** As many panels as there are maps. @param {Facts} facts */
  #fit(facts) {
    const { scene } = this;
    this.root.style.setProperty("--height", facts.height);
    this.root.classList.toggle("many", facts.panels.length > 1);
    while (scene.panels.length > facts.panels.length) {
      scene.panels.pop()?.remove();
      this.panels.lastElementChild?.remove();
    }
    while (scene.panels.length < facts.panels.length) {
      const figure = element("figure", "panel");
      const frame = element("div", "frame", { tabindex: "0", role: "application" });
      figure.append(element("b", "title"), frame, element("figcaption", ""));
      this.panels.append(figure);
      scene.panels.push(new Panel(scene, frame));
    }
    for (const [k, { title, alt, caption }] of facts.panels.entries()) {
      const figure = /** @type {HTMLElement} */ (this.panels.children[k]);
      const parts = /** @type {HTMLElement[]} */ ([...figure.children]);
      parts[0].textContent = title;
      parts[1].setAttribute("aria-label", `${alt}. ${facts.words.keys}`);
      parts[2].textContent = caption;
    }
  }

  /** @param {Facts} facts */
  #words(facts) {
    const text = JSON.stringify([facts.words, facts.classes, facts.legend, facts.scale]);
    if (text === this.text) return;
    this.text = text;
    const { words, classes, colours, inks } = facts;
    const tools = ["move", "lasso", "box"].map((tool) => {
      const button = element("button", "tool", { "data-tool": tool, title: words[`${tool}_help`] });
      button.textContent = words[tool];
      button.onclick = () => {
        this.scene.tool = tool;
        this.#press();
      };
      return button;
    });
    const first = () => this.scene.panels;
    /** @type {[string, string, () => void][]} */
    const acts = [
      ["+", words.zoom_in, () => first().forEach((panel) => panel.zoomBy(1.4))],
      ["−", words.zoom_out, () => first().forEach((panel) => panel.zoomBy(1 / 1.4))],
      ["⌂", words.all, () => first().forEach((panel) => panel.home())],
      ["✕", words.let_go, () => (this.scene.letGo(), this.scene.open(-1))],
    ];
    const zooms = acts.map(([sign, title, act]) => {
      const button = element("button", "", { title, "aria-label": title });
      button.textContent = sign;
      button.onclick = act;
      return button;
    });
    this.bar.setAttribute("aria-label", words.tools);
    this.bar.replaceChildren(...tools, element("span", "gap"), ...zooms);
    this.legend.setAttribute("aria-label", words.classes);
    this.legend.replaceChildren(
      ...(classes.length > 1 ? classes : []).map((/** @type {string} */ name, /** @type {number} */ label) => {
        const button = element("button", "class", { title: name, "data-label": String(label) });
        button.textContent = name;
        button.style.background = colours[label % colours.length];
        button.style.color = inks[label % inks.length];
        button.onclick = () => this.scene.pickClass(label);
        return button;
      }),
    );
    const [low, high] = facts.legend ?? [];
    this.scale.hidden = !facts.legend;
    const ramp = element("i", "");
    ramp.style.background = `linear-gradient(90deg, ${facts.scale.join()})`;
    this.scale.replaceChildren(low ?? "", ramp, high ?? "");
    this.#showRow(this.scene.near);
  }

  /** Which tool and which classes are chosen. */
  #press() {
    for (const button of this.bar.querySelectorAll("[data-tool]")) {
      const pressed = button.getAttribute("data-tool") === this.scene.tool;
      button.setAttribute("aria-pressed", String(pressed));
    }
    const chosen = this.scene.pickedClasses();
    for (const button of this.legend.querySelectorAll("[data-label]")) {
      const pressed = chosen.includes(Number(button.getAttribute("data-label")));
      button.setAttribute("aria-pressed", String(pressed));
      button.classList.toggle("other", chosen.length > 0 && !pressed);
    }
    this.stage.classList.toggle("picks", this.scene.tool !== "move");
  }

  #theme() {
    const style = getComputedStyle(this.root);
    const ink = style.getPropertyValue("--st-text-color").trim() || "#000000";
    const paper = style.getPropertyValue("--st-background-color").trim() || "#ffffff";
    if (ink === this.scene.ink && paper === this.scene.paper) return;
    [this.scene.ink, this.scene.paper] = [ink, paper];
    this.scene.redraw();
  }

  /**
   * @param {number} i
   * @param {Panel | null} panel
   */
  #showCard(i, panel) {
    const { behind } = this.scene;
    this.card.hidden = i < 0 || !panel || !behind;
    if (i < 0 || !panel || !behind) return;
    const { words } = this.scene;
    this.original.show(words.original, behind.shape, behind.colours(i));
    const again = behind.decoded(i);
    this.again.root.hidden = !again;
    if (again) this.again.show(words.decoded, again.shape, again.colours);
    this.name.textContent = this.scene.nameOf(i);
    this.name.hidden = !this.name.textContent;
    this.card.style.setProperty("--side", `${CARD}px`);
    const [x, y] = panel.place(i, panel.view()).map((at) => at / panel.ratio);
    const [box, whole] = [panel.frame, this.root].map(boxOf);
    // of a point out of sight at the nearest edge
    const inside = (/** @type {number} */ at, /** @type {number} */ most) =>
      Math.min(most, Math.max(0, at));
    const left = box.left - whole.left + inside(x, box.width);
    const top = box.top - whole.top + inside(y, box.height);
    const right = left + 18 + this.card.offsetWidth <= whole.width;
    const below = top + 18 + this.card.offsetHeight <= box.top + box.height - whole.top;
    this.card.style.left = `${right ? left + 18 : left - 18 - this.card.offsetWidth}px`;
    this.card.style.top = `${below ? top + 18 : top - 18 - this.card.offsetHeight}px`;
  }

  /** @param {number[]} near */
  #showRow(near) {
    const { scene } = this;
    const { words, behind } = scene;
    if (!near.length || !behind) {
      const hint = element("p", "");
      const alone = behind && !behind.decoder ? words.no_decoder : "";
      hint.textContent = `${words[this.hint] ?? ""} ${alone}`.trim();
      this.row.replaceChildren(hint);
      return;
    }
    const pictures = near.map((i) => {
      const name = scene.nameOf(i);
      const canvas = element("canvas", "picture", { role: "img", "aria-label": name });
      canvas.style.borderColor = name ? scene.colours[scene.labels[i] % scene.colours.length] : "";
      draw(canvas, behind.shape, behind.colours(i));
      canvas.onpointerenter = () => scene.hover(i, scene.panels[0]);
      canvas.onpointerleave = () => scene.hover(-1, null);
      return canvas;
    });
    const between = element("span", "");
    between.textContent = words.by_code;
    this.row.style.setProperty("--side", `${SMALL}px`);
    this.row.replaceChildren(pictures[0], between, ...pictures.slice(1));
  }

  close() {
    this.themes.disconnect();
    for (const panel of this.scene.panels) panel.remove();
    cancelAnimationFrame(this.scene.scheduled);
    this.root.remove();
  }
}

export default mounting(MapView);
