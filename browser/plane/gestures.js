/**
 * Pointer, wheel and keys on the plane. A mouse or pen shows what is under it as it moves, clicks a
 * place and drags the view; one finger moves the place, two the view.
 *
 * @typedef {import("../shared/view.js").Pair} Pair
 * @typedef {Object} Actions what gestures do; places in pixels of the pane
 * @property {() => void} begin a gesture
 * @property {(at: Pair) => void} look a place under the pointer
 * @property {() => void} leave the pointer has gone
 * @property {(at: Pair) => void} hold a place that stays, not yet told to Python
 * @property {() => void} takeBack the place that stayed before the gesture stays
 * @property {(dx: number, dy: number) => void} pan
 * @property {(at: Pair, times: number) => void} zoom around a place
 * @property {(right: number, up: number) => void} step move the place that stays
 * @property {(pin: 0 | 1) => void} pin put a pin where the place is
 * @property {() => void} reset
 * @property {() => void} end of a gesture
 */
import { pointerIn } from "../shared/pixels.js";
import { SLACK, listen } from "../shared/view.js";

const KEY_ZOOM = 1.5;
/** @type {Record<string, [number, number]>} */
export const ARROWS = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};
export const LEAP = 5; // times as far with Shift

/**
 * @param {HTMLElement} pane
 * @param {Actions} actions
 */
export function gestures(pane, actions) {
  const { begin, look, leave, hold, takeBack, pan, zoom, reset, end } = actions;
  const isFinger = (/** @type {PointerEvent} */ event) => event.pointerType === "touch";
  listen(pane, {
    hover: (at, event) => isFinger(event) || look(at),
    leave,
    press: (at, event) => {
      begin();
      if (isFinger(event)) hold(at);
    },
    pinch: takeBack, // the first finger was no choice of a place
    drag: (at, [dx, dy], event, way) => {
      if (isFinger(event)) hold(at);
      else if (way > SLACK) pan(dx, dy);
    },
    tap: (at, event) => isFinger(event) || hold(at),
    pan,
    zoom,
    reset,
    end,
  });
  pane.addEventListener("keydown", (event) => {
    if (event.target !== pane || event.ctrlKey || event.metaKey || event.altKey) return;
    /** @type {Pair} */
    const middle = [pane.clientWidth / 2, pane.clientHeight / 2];
    const arrow = ARROWS[event.key];
    const far = event.shiftKey ? LEAP : 1;
    if (arrow) actions.step(arrow[0] * far, arrow[1] * far);
    else if (event.key === "+" || event.key === "=") zoom(middle, KEY_ZOOM);
    else if (event.key === "-") zoom(middle, 1 / KEY_ZOOM);
    else if (event.key === "0" || event.key === "Home") reset();
    else if (event.key === "a" || event.key === "A") actions.pin(0);
    else if (event.key === "b" || event.key === "B") actions.pin(1);
    else return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
    end();
  });
}

/**
 * A pin is dragged, or moved by arrow keys.
 *
 * @param {HTMLElement} pane
 * @param {HTMLButtonElement} pin
 * @param {{ look: () => void, drag: (at: Pair) => void,
 *   step: (right: number, up: number) => void, end: () => void }} actions
 */
export function pinGestures(pane, pin, actions) {
  pin.addEventListener("pointerdown", (event) => {
    pin.setPointerCapture(event.pointerId);
  });
  pin.addEventListener("pointerenter", actions.look);
  pin.addEventListener("pointermove", (event) => {
    if (!pin.hasPointerCapture(event.pointerId)) return;
    actions.drag(pointerIn(pane, event));
  });
  pin.addEventListener("lostpointercapture", actions.end);
  pin.addEventListener("keydown", (event) => {
    const arrow = ARROWS[event.key];
    if (!arrow || event.ctrlKey || event.metaKey || event.altKey) return;
    const far = event.shiftKey ? LEAP : 1;
    actions.step(arrow[0] * far, arrow[1] * far);
    event.preventDefault();
    event.stopPropagation();
    actions.end();
  });
}

/**
 * The mark of the visitor's own drawing is looked at, or chosen by a click or by Enter.
 *
 * @param {HTMLElement} mark
 * @param {{ look: (here: boolean) => void, focus: () => void, choose: () => void }} actions
 */
export function ownGestures(mark, { look, focus, choose }) {
  mark.addEventListener("pointerdown", (event) => event.stopPropagation()); // not the pane's
  mark.addEventListener("keydown", (event) => event.stopPropagation());
  mark.addEventListener("pointerenter", () => look(true));
  mark.addEventListener("focus", focus);
  for (const go of ["pointerleave", "blur"]) mark.addEventListener(go, () => look(false));
  mark.addEventListener("click", choose);
}
