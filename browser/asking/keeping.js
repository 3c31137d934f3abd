/** What is kept of a class: all answers in a table for the teacher, or all of them deleted. */
import { button, element } from "./elements.js";
import { CLASS, tell } from "./told.js";

/**
 * @param {Record<string, string>} words
 * @returns {HTMLElement}
 */
export function keeping(words) {
  const link = element("a", "", words.export);
  link.href = `${CLASS}/export.csv?lang=${words.language}`;
  link.download = "class.csv";
  const said = element("span", "goes", words.goes);
  said.setAttribute("role", "status");
  const all = button(words.deleteAll, async () => {
    said.textContent = (await tell("delete", {}, words)) || words.gone;
  });
  return element("div", "keeping", link, all, said);
}
