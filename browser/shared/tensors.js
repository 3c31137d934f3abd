/**
 * Reads what Python packed for a component, one safetensors file as bytes, and packs the same.
 *
 * @typedef {Float32Array | Uint8Array | Int8Array | Uint16Array | Int32Array | Uint32Array | Int16Array} Numbers
 * @typedef {Object} Tensors
 * @property {any} facts the JSON that came along
 * @property {Record<string, Numbers>} arrays row by row, as NumPy has them; float16 as float32, and so
 *   are rows of steps whose worth stands in NAME.step (publish/lighter.py)
 * @property {Record<string, number[]>} shapes
 */

const STEP = ".step";
const KINDS = {
  F16: Uint16Array,
  F32: Float32Array,
  U8: Uint8Array,
  I8: Int8Array,
  U16: Uint16Array,
  I16: Int16Array,
  I32: Int32Array,
  U32: Uint32Array,
};

/**
 * @param {Uint8Array} bytes
 * @returns {Tensors}
 */
export function unpack(bytes) {
  const buffer = bytes.slice().buffer; // a copy begins at 0, so that every array is aligned
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const facts = JSON.parse(header.__metadata__?.facts ?? "null");
  /** @type {Tensors} */
  const found = { facts, arrays: {}, shapes: {} };
  for (const [name, entry] of Object.entries(header)) {
    if (name === "__metadata__") continue;
    const Kind = KINDS[/** @type {keyof typeof KINDS} */ (entry.dtype)];
    const [start, end] = entry.data_offsets;
    const at = 8 + length + start;
    const array = new Kind(buffer, at, (end - start) / Kind.BYTES_PER_ELEMENT);
    found.arrays[name] = entry.dtype === "F16" ? widened(array) : array;
    found.shapes[name] = entry.shape;
  }
  for (const [name, step] of Object.entries(found.arrays)) {
    if (!name.endsWith(STEP)) continue;
    const of = name.slice(0, -STEP.length);
    found.arrays[of] = multiplied(found.arrays[of], step);
    delete found.arrays[name];
    delete found.shapes[name];
  }
  return found;
}

/**
 * Fetches what Python put up for a component to fetch (``served`` in browser/__init__.py).
 *
 * @param {string} address
 */
export async function fetchTensors(address) {
  return unpack(await fetchPacked(address));
}

/**
 * The same as bytes, no longer deflated if they were (by ``zlib.compress``). A page that is one file
 * (publish/single.py) has them in itself, in the element of that id.
 *
 * @param {string} address
 */
export async function fetchPacked(address) {
  const lying = globalThis.document?.getElementById(address)?.textContent; // a worker has none
  const response = await fetch(lying ? `data:application/octet-stream;base64,${lying}` : address);
  if (!response.ok) throw new Error(`${response.status} for ${address}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  // what is not deflated begins with the length of its header, in 64 bits; its upper half is zero
  if (new DataView(bytes.buffer).getUint32(4, true) === 0) return bytes;
  const whole = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate")));
  return new Uint8Array(await whole.arrayBuffer());
}

/**
 * @param {ArrayLike<number>} steps row by row
 * @param {ArrayLike<number>} worth of a step in each row
 */
function multiplied(steps, worth) {
  const each = steps.length / worth.length;
  return Float32Array.from(steps, (one, i) => one * worth[Math.floor(i / each)]);
}

/** @type {Float32Array | undefined} the numbers that the 65,536 patterns of 16 bits stand for */
let halves;

/**
 * @param {ArrayLike<number>} patterns of 16-bit floating-point numbers (IEEE 754)
 */
function widened(patterns) {
  halves ??= Float32Array.from({ length: 65536 }, (_, bits) => {
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    const size =
      exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
    return (bits >> 15 ? -1 : 1) * (exponent === 31 ? (fraction ? NaN : Infinity) : size);
  });
  const numbers = new Float32Array(patterns.length);
  for (let i = 0; i < numbers.length; i++) numbers[i] = halves[patterns[i]];
  return numbers;
}

/**
 * Arrays and plain facts in one piece of bytes: what ``unpack`` takes apart (aecore/packing.py).
 *
 * @param {any} facts
 * @param {Record<string, [Numbers, number[]]>} arrays with their shapes
 * @returns {Uint8Array<ArrayBuffer>}
 */
export function pack(facts, arrays) {
  /** @type {Record<string, any>} */
  const header = { __metadata__: { facts: JSON.stringify(facts) } };
  let end = 0;
  // those of larger numbers first: then each begins where its numbers may
  const names = Object.keys(arrays).sort((a, b) => width(arrays[b][0]) - width(arrays[a][0]));
  for (const name of names) {
    const [array, shape] = arrays[name];
    const dtype = Object.entries(KINDS).find(([kind, Kind]) => kind !== "F16" && array instanceof Kind)?.[0];
    header[name] = { dtype, shape, data_offsets: [end, (end += array.byteLength)] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const start = Math.ceil((8 + text.length) / 8) * 8;
  const bytes = new Uint8Array(start + end).fill(" ".charCodeAt(0), 8, start);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(start - 8), true);
  bytes.set(text, 8);
  for (const name of names) {
    const { buffer, byteOffset, byteLength } = arrays[name][0];
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), start + header[name].data_offsets[0]);
  }
  return bytes;
}

/** @param {Numbers} array */
const width = (array) => array.BYTES_PER_ELEMENT;
