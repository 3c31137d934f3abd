/**
 * What benchmarks/under_hand.py sees inside a page. Runs before the page's own scripts and puts itself
 * between them and the browser.
 *
 * Script of a frame: the time in listeners of the pointer, in animation frames and in timers, of
 * the whole page: ours, Streamlit's and, where it is there, Plotly's.
 */
globalThis.watch = (() => {
  const nextFrame = requestAnimationFrame;
  const watch = {
    /** @type {number[]} ms from one frame of the display to the next */
    frames: [],
    /** @type {number[]} ms of script in each */
    scripts: [],
    /** @type {number[]} ms from a move of the pointer to the drawing on ``subject`` */
    answers: [],
    /** @type {HTMLCanvasElement | null} */
    subject: null,
    /** @type {WeakMap<HTMLCanvasElement, number>} when each large canvas had its first picture */
    first: new WeakMap(),
    /** @type {{ at: number, bytes: number }[]} from the server */
    messages: [],
    sent: 0, // messages to it
    on: false,

    /** Count from now on. @param {HTMLCanvasElement | null} subject */
    start(subject) {
      Object.assign(watch, { frames: [], scripts: [], answers: [], subject, on: true });
      let before = 0;
      spent = moved = 0;
      const tick = (/** @type {number} */ now) => {
        if (before) {
          watch.frames.push(now - before);
          watch.scripts.push(spent);
        }
        before = now;
        spent = 0;
        if (watch.on) nextFrame(tick);
      };
      nextFrame(tick);
    },

    stop() {
      watch.on = false;
      const { frames, scripts, answers } = watch;
      return { frames, scripts, answers };
    },

    /**
     * Milliseconds from the moment the pointer is next let go until something holds.
     *
     * @param {() => boolean} holds
     */
    afterRelease(holds) {
      return new Promise((resolve) => {
        const wait = (/** @type {PointerEvent} */ event) => {
          const look = () => {
            if (holds()) resolve(performance.now() - event.timeStamp);
            else nextFrame(look);
          };
          nextFrame(look);
        };
        listen.call(window, "pointerup", wait, { capture: true, once: true });
      });
    },
  };

  let spent = 0; // ms of script since the last frame
  let inside = false; // one piece of script may call another
  let moved = 0; // when the pointer moved, until that is drawn
  const timedOnce = new WeakMap(); // so that a listener that was added can be removed

  /** @param {any} work */
  function timed(work) {
    if (typeof work !== "function") return work;
    if (!timedOnce.has(work)) {
      timedOnce.set(work, function (/** @type {any[]} */ ...given) {
        if (!watch.on || inside) return work.apply(this, given);
        inside = true;
        const start = performance.now();
        try {
          return work.apply(this, given);
        } finally {
          spent += performance.now() - start;
          inside = false;
        }
      });
    }
    return timedOnce.get(work);
  }

  globalThis.requestAnimationFrame = (work) => nextFrame(timed(work));
  const later = setTimeout;
  globalThis.setTimeout = (work, ...rest) => later(timed(work), ...rest);

  const { addEventListener: listen, removeEventListener: unlisten } = EventTarget.prototype;
  const pointer = /^(pointer|mouse|wheel)/;
  EventTarget.prototype.addEventListener = function (type, work, ...rest) {
    return listen.call(this, type, pointer.test(type) ? timed(work) : work, ...rest);
  };
  EventTarget.prototype.removeEventListener = function (type, work, ...rest) {
    return unlisten.call(this, type, pointer.test(type) ? timed(work) : work, ...rest);
  };
  listen.call(window, "pointermove", (event) => (moved ||= event.timeStamp), { capture: true });

  const put = CanvasRenderingContext2D.prototype.putImageData;
  CanvasRenderingContext2D.prototype.putImageData = function (image, ...rest) {
    put.call(this, image, ...rest);
    const now = performance.now();
    if (image.width > 100 && !watch.first.has(this.canvas)) watch.first.set(this.canvas, now);
    if (watch.on && moved && this.canvas === watch.subject) {
      watch.answers.push(now - moved);
      moved = 0;
    }
  };

  globalThis.WebSocket = class extends WebSocket {
    /** @param {ConstructorParameters<typeof WebSocket>} given */
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        watch.messages.push({ at: performance.now(), bytes: data.size ?? data.byteLength ?? 0 });
      });
    }

    /** @param {any} data */
    send(data) {
      watch.sent++;
      super.send(data);
    }
  };
  return watch;
})();
