/**
 * The wall of a class: drawings as small images where a plane and a map put them, over the points
 * of all test digits. What is new is told by the class's events, which the page gets anyway.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {[number, number]} Pair
 *
 * @typedef {Object} Picture
 * @property {string} src
 * @property {[number, number, number, number]} box its left, lower, right and upper edge
 * @property {[string, string]} names of its axes
 *
 * @typedef {Object} Drawn
 * @property {number} id
 * @property {string} src
 * @property {Pair} plane where it lies
 * @property {Pair} map
 *
 * @typedef {Object} Facts
 * @property {boolean} teacher who may hide one
 * @property {Picture} plane
 * @property {Picture} map
 * @property {Drawn[]} drawings the oldest first
 * @property {string} said how many there are
 * @property {Record<string, string>} words
 */
import { framed, mounting } from "../shared/mounting.js";

const SIDES = /** @type {const} */ (["plane", "map"]);
const FRAME = SIDES.map(
  (side) => `<figure class="${side}"><figcaption></figcaption><div class="paper"><img alt=""></div></figure>`,
).join("");

class Wall {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "wall", `${FRAME}<p role="status"></p>`);
    this.root = root;
    this.find = find;
    /** @type {Component["setTriggerValue"]} */
    this.trigger = () => {};
    this.news = () => this.trigger("news", true);
    window.addEventListener("class-wall", this.news);
  }

  close() {
    window.removeEventListener("class-wall", this.news);
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data, setTriggerValue }) {
    const { teacher, drawings, said, words, ...pictures } = /** @type {Facts} */ (data);
    this.trigger = setTriggerValue;
    for (const side of SIDES) {
      const figure = this.find(`.${side}`);
      const { src, box } = pictures[side];
      const paper = /** @type {HTMLElement} */ (figure.querySelector(".paper"));
      const behind = /** @type {HTMLImageElement} */ (paper.querySelector("img"));
      if (behind.src !== src) behind.src = src;
      behind.alt = words[side];
      const caption = figure.querySelector("figcaption");
      if (caption) caption.textContent = words[side];
      const there = new Map(
        [...paper.querySelectorAll("[data-id]")].map((each) => [each.getAttribute("data-id"), each]),
      );
      for (const drawn of drawings) {
        const id = String(drawn.id);
        if (!there.delete(id)) paper.append(this.#hung(drawn, place(drawn[side], box), teacher, words));
      }
      for (const gone of there.values()) gone.remove();
    }
    this.find("p").textContent = drawings.length ? said : words.empty;
  }

  /**
   * @param {Drawn} drawn
   * @param {Pair} at shares of the picture, from its upper left corner
   * @param {boolean} teacher
   * @param {Record<string, string>} words
   */
  #hung({ id, src }, [x, y], teacher, words) {
    const image = document.createElement("img");
    image.src = src;
    const [n, name] = [String(id), teacher ? words.hide : words.drawing];
    const place = document.createElement(teacher ? "button" : "span");
    place.className = "hung";
    place.dataset.id = n;
    place.style.left = `${100 * x}%`;
    place.style.top = `${100 * y}%`;
    image.alt = name.replace("{n}", n);
    if (teacher) {
      place.title = image.alt;
      place.addEventListener("click", () => this.trigger("hidden", id));
    }
    place.append(image);
    return place;
  }
}

/**
 * Where a place lies in a picture; what lies outside, at its edge.
 *
 * @param {Pair} place
 * @param {Picture["box"]} box
 * @returns {Pair}
 */
function place([x, y], [left, lower, right, upper]) {
  const inside = (/** @type {number} */ share) => Math.min(0.98, Math.max(0.02, share));
  return [inside((x - left) / (right - left)), inside((upper - y) / (upper - lower))];
}

export default mounting(Wall);
