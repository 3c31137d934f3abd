/**
 * A worker that is asked in a hurry: it does not answer one by one, only the last question counts.
 *
 * An answer is what has ``about`` in it; a worker may tell other things in between.
 */
export class Hurried {
  /**
   * @param {Worker} worker
   * @param {(answer: any) => void} onAnswer
   * @param {(told: any) => void} onOther
   */
  constructor(worker, onAnswer, onOther = () => {}) {
    this.worker = worker;
    /** @type {object | null} */
    this.next = null;
    this.busy = false;
    worker.onmessage = ({ data }) => {
      if (!("about" in data)) {
        onOther(data);
        return;
      }
      const { next } = this;
      this.next = null;
      this.busy = false;
      if (next) this.send(next);
      onAnswer(data);
    };
  }

  /** @param {object} question with ``about``, which comes back with the answer */
  send(question) {
    if (this.busy) {
      this.next = structuredClone(question); // its numbers may be overwritten until its turn comes
      return;
    }
    this.busy = true;
    this.worker.postMessage(question);
  }

  close() {
    this.worker.terminate();
  }
}
