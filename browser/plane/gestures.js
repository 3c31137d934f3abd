/**
 * Pointer, wheel and keys on the plane. A mouse or pen shows what is under it as it moves, clicks a
 * place and drags the view; one finger moves the place, two the view.
 *
 * @typedef {Object} Actions what gestures do; places in pixels of the pane
 * @property {() => void} begin a gesture
 * @property {(x: number, y: number) => void} look a place under the pointer
 * @property {() => void} leave the pointer has gone
 * @property {(x: number, y: number) => void} hold a place that stays, not yet told to Python
 * @property {() => void} takeBack the place that stayed before the gesture stays
 * @property {(dx: number, dy: number) => void} pan
 * @property {(x: number, y: number, times: number) => void} zoom around a place
 * @property {(right: number, up: number) => void} step move the place that stays
 * @property {(pin: 0 | 1) => void} pin put a pin where the place is
 * @property {() => void} reset
 * @property {() => void} end of a gesture
 */

const SLACK = 4; // pixels that a hand trembles during a click
const WHEEL = 0.0015;
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
  /** @type {Map<number, { x: number, y: number }>} pointers that are down */
  const down = new Map();
  let moved = 0; // pixels since the first went down
  let pinched = false; // two fingers have been down, and not yet all are up

  const place = (/** @type {MouseEvent} */ event) => {
    const box = pane.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const middle = () => {
    const all = [...down.values()];
    const mean = (/** @type {"x" | "y"} */ axis) =>
      all.reduce((sum, one) => sum + one[axis], 0) / all.length;
    const { x, y } = { x: mean("x"), y: mean("y") };
    return { x, y, apart: Math.hypot(all[0].x - x, all[0].y - y) };
  };

  pane.addEventListener("pointerdown", (event) => {
    if (event.target instanceof HTMLButtonElement || event.button > 0) return;
    if (!down.size) actions.begin();
    pane.setPointerCapture(event.pointerId);
    if (!down.size) [moved, pinched] = [0, false];
    const at = place(event);
    down.set(event.pointerId, at);
    if (down.size > 1) {
      if (!pinched) actions.takeBack(); // the first finger was no choice of a place
      pinched = true;
    } else if (event.pointerType === "touch") {
      actions.hold(at.x, at.y);
    }
  });
  pane.addEventListener("pointermove", (event) => {
    const at = place(event);
    const last = down.get(event.pointerId);
    if (!last) {
      const onPin = event.target instanceof HTMLButtonElement;
      if (!onPin && event.pointerType !== "touch") actions.look(at.x, at.y);
      return;
    }
    moved += Math.hypot(at.x - last.x, at.y - last.y);
    if (down.size >= 2) {
      const before = middle();
      down.set(event.pointerId, at);
      const now = middle();
      actions.pan(now.x - before.x, now.y - before.y);
      if (before.apart > 0) actions.zoom(now.x, now.y, now.apart / before.apart);
      return;
    }
    down.set(event.pointerId, at);
    if (pinched) return; // of the fingers one is still down
    if (event.pointerType === "touch") actions.hold(at.x, at.y);
    else if (moved > SLACK) actions.pan(at.x - last.x, at.y - last.y);
  });
  pane.addEventListener("pointerup", (event) => {
    const at = down.get(event.pointerId);
    if (!at) return;
    const clicked = event.pointerType !== "touch" && moved <= SLACK && !pinched;
    if (clicked) actions.hold(at.x, at.y);
    down.delete(event.pointerId);
    if (!down.size) actions.end();
  });
  pane.addEventListener("pointercancel", (event) => {
    if (down.delete(event.pointerId) && !down.size) actions.end();
  });
  pane.addEventListener("pointerleave", () => {
    if (!down.size) actions.leave();
  });
  pane.addEventListener("dblclick", (event) => {
    if (event.target instanceof HTMLButtonElement) return;
    actions.reset();
    actions.end();
  });
  pane.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const { x, y } = place(event);
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 30 : 1; // pixels each
      actions.zoom(x, y, Math.exp(-WHEEL * lines * event.deltaY));
      actions.end();
    },
    { passive: false },
  );
  pane.addEventListener("keydown", (event) => {
    if (event.target !== pane || event.ctrlKey || event.metaKey || event.altKey) return;
    const half = pane.clientWidth / 2;
    const arrow = ARROWS[event.key];
    const far = event.shiftKey ? LEAP : 1;
    if (arrow) actions.step(arrow[0] * far, arrow[1] * far);
    else if (event.key === "+" || event.key === "=") actions.zoom(half, half, KEY_ZOOM);
    else if (event.key === "-") actions.zoom(half, half, 1 / KEY_ZOOM);
    else if (event.key === "0" || event.key === "Home") actions.reset();
    else if (event.key === "a" || event.key === "A") actions.pin(0);
    else if (event.key === "b" || event.key === "B") actions.pin(1);
    else return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit has keys of its own
    actions.end();
  });
}

/**
 * A pin is dragged, or moved by arrow keys.
 *
 * @param {HTMLElement} pane
 * @param {HTMLButtonElement} pin
 * @param {{ look: () => void, drag: (x: number, y: number) => void,
 *   step: (right: number, up: number) => void, end: () => void }} actions
 */
export function pinGestures(pane, pin, actions) {
  pin.addEventListener("pointerdown", (event) => {
    pin.setPointerCapture(event.pointerId);
  });
  pin.addEventListener("pointerenter", actions.look);
  pin.addEventListener("pointermove", (event) => {
    if (!pin.hasPointerCapture(event.pointerId)) return;
    const box = pane.getBoundingClientRect();
    actions.drag(event.clientX - box.left, event.clientY - box.top);
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
