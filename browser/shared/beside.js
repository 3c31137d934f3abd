/**
 * Networks that run beside the page, in a worker: what is asked in a hurry is not answered one by
 * one, only the last question counts.
 *
 * @typedef {{ x: Float32Array, about: any }} Question ``about`` comes back with the answer
 */
export class Beside {
  /**
   * @param {import("./tensors.js").Tensors[]} networks each takes what the one before has made
   * @param {number} most inputs at a time
   * @param {(y: Float32Array, x: Float32Array, about: any) => void} onAnswer
   */
  constructor(networks, most, onAnswer) {
    this.worker = new Worker(new URL("./network_worker.js", import.meta.url), { type: "module" });
    this.worker.postMessage({ networks, most });
    /** @type {Question | null} */
    this.next = null;
    this.busy = false;
    this.worker.onmessage = ({ data }) => {
      const { next } = this;
      this.next = null;
      this.busy = false;
      if (next) this.ask(next.x, next.about);
      onAnswer(data.y, data.x, data.about);
    };
  }

  /**
   * @param {Float32Array} x inputs in a row; they are copied
   * @param {any} about
   */
  ask(x, about) {
    if (this.busy) {
      this.next = { x: x.slice(), about };
      return;
    }
    this.busy = true;
    this.worker.postMessage({ x, about });
  }

  close() {
    this.worker.terminate();
  }
}
