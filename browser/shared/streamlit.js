/**
 * What Streamlit hands to a component (components v2), as far as ours use it.
 *
 * @typedef {Object} Component
 * @property {HTMLElement | ShadowRoot} parentElement where to draw; the same one on every call
 * @property {any} data what Python sent; bytes arrive as Uint8Array, but only at the top level
 * @property {string} key
 * @property {(name: string, value: unknown) => void} setStateValue kept until it is set again
 * @property {(name: string, value: unknown) => void} setTriggerValue there for one rerun
 */

export {};
