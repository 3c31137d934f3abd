/**
 * A question, what may be answered, what turns out to be right, and what a class has answered.
 *
 * @typedef {[number, number]} Pair
 *
 * @typedef {Object} Picture on which a place is asked for
 * @property {string} src the address of an image
 * @property {[number, number, number, number]} box the numbers at its left, lower, right and upper edge
 * @property {[string, string]} names of what grows to the right and upwards
 *
 * @typedef {Object} Question
 * @property {string} id "CHAPTER/STEP"
 * @property {"choose" | "number" | "order" | "point" | "drawing"} form
 * @property {string} ask the question itself
 * @property {string[]} options of choose and order, as they are shown; else none
 * @property {boolean} several whether more than one may be chosen
 * @property {number} from of number: the least
 * @property {number} to and the most that may be answered
 * @property {number} step of its slider
 * @property {string} unit of number, in words
 * @property {string} by of order: what the options are ordered by
 * @property {Picture | null} picture of point
 *
 * @typedef {number[] | number | Pair | string} Answer choose: the places of options; order: all of
 *   them, in the order chosen; number; point: [x, y]; drawing: its text, see drawing_text.js
 *
 * @typedef {Object} Shown an image at the reveal
 * @property {string} src
 * @property {string} alt
 * @property {string} words below it
 *
 * @typedef {Object} Revealed
 * @property {number[] | number | Pair | string | null} right in the form of an answer; null: nothing is
 * @property {boolean | null} verdict on the visitor's answer
 * @property {number | null} low of number: what counts as right, from here
 * @property {number | null} high to here
 * @property {string[]} values words beside each option, or none
 * @property {number} within of point: how far from what is right still counts
 * @property {Shown[]} images
 * @property {string} said a sentence
 *
 * @typedef {Object} Round what a class has answered when it was asked once
 * @property {number} n answers
 * @property {any[]} tally see aecore/asking/tally.py. choose: how many chose each option; order: of
 *   each option, how many put it first, second, …; number: how many in each of equal parts from
 *   ``from`` to ``to``; point: the points; drawing: the drawings' texts
 */
import { Choose } from "./choose.js";
import { Drawing } from "./drawing.js";
import { Num } from "./number.js";
import { Order } from "./order.js";
import { Point } from "./point.js";

/** The forms of question. @type {Record<string, typeof import("./form.js").Form>} */
const FORMS = { choose: Choose, number: Num, order: Order, point: Point, drawing: Drawing };

/**
 * The question on the page, in its form.
 *
 * @param {HTMLElement} parent
 * @param {Question} question
 * @param {Record<string, string>} words
 * @param {(answer: Answer) => void} onAnswer called whenever the visitor changes the answer
 */
export function formOf(parent, question, words, onAnswer) {
  return new FORMS[question.form](parent, question, words, onAnswer);
}

/**
 * Whether something that was kept can be an answer to this question; it may be older than that.
 *
 * @param {Question} question
 * @param {unknown} value
 */
export function possible(question, value) {
  return FORMS[question.form].possible(question, value);
}
