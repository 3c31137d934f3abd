/** The image that is pointed at: as it is, rebuilt, and where the error sits. */
import { pictured } from "../shared/pictured.js";
import { context } from "../shared/pictures.js";

/**
 * @typedef {import("./facts.js").Facts} Facts
 * @typedef {import("./pictures.js").Name} Name
 * @typedef {import("./pictures.js").Pictures} Pictures
 * @typedef {import("./ranking.js").Ranking} Ranking
 */

export class Looked {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.canvases = [...root.querySelectorAll("canvas")];
    this.captions = [...root.querySelectorAll("figcaption")];
    this.told = /** @type {HTMLElement} */ (root.querySelector(".told"));
  }

  /**
   * @param {Facts} facts
   * @param {Ranking} ranking
   * @param {Pictures} pictures
   * @param {Name} side
   * @param {number} i
   */
  show(facts, ranking, pictures, side, i) {
    this.facts = facts;
    this.ranking = ranking;
    this.pictures = pictures;
    this.percent = new Intl.NumberFormat(facts.language, {
      style: "percent",
      maximumFractionDigits: 1,
    });
    const { words } = facts;
    [words.original, words.rebuilt, words.error].forEach((text, k) => {
      this.captions[k].textContent = text;
      pictured(this.canvases[k], k === 1 ? words.rebuilder : text);
    });
    this.at(side, i);
  }

  /** @param {Name} side @param {number} i */
  at(side, i) {
    const { facts, ranking, pictures, percent } = this;
    if (!facts || !ranking || !pictures || !percent) return;
    const [, height, width] = facts.shape;
    const draw = (/** @type {HTMLCanvasElement} */ canvas, /** @type {ImageData} */ image) => {
      if (canvas.width !== width || canvas.height !== height) {
        [canvas.width, canvas.height] = [width, height];
      }
      context(canvas).putImageData(image, 0, 0);
    };
    draw(this.canvases[0], pictures.image(side, i));
    draw(this.canvases[1], pictures.reconstruction(side, i));
    draw(this.canvases[2], pictures.error(side, i));
    const score = pictures.arrays[`${side}.scores`][i];
    const share = ranking.normal.below(score) / ranking.normal.count;
    const name = pictures.name(side, i) || facts[side].title;
    this.told.textContent = `${name}: ${facts.words.rank.replace("{share}", percent.format(share))}`;
  }
}
