/**
 * The events of the class, one stream a page, which comes back by itself when the server does.
 *
 * It rests while the page is hidden: a browser has six connections to a server, for all its tabs.
 */
const AGAIN = 1000; // ms until the server is asked again, and as much again by chance

export class Stream {
  /**
   * @param {string} address
   * @param {Record<string, (told: any) => void>} on what to do with the events of each name
   * @param {(lost: boolean) => void} onLost whether the server can be reached
   */
  constructor(address, on, onLost) {
    this.address = address;
    this.on = on;
    this.onLost = onLost;
    this.later = 0;
    /** @type {EventSource | null} */
    this.source = null;
    this.turned = () => (document.hidden ? this.rest() : this.open());
    document.addEventListener("visibilitychange", this.turned);
    this.turned();
  }

  close() {
    document.removeEventListener("visibilitychange", this.turned);
    this.rest();
  }

  rest() {
    clearTimeout(this.later);
    this.source?.close();
    this.source = null;
  }

  open() {
    this.rest();
    const source = new EventSource(this.address);
    this.source = source;
    for (const [name, act] of Object.entries(this.on)) {
      source.addEventListener(name, (event) => act(JSON.parse(event.data)));
    }
    source.onopen = () => this.onLost(false);
    source.onerror = () => {
      this.onLost(true);
      // else it tries again by itself, which it doesn't after a refusal, as of a proxy
      if (source.readyState !== EventSource.CLOSED) return;
      this.rest();
      this.later = window.setTimeout(() => this.open(), AGAIN * (1 + Math.random()));
    };
  }
}
