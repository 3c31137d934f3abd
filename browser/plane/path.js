/** The path between two pins as images, beside the cross-fade of its two ends in pixels. */
import { pictured } from "../shared/pictured.js";
import { context, paint } from "../shared/pictures.js";
import { path } from "./axis.js";

/** @typedef {import("./axis.js").Pair} Pair */

export const STOPS = 9; // images of a path, with both ends
const GAP = 1; // pixels of an image between two

// a canvas has the shape of its strip from the first: nothing around it moves when it is painted
const SHAPE = `width="${STOPS}" height="1"`;
const FRAME = `
<fieldset>
  <legend></legend>
  <label><input type="radio" name="way" value="straight"><span></span></label>
  <label><input type="radio" name="way" value="round"><span></span></label>
</fieldset>
<figure><figcaption></figcaption><canvas ${SHAPE}></canvas></figure>
<figure><figcaption></figcaption><canvas ${SHAPE}></canvas></figure>`;

export class PathStrips {
  /**
   * @param {HTMLElement} parent
   * @param {() => void} onWay people have chosen another way
   */
  constructor(parent, onWay) {
    parent.innerHTML = FRAME;
    this.parent = parent;
    this.canvases = [...parent.querySelectorAll("canvas")];
    this.radios = [...parent.querySelectorAll("input")];
    for (const radio of this.radios) radio.addEventListener("change", onWay);
  }

  get way() {
    return this.radios[1].checked ? "round" : "straight";
  }

  set way(way) {
    this.radios[way === "round" ? 1 : 0].checked = true;
  }

  /** @param {[Pair, Pair]} pins */
  stops([from, to]) {
    return path(from, to, this.way, STOPS);
  }

  /** @param {Record<string, string>} words */
  write(words) {
    const { parent, canvases, radios } = this;
    const legend = /** @type {Element} */ (parent.querySelector("legend"));
    legend.textContent = words.path;
    [words.straight, words.round].forEach((word, i) => {
      const label = /** @type {Element} */ (radios[i].nextElementSibling);
      label.textContent = word;
    });
    [words.decodedPath, words.crossFade].forEach((word, i) => {
      const caption = /** @type {Element} */ (canvases[i].previousElementSibling);
      caption.textContent = word;
      pictured(canvases[i], word);
    });
  }

  /**
   * @param {Uint8Array} bytes the decoded images, one after the other
   * @param {[number, number, number]} shape of each
   */
  draw(bytes, shape) {
    const [channels, height, width] = shape;
    const size = channels * height * width;
    const [across, end] = [width + GAP, (STOPS - 1) * size];
    const faded = new Uint8Array(bytes.length);
    for (let i = 0; i < STOPS; i++) {
      const share = i / (STOPS - 1);
      for (let k = 0; k < size; k++) {
        faded[i * size + k] = (1 - share) * bytes[k] + share * bytes[end + k] + 0.5;
      }
    }
    [bytes, faded].forEach((images, row) => {
      const image = new ImageData(STOPS * across - GAP, height);
      for (let i = 0; i < STOPS; i++) paint(image, images, i * size, shape, i * across);
      const canvas = this.canvases[row];
      [canvas.width, canvas.height] = [image.width, image.height];
      context(canvas).putImageData(image, 0, 0);
    });
  }
}
