/**
 * Follow me: whoever follows sees what the teacher's page shows. Its address says all of that, and
 * is opened here without a reload; who has let go stays where they are until they follow again.
 */
import { button, element } from "./elements.js";
import { CLASS, tell } from "./told.js";
import { open } from "../shared/opening.js";

const BASE = new URL(CLASS).pathname.replace(/\/class$/, "");
const OWN = ["lang", "present"]; // words of the address that are everybody's own
const LOOK = 30; // ms between two looks at the teacher's address
const KEPT = "explorer-follow"; // of this tab: "leads", "follows", or "let go"

export class Follow {
  /**
   * @param {HTMLElement} parent
   * @param {Record<string, string>} words
   * @param {boolean} teacher
   */
  constructor(parent, words, teacher) {
    this.words = words;
    this.teacher = teacher;
    this.address = "";
    this.said = element("span", "");
    this.button = button("", () => this.#press());
    this.root = element("section", "follow", this.said, this.button);
    this.root.setAttribute("aria-label", words.following);
    this.root.hidden = true;
    parent.append(this.root);
    this.seen = teacher ? here() : "";
    this.sent = sessionStorage.getItem(KEPT) === "leads" ? "" : this.seen;
    this.sending = false;
    if (teacher) this.looking = window.setInterval(() => this.#look(), LOOK);
  }

  close() {
    clearInterval(this.looking);
    this.root.remove();
  }

  /** @param {{ address: string }} told what the teacher's page shows, "" for nothing */
  show({ address }) {
    this.address = address;
    this.#draw();
    if (address && !this.teacher && sessionStorage.getItem(KEPT) === "follows") goto(address);
  }

  #draw() {
    const { words } = this;
    const kept = sessionStorage.getItem(KEPT);
    const follows = kept === "follows";
    this.root.hidden = !this.address;
    this.said.textContent = this.teacher ? words.leads : follows ? words.follows : "";
    if (this.teacher) this.button.textContent = words.noMore;
    else if (follows) this.button.textContent = words.letGo;
    else this.button.textContent = kept ? words.followAgain : words.follow;
  }

  #press() {
    if (this.teacher) {
      void tell("here", { address: "" }, this.words);
      return;
    }
    const follows = sessionStorage.getItem(KEPT) === "follows";
    sessionStorage.setItem(KEPT, follows ? "let go" : "follows");
    this.show({ address: this.address });
  }

  /** Say where the teacher's page is, once it has stayed there for two looks. */
  #look() {
    const now = here();
    const rests = now === this.seen;
    this.seen = now;
    if (!this.address || !rests || now === this.sent || this.sending || document.hidden) return;
    sessionStorage.setItem(KEPT, "leads");
    this.sending = true;
    void tell("here", { address: now }, this.words).then((wrong) => {
      if (!wrong) this.sent = now;
      // told again soon after a refusal, not at once: it was too often, or nobody answers
      setTimeout(() => (this.sending = false), wrong ? 1000 : 0);
    });
  }
}

/** What this page shows, without what is a visitor's own. */
export function here() {
  const said = new URLSearchParams(location.search);
  OWN.forEach((word) => said.delete(word));
  const path = location.pathname.slice(BASE.length) || "/";
  return String(said) ? `${path}?${said}` : path;
}

/**
 * Open what the teacher's page shows, unless this page shows it.
 *
 * @param {string} address
 */
function goto(address) {
  const [there, now] = [address, here()].map((one) => new URL(one, location.origin));
  // whose own drawing it is matters only where the teacher's page shows one
  if (!there.searchParams.has("drawing")) now.searchParams.delete("drawing");
  if (there.origin === location.origin && !same(there, now)) void open(address, BASE, true);
}

/**
 * @param {URL} one
 * @param {URL} other
 */
function same(one, other) {
  const sorted = [one, other].map(({ pathname, searchParams }) => {
    const said = new URLSearchParams(searchParams);
    said.sort();
    return `${pathname}?${said}`;
  });
  return sorted[0] === sorted[1];
}
