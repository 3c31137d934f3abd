/**
 * How a component whose view outlives Python's calls stands on the page.
 *
 * @typedef {import("./streamlit.js").Component} Component
 *
 * @typedef {Object} View what is shown in one place
 * @property {(component: Component) => void} update what Python says now
 * @property {() => void} close the place is gone
 *
 * @typedef {<E extends Element = HTMLElement>(selector: string) => E} Find
 */
import { answered, opened } from "./opening.js";

/**
 * The default export of a component: one view in each place, made at the first call there, told of
 * every call, closed when Streamlit takes the place away. Where another address has been opened
 * (opening.js) it is made anew, for what people did there is not what that address says.
 *
 * @param {new (parent: HTMLElement | ShadowRoot, component: Component) => View} View
 * @returns {(component: Component) => () => void}
 */
export function mounting(View) {
  /** @type {WeakMap<Node, { view: View, since: number, data: string }>} */
  const mounted = new WeakMap();
  return (component) => {
    const { parentElement } = component;
    let here = mounted.get(parentElement);
    // at first a component may be called once more with what it had of the last address
    const older = here && (here.since !== opened() || (!answered() && here.data !== written(component)));
    if (here && older) {
      here.view.close(); // what it keeps is of another address
      here = undefined;
    }
    here ??= {
      view: new View(parentElement, component),
      since: opened(),
      data: written(component),
    };
    mounted.set(parentElement, here);
    const { view } = here;
    view.update(component);
    return () => {
      // an older one has been closed
      if (mounted.get(parentElement)?.view !== view) return;
      view.close();
      mounted.delete(parentElement);
    };
  };
}

/** What Python sent, to be compared. @param {Component} component */
function written({ data }) {
  return JSON.stringify(data, (_name, value) => (ArrayBuffer.isView(value) ? value.byteLength : value));
}

/**
 * The root of a view with what is in it, and what finds its parts.
 *
 * @param {HTMLElement | ShadowRoot} parent
 * @param {string} name the root's class
 * @param {string} html
 * @returns {{ root: HTMLElement, find: Find }}
 */
export function framed(parent, name, html = "") {
  const root = document.createElement("div");
  root.className = name;
  root.hidden = true; // until its style has come, which Streamlit fetches apart
  root.innerHTML = html;
  parent.append(root);
  return { root, find: (selector) => /** @type {any} */ (root.querySelector(selector)) };
}
