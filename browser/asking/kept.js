/**
 * The visitor's answers, kept in this browser and nowhere else: a record from the ids of questions.
 *
 * Where a browser keeps nothing, or has no room left, they last as long as the page.
 */
export class Kept {
  /** @param {string} name under which localStorage has them */
  constructor(name) {
    this.name = name;
    /** @type {Record<string, unknown>} */
    this.answers = this.#read();
  }

  /** @param {string} id */
  of(id) {
    return Object.hasOwn(this.answers, id) ? this.answers[id] : null;
  }

  /** @param {string} id @param {unknown} answer null: forget it */
  keep(id, answer) {
    // another tab may have kept some meanwhile
    this.answers = { ...this.answers, ...this.#read() };
    if (answer === null) delete this.answers[id];
    else this.answers[id] = answer;
    this.#write();
  }

  /** Keep these instead. @param {Record<string, unknown>} answers */
  replace(answers) {
    this.answers = answers;
    this.#write();
  }

  get ids() {
    return Object.keys(this.answers).sort();
  }

  #read() {
    try {
      const found = JSON.parse(localStorage.getItem(this.name) ?? "{}");
      return found && typeof found === "object" && !Array.isArray(found) ? found : {};
    } catch {
      return {}; // damaged, or the browser forbids it
    }
  }

  #write() {
    try {
      localStorage.setItem(this.name, JSON.stringify(this.answers));
    } catch {
      // full, or forbidden: this.answers has them until the page is left
    }
  }
}
