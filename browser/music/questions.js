/** Several questions to the same networks, each by its name: of each the last one counts. */
import { Beside } from "../shared/beside.js";

/** @typedef {(y: Float32Array[]) => void} Answer of one question, an array for each input */

export class Questions {
  /**
   * @param {import("../shared/tensors.js").Tensors[]} networks each takes what the one before has made
   * @param {number} most inputs of all questions together
   */
  constructor(networks, most) {
    this.beside = new Beside(networks, most, (y, _x, about) => this.#answered(y, about));
    /** @type {Map<string, { inputs: Float32Array[], number: number }>} not answered yet */
    this.open = new Map();
    /** @type {Map<string, Answer>} */
    this.answers = new Map();
    this.number = 0;
  }

  /**
   * @param {string} name
   * @param {Float32Array[]} inputs at least one
   * @param {Answer} answer is called even where the same has been asked again meanwhile
   */
  ask(name, inputs, answer) {
    this.open.set(name, { inputs, number: ++this.number });
    this.answers.set(name, answer);
    // in a hurry a question is forgotten for the next one, so each holds all that is open
    const all = [...this.open];
    const rows = all.flatMap(([, one]) => one.inputs);
    const x = new Float32Array(rows.length * rows[0].length);
    rows.forEach((row, i) => x.set(row, i * row.length));
    this.beside.ask(
      x,
      all.map(([one, { number, inputs: { length } }]) => ({ name: one, number, count: length })),
    );
  }

  /**
   * @param {Float32Array} y
   * @param {{ name: string, number: number, count: number }[]} about
   */
  #answered(y, about) {
    const length = y.length / about.reduce((sum, { count }) => sum + count, 0);
    let at = 0;
    for (const { name, number, count } of about) {
      const rows = Array.from({ length: count }, (_, i) => y.subarray((at + i) * length, (at + i + 1) * length));
      at += count;
      if (this.open.get(name)?.number === number) this.open.delete(name);
      this.answers.get(name)?.(rows);
    }
  }

  close() {
    this.beside.close();
  }
}
