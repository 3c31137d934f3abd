/** Which stretch of a signal is seen, and the time written along it. */
import { panned, zoomed } from "../shared/view.js";

/** @typedef {import("../shared/view.js").View} View */

const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];
const APART = 110; // pixels between two times

/** The part of the time from ``from`` to ``to``, in seconds, of a signal that lasts ``seconds``. */
export class Stretch {
  constructor() {
    this.seconds = 1;
    this.least = 1; // seconds that are seen at least
    this.from = 0;
    this.to = 1;
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  look(from, to) {
    const span = Math.min(this.seconds, Math.max(this.least, to - from));
    const middle = (from + to) / 2;
    this.from = Math.max(0, Math.min(this.seconds - span, middle - span / 2));
    this.to = this.from + span;
  }

  /**
   * @param {number} dx pixels that the picture is dragged by
   * @param {number} width of the frame
   */
  pan(dx, width) {
    this.#see(panned(this.#view(width), dx, 0), width);
  }

  /**
   * @param {number} x pixel that stays where it is
   * @param {number} times
   * @param {number} width
   */
  zoom(x, times, width) {
    const view = this.#view(width);
    const most = width * (this.seconds / this.least);
    const scale = Math.max(width, Math.min(most, view.scale * times));
    this.#see(zoomed(view, scale, [x - width / 2, 0]), width);
  }

  /**
   * @param {number} width
   * @returns {View} of the whole time, 0…1
   */
  #view(width) {
    const span = this.to - this.from;
    return { x: (this.from + span / 2) / this.seconds, y: 0, scale: (width * this.seconds) / span };
  }

  /**
   * @param {View} view
   * @param {number} width
   */
  #see({ x, scale }, width) {
    const half = (width / scale / 2) * this.seconds;
    this.look(x * this.seconds - half, x * this.seconds + half);
  }

  /**
   * @param {number} time in seconds
   * @param {number} width
   */
  pixel(time, width) {
    return ((time - this.from) / (this.to - this.from)) * width;
  }

  /**
   * Round times along the stretch, with the words for each.
   *
   * @param {number} width
   * @param {number} begins the time at the signal's first value
   */
  times(width, begins) {
    const least = ((this.to - this.from) * APART) / width;
    const power = 10 ** Math.floor(Math.log10(least));
    const step =
      least < 1
        ? power * ([1, 2, 5, 10].find((one) => one * power >= least) ?? 10)
        : (STEPS.find((one) => one >= least) ?? 86400 * Math.ceil(least / 86400));
    const found = [];
    const first = Math.ceil((this.from + begins) / step);
    for (let k = first; k * step <= this.to + begins; k++) {
      found.push({ time: k * step - begins, words: clock(k * step, step) });
    }
    return found;
  }
}

/**
 * A time as on a clock: 0:07, 1:02:30, or with fractions of a second where these matter.
 *
 * @param {number} seconds
 * @param {number} step of the axis
 */
export function clock(seconds, step = 1) {
  const digits = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const whole = Math.abs(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = (whole % 60).toFixed(digits).padStart(digits ? digits + 3 : 2, "0");
  const sign = seconds < 0 ? "−" : "";
  return hours
    ? `${sign}${hours}:${String(minutes).padStart(2, "0")}:${rest}`
    : `${sign}${minutes}:${rest}`;
}
