/**
 * The teacher's key: a field to enter it, and a button to give it back.
 *
 * What is typed goes to the server alone, not through Streamlit, whose session would keep it. The
 * answer is a cookie out of reach for scripts; the page is loaded anew so that the server sees it.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 *
 * @typedef {Object} Words
 * @property {string} key the label of the field
 * @property {string} enter
 * @property {string} leave
 * @property {string} wrong
 * @property {string} often too many wrong keys
 * @property {string} failed the server can't be reached
 *
 * @typedef {Object} Facts
 * @property {boolean} teacher whether this browser is the teacher's
 * @property {Words} words
 */

// ours lie below the server's own address: with a base path, too
const SERVER = import.meta.url.split("/_stcore/")[0];

/** @param {Component} component */
export default function enter({ parentElement, data }) {
  const { teacher, words } = /** @type {Facts} */ (data);
  const form = parentElement.querySelector("form") ?? document.createElement("form");
  if (form.dataset.teacher === String(teacher)) return; // what is typed stays
  form.dataset.teacher = String(teacher);
  const said = document.createElement("p");
  said.setAttribute("role", "status");
  const button = document.createElement("button");
  button.textContent = teacher ? words.leave : words.enter;
  const field = document.createElement("input");
  field.type = "password";
  field.autocomplete = "current-password";
  field.setAttribute("aria-label", words.key);
  field.placeholder = words.key;
  form.replaceChildren(...(teacher ? [] : [field]), button, said);
  form.onsubmit = (event) => {
    event.preventDefault();
    if (!teacher && !field.value) return;
    said.textContent = "";
    button.disabled = true;
    fetch(`${SERVER}/teacher`, teacher ? { method: "DELETE" } : { method: "POST", body: field.value })
      .then(({ ok, status }) => {
        if (ok) location.reload();
        else said.textContent = status === 429 ? words.often : words.wrong;
      })
      .catch(() => {
        said.textContent = words.failed;
      })
      .finally(() => {
        button.disabled = false;
        field.value = "";
      });
  };
  if (!form.parentNode) parentElement.append(form);
}
