/**
 * Decodes for the plane beside the page, so that the grid never keeps the pointer waiting.
 *
 * What it is told: {decoder, arrays} first; {tiles: {id, keys, codes}}, which replaces what it had
 * still to decode; {strip: {codes}}, which comes before. What it tells: {tiles: {id, keys, bytes}}
 * as they come, {strip: {bytes}}.
 */
import { Network } from "../shared/network.js";
import { toBytes } from "../shared/pictures.js";

const AT_ONCE = 12; // milliseconds; then it looks whether something else has become more urgent

/** @type {Network} */
let decoder;
let keys = new Float64Array();
let codes = new Float32Array();
let grid = 0; // which one these tiles are for
let done = 0; // of the tiles
const pause = new MessageChannel();

/**
 * @param {Float32Array} from codes, one after the other
 * @param {number} first
 * @param {number} last exclusive
 */
function decoded(from, first, last) {
  const { inputs, outputs } = decoder;
  const bytes = new Uint8Array((last - first) * outputs);
  for (let i = first; i < last; i++) {
    const image = decoder.run(from.subarray(i * inputs, (i + 1) * inputs));
    toBytes(image, bytes, (i - first) * outputs);
  }
  return bytes;
}

pause.port1.onmessage = () => {
  const first = done;
  const started = performance.now();
  /** @type {Uint8Array<ArrayBuffer>[]} */
  const parts = [];
  while (done < keys.length && performance.now() - started < AT_ONCE) {
    parts.push(decoded(codes, done, done + 1));
    done += 1;
  }
  if (!parts.length) return;
  const bytes = new Uint8Array(parts.length * parts[0].length);
  parts.forEach((part, i) => bytes.set(part, i * part.length));
  self.postMessage({ tiles: { id: grid, keys: keys.slice(first, done), bytes } });
  if (done < keys.length) pause.port2.postMessage(null);
};

self.onmessage = ({ data }) => {
  if (data.decoder) decoder = new Network(data.decoder, data.arrays);
  if (data.strip) {
    const along = data.strip.codes;
    const bytes = decoded(along, 0, along.length / decoder.inputs);
    self.postMessage({ strip: { bytes } });
  }
  if (data.tiles) {
    const idle = done >= keys.length;
    ({ id: grid, keys, codes } = data.tiles);
    done = 0;
    if (idle) pause.port2.postMessage(null);
  }
};
