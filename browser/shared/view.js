/**
 * Pan, zoom and pinch, once for all pictures that are larger than their frame: which part of a whole
 * is seen, and the gestures that change it.
 *
 * @typedef {Object} View what of the whole is seen: its middle, 0…1, and pixels for the whole width
 * @property {number} x
 * @property {number} y
 * @property {number} scale
 * @typedef {[number, number]} Pair across and, as on a screen, downwards
 */
import { pointerIn } from "./pixels.js";

export const SLACK = 4; // CSS pixels that a hand trembles during a click
const WHEEL = 0.0015; // of a pixel of the wheel's way, as the logarithm of the zoom
const LINE = 30; // pixels, where a wheel counts lines

/**
 * The view after the whole has been dragged.
 *
 * @param {View} view
 * @param {number} dx pixels
 * @param {number} dy
 * @returns {View}
 */
export function panned({ x, y, scale }, dx, dy) {
  return { x: x - dx / scale, y: y - dy / scale, scale };
}

/**
 * The view at another scale, in which one place stays where it is.
 *
 * @param {View} view
 * @param {number} scale
 * @param {Pair} away pixels from the middle of the frame to the place that stays
 * @returns {View}
 */
export function zoomed(view, scale, [right, down]) {
  const by = 1 / view.scale - 1 / scale;
  return { x: view.x + right * by, y: view.y + down * by, scale };
}

/**
 * Where a place of the whole is in a frame, in pixels.
 *
 * @param {View} view
 * @param {Pair} place
 * @param {Pair} size of the frame, pixels
 * @returns {Pair}
 */
export function pixelsOf({ x, y, scale }, place, size) {
  return [(place[0] - x) * scale + size[0] / 2, (place[1] - y) * scale + size[1] / 2];
}

/**
 * Which place of the whole is at a pixel of a frame.
 *
 * @param {View} view
 * @param {Pair} at pixels
 * @param {Pair} size of the frame, pixels
 * @returns {Pair}
 */
export function placeOf({ x, y, scale }, at, size) {
  return [x + (at[0] - size[0] / 2) / scale, y + (at[1] - size[1] / 2) / scale];
}

/**
 * What gestures do; places in CSS pixels of the frame. With two fingers down, their middle pans and
 * their distance zooms; a finger that then stays goes on panning.
 *
 * @typedef {Object} Actions
 * @property {(at: Pair, event: PointerEvent) => void} hover nothing is pressed
 * @property {() => void} leave
 * @property {(at: Pair, event: PointerEvent) => void} press the first pointer goes down
 * @property {() => void} pinch a second one does: what the first has begun is no drag
 * @property {(at: Pair, step: Pair, event: PointerEvent, way: number) => void} drag by the only
 *   pointer, with its last step and the way since it went down
 * @property {(at: Pair, event: PointerEvent) => void} tap it went up where it went down
 * @property {(dx: number, dy: number) => void} pan
 * @property {(at: Pair, times: number) => void} zoom around a place
 * @property {() => void} reset
 * @property {(event: Event) => void} end of a gesture, by the last pointer, by wheel or double click
 */

/**
 * @param {HTMLElement} frame takes the pointer; buttons in it have gestures of their own
 * @param {Actions} actions
 * @param {number} buttons how many of a mouse's buttons drag: 1 the first, 2 the middle one too
 */
export function listen(frame, actions, buttons = 1) {
  /** @type {Map<number, Pair>} where the pointers are that are down */
  const down = new Map();
  let way = 0; // pixels since the first went down
  let pinched = false; // two have been down, and not yet all are up

  /** @param {MouseEvent} event @returns {Pair} */
  const place = (event) => pointerIn(frame, event);
  const middle = () => {
    const all = [...down.values()];
    const [x, y] = [0, 1].map((axis) => all.reduce((sum, at) => sum + at[axis], 0) / all.length);
    return { x, y, apart: Math.hypot(all[0][0] - x, all[0][1] - y) };
  };
  const onButton = (/** @type {Event} */ event) => event.target instanceof HTMLButtonElement;

  frame.addEventListener("pointerdown", (event) => {
    if (onButton(event) || event.button >= buttons) return;
    frame.setPointerCapture(event.pointerId);
    const at = place(event);
    const first = !down.size;
    down.set(event.pointerId, at);
    if (first) {
      [way, pinched] = [0, false];
      actions.press(at, event);
    } else {
      if (!pinched) actions.pinch();
      pinched = true;
    }
  });
  frame.addEventListener("pointermove", (event) => {
    const at = place(event);
    const last = down.get(event.pointerId);
    if (!last) {
      if (!onButton(event)) actions.hover(at, event);
      return;
    }
    const before = middle();
    down.set(event.pointerId, at);
    if (pinched) {
      const now = middle();
      actions.pan(now.x - before.x, now.y - before.y);
      if (before.apart > 0) actions.zoom([now.x, now.y], now.apart / before.apart);
      return;
    }
    /** @type {Pair} */
    const step = [at[0] - last[0], at[1] - last[1]];
    way += Math.hypot(...step);
    actions.drag(at, step, event, way);
  });
  for (const kind of /** @type {("pointerup" | "pointercancel")[]} */ (["pointerup", "pointercancel"])) {
    frame.addEventListener(kind, (event) => {
      const at = down.get(event.pointerId);
      if (!at) return;
      if (kind === "pointerup" && !pinched && way <= SLACK) actions.tap(at, event);
      down.delete(event.pointerId);
      if (!down.size) actions.end(event);
    });
  }
  frame.addEventListener("pointerleave", (event) => {
    // a finger leaves with every tap
    if (!down.size && event.pointerType !== "touch") actions.leave();
  });
  frame.addEventListener("dblclick", (event) => {
    if (onButton(event)) return;
    actions.reset();
    actions.end(event);
  });
  frame.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1);
      actions.zoom(place(event), Math.exp(-WHEEL * pixels));
      actions.end(event);
    },
    { passive: false },
  );
}
