/** The row of languages in the side bar. */

export class Languages {
  /**
   * @param {HTMLElement} place a fieldset
   * @param {(code: string) => void} take what people choose
   */
  constructor(place, take) {
    this.place = place;
    this.take = take;
    this.written = "";
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
    for (const input of this.place.querySelectorAll("input")) input.checked = input.value === spoken;
  }

  /** @param {[string, string]} language */
  #choice([code, name]) {
    const choice = document.createElement("label");
    const input = document.createElement("input");
    [input.type, input.name, input.value] = ["radio", "language", code];
    input.addEventListener("change", () => this.take(code));
    choice.lang = code;
    choice.append(input, name);
    return choice;
  }
}
