/**
 * What stands around every screen: the row of languages, the code by which others join, and presenter
 * mode: the screen alone, larger, and the keys of a presentation remote.
 *
 * What is shown follows from two marks of the page: its root has the class "presenting", and the
 * page's style does the rest (classroom/presenter.css). Everything is enlarged by CSS `zoom`, so
 * that a wall of 3840 pixels shows what a laptop does; pictures measure their room in --vw and --vh.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 *
 * @typedef {Object} Words
 * @property {string} present the button that begins it
 * @property {string} join the button that shows how to join
 * @property {string} keys the button that lists the keys, and the list's title
 * @property {string} close
 * @property {string} black what a black screen says to who can't see it
 * @property {string} title of the dialog with the code to join
 * @property {string} code what the picture of the code is
 * @property {string} languages what the row of them is
 *
 * @typedef {Object} Facts
 * @property {boolean} on
 * @property {string} address of the server, as others reach it
 * @property {string} code the address as a QR code, an SVG of our own server's making
 * @property {string} warning why others can't reach it; "" if they can
 * @property {[string, string][]} keys each key, and what it does
 * @property {string} language code of the one spoken
 * @property {[string, string][]} languages code of each, and what it calls itself
 * @property {Words} words
 */
import { framed, mounting } from "../shared/mounting.js";
import { Languages } from "./languages.js";

const ROOM = [1120, 630]; // pixels that a screen needs, whatever the window has
// what a screen's pictures reckon with beside themselves, and which isn't there: side bar, header
const SPARED = [290, 50];
// the panel of a lesson (pages/course), wherever it stands
const STEPS = { back: ".st-key-lesson-back button", next: ".st-key-lesson-next button" };

const FRAME = `
  <div class="head">
    <button class="present"><svg viewBox="0 0 24 24"><path d="M3 4h18v12H3zM12 16v5M8 21h8"/></svg></button>
    <button class="join"><svg viewBox="0 0 24 24"><path d="M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h3v3M20 14v6h-6"/></svg></button>
    <button class="list"><svg viewBox="0 0 24 24"><path d="M3 6h18v12H3zM7 10h.1M12 10h.1M17 10h.1M8 14h8"/></svg></button>
  </div>
  <fieldset></fieldset>
  <dialog class="keys"><h2></h2><dl></dl><form method="dialog"><button></button></form></dialog>
  <dialog class="code"><h2></h2><div role="img"></div><p class="address"></p><p class="warning"></p>
    <form method="dialog"><button></button></form></dialog>
  <dialog class="black"><p></p></dialog>`;

class Presenter {
  /** @param {HTMLElement | ShadowRoot} parent */
  constructor(parent) {
    const { root, find } = framed(parent, "presenter", FRAME);
    this.root = root;
    this.find = find;
    this.keys = /** @type {HTMLDialogElement} */ (find(".keys"));
    this.code = /** @type {HTMLDialogElement} */ (find(".code"));
    this.black = /** @type {HTMLDialogElement} */ (find(".black"));
    this.on = false;
    /** @type {boolean | null} what Python has said last */
    this.told = null;
    /** @type {Component["setStateValue"]} */
    this.tell = () => {};
    this.languages = new Languages(find("fieldset"), (told) => this.tell("lang", told));
    find(".present").addEventListener("click", () => this.#present(!this.on));
    find(".join").addEventListener("click", () => this.code.showModal());
    find(".list").addEventListener("click", () => this.keys.showModal());
    this.black.addEventListener("click", () => this.black.close());
    this.press = (/** @type {KeyboardEvent} */ event) => this.#key(event);
    this.fit = () => this.#fit();
    window.addEventListener("keydown", this.press);
    window.addEventListener("click", follow);
    window.addEventListener("resize", this.fit);
  }

  close() {
    this.languages.close();
    window.removeEventListener("keydown", this.press);
    window.removeEventListener("click", follow);
    window.removeEventListener("resize", this.fit);
    this.root.remove();
  }

  /** @param {Component} component */
  update({ data, setStateValue }) {
    const { on, address, code, warning, keys, language, languages, words } = /** @type {Facts} */ (data);
    this.tell = setStateValue;
    for (const [name, label] of /** @type {const} */ ([
      ["present", words.present],
      ["join", words.join],
      ["list", words.keys],
    ])) {
      const button = this.find(`.${name}`);
      button.title = label;
      button.setAttribute("aria-label", label);
    }
    document.documentElement.lang = language; // screen readers read in its voice
    this.languages.show(languages, language, words.languages);
    this.#write(this.keys, words.keys, words.close);
    this.find("dl").replaceChildren(
      ...keys.flatMap(([key, does]) => [element("dt", key), element("dd", does)]),
    );
    this.#write(this.code, words.title, words.close);
    const picture = this.find("[role=img]");
    picture.setAttribute("aria-label", words.code);
    picture.innerHTML = code;
    this.find(".address").textContent = address;
    this.find(".warning").textContent = warning;
    this.black.setAttribute("aria-label", words.black);
    this.find(".black p").textContent = words.black;
    // a run that began before people pressed a key says once more what was
    if (on !== this.told) [this.on, this.told] = [on, on];
    // "?present" alone is no word that Streamlit keeps
    if (on && !new URLSearchParams(location.search).has("present")) this.tell("present", on);
    this.#fit();
  }

  /**
   * @param {HTMLDialogElement} dialog
   * @param {string} title
   * @param {string} close
   */
  #write(dialog, title, close) {
    dialog.setAttribute("aria-label", title);
    const [heading, button] = ["h2", "form button"].map((one) => dialog.querySelector(one));
    if (heading) heading.textContent = title;
    if (button) button.textContent = close;
  }

  /** @param {boolean} on */
  #present(on) {
    this.on = on;
    this.#fit();
    this.tell("present", on);
  }

  /** The page as large as the window allows, or as it is without us. */
  #fit() {
    const { classList, style } = document.documentElement;
    classList.toggle("presenting", this.on);
    const sizes = [window.innerWidth, window.innerHeight];
    const scale = Math.max(1, Math.min(...sizes.map((size, i) => size / ROOM[i])));
    const [wide, high] = sizes.map((size, i) => (size / scale + SPARED[i]) / 100);
    for (const [name, value] of [
      ["--presented", String(scale)],
      ["--vw", `${wide}px`],
      ["--vh", `${high}px`],
    ]) {
      if (this.on) style.setProperty(name, value);
      else style.removeProperty(name);
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.composedPath()[0];
    if (target instanceof Element && takes(target, event.key)) return;
    if (this.black.open) {
      this.black.close(); // whatever the key
      event.preventDefault();
      return;
    }
    if (this.keys.open || this.code.open || aDialogIsOpen()) return;
    const act = this.#actions()[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  /** @returns {Record<string, (() => void) | undefined>} what each key does now */
  #actions() {
    const step = (/** @type {string} */ selector) => {
      const button = document.querySelector(selector);
      return button instanceof HTMLButtonElement && !button.disabled ? () => button.click() : undefined;
    };
    const always = {
      p: () => this.#present(!this.on),
      q: () => this.code.showModal(),
      "?": () => this.keys.showModal(),
    };
    if (!this.on) return always;
    const [back, next] = [step(STEPS.back), step(STEPS.next)];
    const black = () => this.black.showModal();
    return {
      ...always,
      ...{ ArrowRight: next, ArrowDown: next, PageDown: next },
      ...{ ArrowLeft: back, ArrowUp: back, PageUp: back },
      ...{ b: black, ".": black, Escape: () => this.#present(false) },
    };
  }
}

/**
 * A link to a screen that stands in HTML (pages/start/questions.py) is as good as Streamlit's own to
 * that: the page stays loaded.
 *
 * @param {MouseEvent} event
 */
function follow(event) {
  const [link] = event.composedPath().filter((one) => one instanceof HTMLAnchorElement);
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0;
  if (!(link instanceof HTMLAnchorElement) || !link.classList.contains("screen") || elsewhere) return;
  const all = [...document.querySelectorAll('[data-testid="stSidebarNavLink"]')];
  const own = all.find((one) => one instanceof HTMLAnchorElement && one.pathname === link.pathname);
  if (!(own instanceof HTMLElement)) return;
  event.preventDefault();
  own.click();
}

/**
 * Whether an element does something of its own with a key.
 *
 * @param {Element} element
 * @param {string} key
 */
function takes(element, key) {
  const writes = "textarea, select, [contenteditable], [role=textbox], [role=combobox]";
  if (element.closest(writes)) return true;
  const moved = "[role=slider], [role=radio], [role=tab], [role=option], [role=menuitem]";
  const arrows = key.startsWith("Arrow") || key.startsWith("Page");
  if (element instanceof HTMLInputElement) {
    const [marks, turned] = [["button", "checkbox", "submit"], ["range", "radio"]];
    return !marks.includes(element.type) && (arrows || !turned.includes(element.type));
  }
  return arrows && element.closest(moved) !== null;
}

/** Whether a dialog or a fold-out of Streamlit's is open, which takes Escape itself. */
function aDialogIsOpen() {
  return document.querySelector('[role="dialog"], [data-testid="stPopoverBody"]') !== null;
}

/**
 * @param {string} name
 * @param {string} text
 */
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

export default mounting(Presenter);
