/** Networks that run beside the page, in a worker; of what is asked in a hurry only the last counts. */
import { Hurried } from "./hurried.js";

export class Beside extends Hurried {
  /**
   * @param {import("./tensors.js").Tensors[]} networks each takes what the one before has made
   * @param {number} most inputs at a time
   * @param {(y: Float32Array, x: Float32Array, about: any) => void} onAnswer
   */
  constructor(networks, most, onAnswer) {
    const worker = new Worker(new URL("./network_worker.js", import.meta.url), { type: "module" });
    super(worker, ({ y, x, about }) => onAnswer(y, x, about));
    worker.postMessage({ networks, most });
  }

  /**
   * @param {Float32Array} x inputs in a row
   * @param {any} about comes back with the answer
   */
  ask(x, about) {
    this.send({ x, about });
  }
}
