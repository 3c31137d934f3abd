/** Elements with what is in them. */

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {string} name its class
 * @param {(Node | string)[]} inside
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, name, ...inside) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...inside);
  return made;
}

/**
 * A button that is no form's.
 *
 * @param {string} words
 * @param {() => void} act
 * @param {string} name its class
 */
export function button(words, act, name = "") {
  const made = element("button", name, words);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}
