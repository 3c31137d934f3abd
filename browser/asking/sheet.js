/** A sheet over the page, whatever the screen: the rest stays usable, and it can be folded. */
import { button, element } from "./elements.js";

export class Sheet {
  /**
   * @param {HTMLElement} parent
   * @param {string} name its class
   * @param {Record<string, string>} words
   */
  constructor(parent, name, words) {
    this.words = words;
    this.head = element("div", "head");
    this.body = element("div", "inside");
    this.fold = button(words.fold, () => this.foldTo(!this.folded), "fold");
    this.root = element("section", `sheet ${name}`, this.head, this.fold, this.body);
    this.root.setAttribute("aria-label", words.asked);
    this.root.popover = "manual"; // above all of Streamlit's own layers
    this.root.hidden = true;
    parent.append(this.root);
  }

  get folded() {
    return this.root.classList.contains("folded");
  }

  /** @param {boolean} folded */
  foldTo(folded) {
    this.root.classList.toggle("folded", folded);
    this.fold.textContent = folded ? this.words.unfold : this.words.fold;
    this.fold.setAttribute("aria-expanded", String(!folded));
  }

  /** @param {boolean} shown */
  show(shown) {
    this.root.hidden = !shown;
    if (!this.root.showPopover) return; // an older browser: it lies over the page all the same
    if (shown && this.root.isConnected && !this.root.matches(":popover-open")) {
      this.root.showPopover();
    }
    if (!shown && this.root.matches(":popover-open")) this.root.hidePopover();
  }

  close() {
    this.root.remove();
  }
}
