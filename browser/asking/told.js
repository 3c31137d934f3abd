/**
 * What the server tells a page of its class (classroom/events.py), and what a page tells it.
 *
 * @typedef {import("./question.js").Question} Question
 * @typedef {import("./question.js").Answer} Answer
 * @typedef {import("./question.js").Revealed} Revealed
 * @typedef {import("./question.js").Round} Round
 *
 * @typedef {Object} Now which round all pages show
 * @property {number} id
 * @property {number} turn 1, and 2 when the same is asked again
 * @property {"open" | "closed" | "revealed"} state
 *
 * @typedef {Object} Asked the event "round"
 * @property {Now | null} round null: nothing is asked, and there is nothing else
 * @property {Question | null} question in the page's language; null where it can't be shown
 * @property {Answer | null} answer of this visitor
 * @property {Revealed | null} revealed
 * @property {Round[]} rounds the answers of the class once they are revealed
 * @property {string} said what is wrong, "" if nothing is
 *
 * @typedef {Object} Counted the event "count", to the teacher
 * @property {number} answered
 * @property {number} present how many look at a page
 * @property {Round[]} rounds
 * @property {string} said what is wrong, "" if nothing is
 */

// ours lie below the server's own address: with a base path, too
export const CLASS = `${import.meta.url.split("/_stcore/")[0]}/class`;

/**
 * Tell the server something.
 *
 * @param {string} what "answer", "ask", "close" …
 * @param {Record<string, unknown>} said
 * @param {Record<string, string>} words
 * @returns {Promise<string>} what went wrong, "" if nothing did
 */
export async function tell(what, said, words) {
  try {
    const sent = await fetch(`${CLASS}/${what}?lang=${words.language}`, {
      method: "POST",
      body: JSON.stringify(said),
    });
    if (sent.ok) return "";
    if (sent.status === 409) return (await sent.json()).said;
    return sent.status === 429 ? words.tooOften : words.refused;
  } catch {
    return words.unreached;
  }
}
