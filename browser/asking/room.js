/**
 * What the class is asked, over whatever screen a visitor is on: a panel to answer in, and for the
 * teacher the bar that leads the question. It talks to the server itself: a class of a hundred
 * costs Streamlit no run.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 * @typedef {Object} Facts
 * @property {boolean} teacher
 * @property {Record<string, string>} words
 */
import { Bar } from "./bar.js";
import { Follow } from "./follow.js";
import { Panel } from "./panel.js";
import { Stream } from "./stream.js";
import { CLASS } from "./told.js";
import { framed } from "../shared/mounting.js";

class Room {
  /** @param {HTMLElement | ShadowRoot} parent @param {Facts} facts */
  constructor(parent, { teacher, words }) {
    this.root = framed(parent, "room").root;
    this.sheet = teacher ? new Bar(this.root, words) : new Panel(this.root, words);
    this.follow = new Follow(this.root, words, teacher);
    /** @type {Record<string, (told: any) => void>} */
    const on = {
      round: (told) => this.sheet.show(told),
      follow: (told) => this.follow.show(told),
      // to the screen that shows it, if that is open (browser/wall/wall.js)
      wall: () => window.dispatchEvent(new Event("class-wall")),
    };
    if (this.sheet instanceof Bar) on.count = (told) => /** @type {Bar} */ (this.sheet).tally(told);
    this.stream = new Stream(`${CLASS}/events?lang=${words.language}`, on, (lost) =>
      this.sheet.reach(lost),
    );
  }

  close() {
    this.stream.close();
    this.sheet.close();
    this.follow.close();
    this.root.remove();
  }
}

/** @type {WeakMap<Node, { room: Room, made: string }>} */
const rooms = new WeakMap();

/**
 * Unlike other views this one stays when another address is opened: what somebody is about to
 * answer belongs to the class, not to a screen.
 *
 * @param {Component} component
 */
export default function room({ parentElement, data }) {
  const made = JSON.stringify(data);
  let here = rooms.get(parentElement);
  if (here && here.made !== made) {
    here.room.close(); // another language, or the teacher has come
    here = undefined;
  }
  here ??= { room: new Room(parentElement, /** @type {Facts} */ (data)), made };
  rooms.set(parentElement, here);
  const { room } = here;
  return () => {
    if (rooms.get(parentElement)?.room !== room) return; // it has been closed
    room.close();
    rooms.delete(parentElement);
  };
}
