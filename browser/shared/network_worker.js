/**
 * Runs networks one after the other, each with what the one before has made, beside the page.
 *
 * What it is told: {networks, most} first, how many inputs there are at most; then {x, about}. What
 * it tells: {x, y, about}. Of mean and log-variance the mean is handed on.
 */
import { Network } from "./network.js";

/** @type {Network[]} */
let networks = [];

/**
 * @param {Float32Array} x
 */
function run(x) {
  /** @type {Float32Array | Float64Array} */
  let y = x;
  networks.forEach((network, place) => {
    const [d, made] = [network.inputs, networks[place - 1]?.outputs];
    const code = (/** @type {number} */ i) => Math.floor(i / d) * made + (i % d);
    const given = !place || made === d ? y : Float64Array.from({ length: (y.length / made) * d }, (_, i) => y[code(i)]);
    y = network.run(given);
  });
  return Float32Array.from(y);
}

self.onmessage = ({ data }) => {
  if (data.networks) {
    /** @type {{ facts: any, arrays: any }[]} */
    const told = data.networks;
    networks = told.map(({ facts, arrays }) => new Network(facts, arrays, data.most));
  } else {
    const y = run(data.x);
    self.postMessage({ ...data, y });
  }
};
