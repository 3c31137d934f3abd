/**
 * What lies on the pad, told to whoever on the page shows it, with every point of the pen.
 *
 * @typedef {Object} Drawn
 * @property {import("../shared/form.js").Drawing} drawing
 * @property {number} pad its side, in the drawing's units
 * @property {boolean} scan whether it is a digit from a photograph instead
 * @property {number | null} at how many times Python had been told, this one included; null: not yet
 */
import { channel } from "../shared/channel.js";

/** @type {import("../shared/channel.js").Channel<Drawn>} */
export const onPad = channel("drawn");
