/**
 * Puts a component on a page without a server: what Streamlit does in the app, as far as ours need
 * it. What they tell Python is heard by nobody.
 *
 * @typedef {import("../shared/streamlit.js").Component} Component
 */
import { fetchPacked } from "../shared/tensors.js";

/**
 * @param {(component: Component) => unknown} component a module's default export
 * @param {number} which place of the page
 */
export async function mount(component, which) {
  const find = (/** @type {string} */ name) => document.querySelector(`[data-${name}="${which}"]`);
  const place = find("component");
  const style = /** @type {HTMLTemplateElement | null} */ (find("style"));
  if (!place || !style) return;
  const parentElement = place.attachShadow({ mode: "open" });
  parentElement.append(style.content);
  const data = await told(JSON.parse(find("facts")?.textContent ?? "null"));
  const unheard = () => {};
  component({ parentElement, data, key: String(which), setStateValue: unheard, setTriggerValue: unheard });
}

/** What is packed lies in a file of its own. @param {any} data */
async function told(data) {
  return data && Object.keys(data).join() === "bytes" ? fetchPacked(data.bytes) : data;
}
