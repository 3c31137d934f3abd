/** The row of languages in the side bar. */

const REST = 150; // ms after the last key until Python is told: a run takes longer than a step
const LATE = 3000; // ms in which Python may still say what was spoken before

export class Languages {
  /**
   * @param {HTMLElement} place a fieldset
   * @param {(code: string) => void} take what people choose
   */
  constructor(place, take) {
    this.place = place;
    this.take = take;
    this.written = "";
    this.mine = { code: "", until: 0 }; // what the hand has chosen, until Python speaks it
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
    const { code, until } = this.mine;
    const late = code !== spoken && performance.now() < until;
    if (!late) this.mine.until = 0;
    for (const input of this.place.querySelectorAll("input")) {
      input.checked = input.value === (late ? code : spoken);
    }
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
    this.mine = { code, until: performance.now() + LATE };
    clearTimeout(this.telling);
    this.telling = window.setTimeout(() => this.take(code), REST);
  }
}
