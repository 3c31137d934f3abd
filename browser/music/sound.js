/**
 * How a note sounds: an oscillator with a timbre's overtones and an envelope, for the loudspeaker as
 * for a rendering that nobody waits for.
 *
 * @typedef {Object} Timbre
 * @property {number[]} overtones strength of the first, second … multiple of the pitch
 * @property {number} fades seconds in which a held note falls to a third; 0 for one that lasts
 */

/** @type {Record<string, Timbre>} */
export const TIMBRES = {
  flute: { overtones: [1, 0.18, 0.06], fades: 0 },
  organ: { overtones: [1, 0.7, 0.25, 0.35, 0.05, 0.12], fades: 0 },
  string: { overtones: [1, 0.5, 0.33, 0.25, 0.2, 0.16, 0.14], fades: 0.45 },
  bell: { overtones: [1, 0, 0.4, 0, 0.25, 0, 0, 0.2], fades: 0.7 },
};
export const ATTACK = 0.008; // seconds; sooner it clicks
export const RELEASE = 0.03;
const LOUD = 0.5; // of one note, so that two that meet don't distort

/**
 * A pitch's frequency in hertz.
 *
 * @param {number} pitch MIDI's number
 */
export function frequency(pitch) {
  return 440 * 2 ** ((pitch - 69) / 12);
}

/** @type {WeakMap<BaseAudioContext, Map<Timbre, PeriodicWave>>} */
const waves = new WeakMap();

/**
 * @param {BaseAudioContext} context
 * @param {Timbre} timbre
 */
function wave(context, timbre) {
  const known = waves.get(context) ?? new Map();
  waves.set(context, known);
  let made = known.get(timbre);
  if (!made) {
    const imag = Float32Array.from([0, ...timbre.overtones]);
    made = context.createPeriodicWave(new Float32Array(imag.length), imag);
    known.set(timbre, made);
  }
  return made;
}

/**
 * Let a note sound.
 *
 * @param {BaseAudioContext} context
 * @param {AudioNode} into
 * @param {Timbre} timbre
 * @param {number} pitch MIDI's number
 * @param {number} at in the context's seconds
 * @param {number} seconds with the time in which it dies away
 * @returns {OscillatorNode} that ends by itself
 */
export function sound(context, into, timbre, pitch, at, seconds) {
  const oscillator = new OscillatorNode(context, { frequency: frequency(pitch) });
  oscillator.setPeriodicWave(wave(context, timbre));
  const envelope = new GainNode(context, { gain: 0 });
  const { gain } = envelope;
  const end = at + Math.max(seconds, ATTACK + RELEASE);
  gain.setValueAtTime(0, at);
  gain.linearRampToValueAtTime(LOUD, at + ATTACK);
  const level = timbre.fades ? LOUD * 3 ** (-(end - RELEASE - at - ATTACK) / timbre.fades) : LOUD;
  if (timbre.fades) gain.exponentialRampToValueAtTime(level, end - RELEASE);
  else gain.setValueAtTime(LOUD, end - RELEASE);
  gain.linearRampToValueAtTime(0, end);
  oscillator.connect(envelope).connect(into);
  oscillator.start(at);
  oscillator.stop(end);
  return oscillator;
}
