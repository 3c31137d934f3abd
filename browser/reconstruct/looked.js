/** Which image people look at, counted from 0: the rows tell it and the codes follow. */
import { channel } from "../shared/channel.js";

/** @type {import("../shared/channel.js").Channel<number>} */
export const looked = channel("reconstruct-looked");
