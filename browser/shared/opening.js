/**
 * Another address of the app in the same page, without loading that anew.
 *
 * Streamlit takes the browser's "back" for it: controls bound to the address follow what that says.
 * Our own components are mounted anew, see mounting.js.
 */

// what stays the visitor's own, unless the address says it
const OWN = ["lang", "present", "drawing"];
const RUNNING = '[data-testid="stApp"]:not([data-test-script-state="notRunning"])';

const TICK = 50; // ms
const STARTS = 20; // ticks in which the server begins to answer, if it isn't busy
const ENDS = 200; // ticks after which nobody waits any longer

/**
 * How often another address has been opened, and how many the server still answers. Streamlit serves
 * each component's modules under addresses of their own, so that this one is there many times: what
 * all of them know is the page's.
 *
 * @type {{ count: number, answering: number }}
 */
const page = (/** @type {any} */ (globalThis)[Symbol.for("explorer-opening")] ??= {
  count: 0,
  answering: 0,
});

/** How often another address has been opened. */
export const opened = () => page.count;

/** Whether the server has said all of it. */
export const answered = () => page.answering === 0;

/**
 * Open an address of this app.
 *
 * @param {string} path "/plane?plane=vae-2", below the app's own base
 * @param {string} base where the app begins: "" or "/BASE", or with the server's name
 * @param {boolean} instead of the one before: "back" doesn't lead to that
 */
export async function open(path, base, instead = false) {
  const wanted = new URL(`${base}${path}`, location.href);
  const here = new URLSearchParams(location.search);
  for (const name of OWN) {
    const value = here.get(name);
    if (value !== null && !wanted.searchParams.has(name)) wanted.searchParams.set(name, value);
  }
  const mine = page.count + 1;
  const elsewhere = wanted.pathname !== location.pathname;
  if (instead) history.replaceState(null, "", wanted);
  else history.pushState(null, "", wanted);
  await told();
  if (page.count !== mine) return; // a later address has been opened
  // on the way to another screen Streamlit drops the words that the last one had bound, too
  const left = new URLSearchParams(location.search);
  const dropped = [...wanted.searchParams.keys()].some((name) => !left.has(name));
  if (!elsewhere || !dropped || location.pathname !== wanted.pathname) return;
  history.replaceState(null, "", wanted);
  await told();
}

/** Let Streamlit take the address, and wait until the server has said all of the page. */
async function told() {
  page.answering += 1;
  page.count += 1;
  dispatchEvent(new PopStateEvent("popstate"));
  const answer = ended().then(() => (page.answering -= 1));
  // an answer that is short may not be seen at all, and one that is late isn't waited for
  if (await begins(STARTS)) await answer;
}

/** When the server, be it late, has said all. */
async function ended() {
  await begins(ENDS);
  for (let tick = 0, quiet = 0; tick < ENDS && quiet < 3; tick += 1) {
    await next();
    quiet = running() ? 0 : quiet + 1;
  }
}

/** Whether the server begins to answer within so many ticks. @param {number} ticks */
async function begins(ticks) {
  for (let tick = 0; tick < ticks && !running(); tick += 1) await next();
  return running();
}

const running = () => document.querySelector(RUNNING) !== null;
const next = () => new Promise((done) => setTimeout(done, TICK));
