/**
 * The posterior of an image: the cloud of codes that a variational encoder predicts for it, drawn
 * as ellipses of one and two σ with points drawn from it, of which some are decoded.
 */
import { pictured } from "../shared/pictured.js";
import { context, paint } from "../shared/pictures.js";
import { STOPS } from "./path.js";

/** @typedef {import("../shared/view.js").Pair} Pair */
/** @typedef {import("./facts.js").Facts} Facts */
/** @typedef {{ middle: Pair, sigma: Pair, own: boolean }} Posterior on the axes; of one's drawing */

export const DRAWS = 9; // points that are decoded
const POINTS = 80;
const CORNERS = 64; // of an ellipse
const GAP = 1; // pixels of an image between two
const FRAME = `
<p><label><input type="checkbox"><span></span></label><button type="button" hidden></button></p>
<figure hidden><figcaption></figcaption><canvas width="${DRAWS}" height="1"></canvas></figure>`;

/** Standard normal pairs, the same every time, so that a cloud doesn't flicker as it moves. */
const NOISE = noise(POINTS);

export class Cloud {
  /**
   * @param {HTMLElement} parent of the switch and the decoded draws
   * @param {SVGElement} picture over the plane
   * @param {() => void} onSwitch people have turned it on or off
   * @param {(posterior: Posterior) => void} onCloser they want to see it from near
   */
  constructor(parent, picture, onSwitch, onCloser) {
    parent.innerHTML = FRAME;
    this.parent = parent;
    this.box = /** @type {HTMLInputElement} */ (parent.querySelector("input"));
    this.figure = /** @type {HTMLElement} */ (parent.querySelector("figure"));
    this.canvas = /** @type {HTMLCanvasElement} */ (parent.querySelector("canvas"));
    this.lines = [".ellipses", ".draws", ".points"].map(
      (name) => /** @type {SVGPathElement} */ (picture.querySelector(name)),
    );
    /** @type {Float32Array | null} σ of every real code, two numbers each */
    this.sigmas = null;
    /** @type {Posterior | null} that is shown */
    this.shown = null;
    this.box.addEventListener("change", onSwitch);
    this.button = /** @type {HTMLButtonElement} */ (parent.querySelector("button"));
    this.button.addEventListener("click", () => this.shown && onCloser(this.shown));
  }

  get on() {
    return this.box.checked && !this.parent.hidden;
  }

  /** @param {Facts} facts */
  write(facts) {
    this.facts = facts;
    this.parent.hidden = !facts.cloudy;
    const label = /** @type {Element} */ (this.box.nextElementSibling);
    label.textContent = facts.words.cloud;
    this.button.textContent = facts.words.closerToCloud;
    pictured(this.canvas, facts.words.draws);
    const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
    this.fixed = new Intl.NumberFormat(facts.language, digits);
  }

  /**
   * The posterior of the image whose code is nearest to a place: a real one, or the drawing.
   *
   * @param {Pair} place
   * @param {import("./real_codes.js").RealCodes | null} real
   */
  look([x, y], real) {
    const { facts, sigmas } = this;
    this.shown = null;
    let nearest = Infinity;
    const i = sigmas && real ? real.nearestTo(x, y) : -1;
    if (sigmas && real && i >= 0) {
      const middle = /** @type {Pair} */ ([real.places[2 * i], real.places[2 * i + 1]]);
      nearest = Math.hypot(middle[0] - x, middle[1] - y);
      this.shown = { middle, sigma: [sigmas[2 * i], sigmas[2 * i + 1]], own: false };
    }
    if (facts?.own && facts.ownSigma) {
      const away = Math.hypot(facts.own[0] - x, facts.own[1] - y);
      if (away <= nearest) this.shown = { middle: facts.own, sigma: facts.ownSigma, own: true };
    }
  }

  /** The places that are decoded. */
  draws() {
    const { shown } = this;
    return shown && this.on ? NOISE.slice(0, DRAWS).map((drawn) => moved(shown, drawn)) : [];
  }

  /** @param {(place: Pair) => Pair} pixels where a place is in the pane */
  mark(pixels) {
    const { shown, facts, figure } = this;
    const seen = shown && this.on ? shown : null;
    figure.hidden = !seen || !facts?.weights;
    this.button.hidden = !seen;
    const [ellipses, draws, points] = this.lines;
    if (!seen || !facts) {
      for (const line of this.lines) line.setAttribute("d", "");
      return;
    }
    const rings = [1, 2].map((times) => `M${ring(seen, times).map(pixels).join("L")}Z`);
    ellipses.setAttribute("d", rings.join(""));
    // a line of no length with round ends is a dot
    const dots = NOISE.map((drawn) => `M${pixels(moved(seen, drawn)).join(",")}h0`);
    draws.setAttribute("d", dots.slice(0, DRAWS).join(""));
    points.setAttribute("d", dots.slice(DRAWS).join(""));
    const drawn = seen.own ? facts.words.cloudOfOwn : facts.words.cloudOfNearest;
    const sigma = seen.sigma.map((one) => this.fixed?.format(one) ?? "").join("; ");
    const caption = /** @type {Element} */ (figure.querySelector("figcaption"));
    caption.textContent = drawn.replace("{sigma}", sigma);
  }

  /**
   * @param {Uint8Array} bytes images of the path between the pins, then the decoded draws
   * @param {[number, number, number]} shape of each
   */
  draw(bytes, shape) {
    const [channels, height, width] = shape;
    const [size, across] = [channels * height * width, width + GAP];
    if (bytes.length <= STOPS * size) return;
    const image = new ImageData(DRAWS * across - GAP, height);
    for (let i = 0; i < DRAWS; i++) paint(image, bytes, (STOPS + i) * size, shape, i * across);
    [this.canvas.width, this.canvas.height] = [image.width, image.height];
    context(this.canvas).putImageData(image, 0, 0);
  }
}

/**
 * @param {Posterior} posterior
 * @param {Pair} drawn standard normal
 * @returns {Pair}
 */
function moved({ middle, sigma }, drawn) {
  return [middle[0] + sigma[0] * drawn[0], middle[1] + sigma[1] * drawn[1]];
}

/**
 * @param {Posterior} posterior
 * @param {number} times of σ
 */
function ring(posterior, times) {
  return Array.from({ length: CORNERS }, (_, i) => {
    const angle = (2 * Math.PI * i) / CORNERS;
    return moved(posterior, [times * Math.cos(angle), times * Math.sin(angle)]);
  });
}

/**
 * @param {number} count
 * @returns {Pair[]}
 */
export function noise(count) {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return Array.from({ length: count }, () => {
    const [length, angle] = [Math.sqrt(-2 * Math.log(uniform())), 2 * Math.PI * uniform()];
    return [length * Math.cos(angle), length * Math.sin(angle)]; // Box and Muller
  });
}
