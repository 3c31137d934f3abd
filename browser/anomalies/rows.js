/** The most suspicious normal images and the least suspicious strange ones, each with its error. */
import { context } from "../shared/pictures.js";

/**
 * @typedef {import("./facts.js").Facts} Facts
 * @typedef {import("./pictures.js").Name} Name
 * @typedef {import("./pictures.js").Pictures} Pictures
 * @typedef {import("./ranking.js").Ranking} Ranking
 */

const MANY = 12;

export class Rows {
  /**
   * @param {HTMLElement} root
   * @param {(side: Name, i: number) => void} look
   */
  constructor(root, look) {
    this.root = root;
    this.look = look;
  }

  /**
   * @param {Facts} facts
   * @param {Ranking} ranking
   * @param {Pictures} pictures
   */
  show(facts, { normal, strange }, pictures) {
    const worst = normal.order.slice(-MANY).reverse();
    this.#row(".suspicious", facts.words.suspicious, pictures, "normal", worst);
    this.#row(".unsuspicious", facts.words.unsuspicious, pictures, "strange", strange.order.slice(0, MANY));
  }

  /**
   * @param {string} selector
   * @param {string} title
   * @param {Pictures} pictures
   * @param {Name} side
   * @param {Uint32Array} images
   */
  #row(selector, title, pictures, side, images) {
    const row = /** @type {HTMLElement} */ (this.root.querySelector(selector));
    row.children[0].textContent = title;
    const buttons = [...images].map((i, k) => {
      const button = document.createElement("button");
      button.type = "button";
      const name = pictures.name(side, i) || String(k + 1);
      button.setAttribute("aria-label", `${title}: ${name}`);
      button.append(canvasOf(pictures.image(side, i)), canvasOf(pictures.error(side, i)));
      for (const event of ["pointerenter", "focus", "click"]) {
        button.addEventListener(event, () => this.look(side, i));
      }
      return button;
    });
    row.children[1].replaceChildren(...buttons);
  }
}

/** @param {ImageData} image */
function canvasOf(image) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [image.width, image.height];
  context(canvas).putImageData(image, 0, 0);
  return canvas;
}
