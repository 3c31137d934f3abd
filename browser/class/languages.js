/** The row of languages in the side bar. */

const REST = 150; // ms after the last key until Python is told: a run takes longer than a step
const LATE = 2000; // ms after which Python is told once more: a run that was cut short forgets it
const TRIES = 4;

export class Languages {
  /**
   * @param {HTMLElement} place a fieldset
   * @param {(told: string) => void} take what people choose, a code, and how often they were heard
   */
  constructor(place, take) {
    this.place = place;
    this.take = take;
    this.written = "";
    /** @type {string | null} what the hand has chosen, until Python speaks it */
    this.mine = null;
    this.spoken = "";
    this.heard = 0;
    this.telling = 0;
  }

  close() {
    clearTimeout(this.telling);
  }

  /**
   * @param {[string, string][]} languages code of each, and what it calls itself
   * @param {string} spoken code
   * @param {string} label what the row is, for those who cannot see it
   */
  show(languages, spoken, label) {
    this.place.setAttribute("aria-label", label);
    const written = JSON.stringify(languages);
    if (written !== this.written) this.place.replaceChildren(...languages.map((one) => this.#choice(one)));
    this.written = written;
    if (this.mine === spoken) this.#rest();
    this.spoken = spoken;
    this.#mark();
  }

  #mark() {
    for (const input of this.place.querySelectorAll("input")) {
      input.checked = input.value === (this.mine ?? this.spoken);
    }
  }

  #rest() {
    this.mine = null;
    clearTimeout(this.telling);
  }

  /** @param {[string, string]} language */
  #choice([code, name]) {
    const choice = document.createElement("label");
    const input = document.createElement("input");
    [input.type, input.name, input.value] = ["radio", "language", code];
    // no "change": an address may ask for one that isn't there, and people want the one shown
    input.addEventListener("click", () => this.#choose(code));
    choice.lang = code;
    choice.append(input, name);
    return choice;
  }

  /** @param {string} code */
  #choose(code) {
    this.mine = code;
    clearTimeout(this.telling);
    this.telling = window.setTimeout(() => this.#tell(TRIES), REST);
  }

  /** @param {number} tries that are left */
  #tell(tries) {
    if (tries) {
      this.heard += 1; // the same told twice would be no news
      this.take(`${this.mine} ${this.heard}`);
      this.telling = window.setTimeout(() => this.#tell(tries - 1), LATE);
    } else {
      this.#rest();
      this.#mark();
    }
  }
}
