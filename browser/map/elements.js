/** Pieces of the page around a map. */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {string} name its class
 * @param {Record<string, string>} [attributes]
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(tag, name, attributes = {}) {
  const made = document.createElement(tag);
  made.className = name;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** A small picture with a word under it. */
export class Captioned {
  constructor() {
    this.root = element("figure", "captioned");
    this.picture = element("canvas", "picture");
    this.caption = element("figcaption", "");
    this.root.append(this.picture, this.caption);
  }

  /**
   * @param {string} caption
   * @param {[number, number, number]} shape
   * @param {Uint32Array} colours
   */
  show(caption, shape, colours) {
    this.caption.textContent = caption;
    draw(this.picture, shape, colours);
  }
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {[number, number, number]} shape channels, height, width
 * @param {Uint32Array} colours line by line
 */
export function draw(canvas, [, height, width], colours) {
  [canvas.width, canvas.height] = [width, height];
  const image = new ImageData(width, height);
  new Uint32Array(image.data.buffer).set(colours);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
