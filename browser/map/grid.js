/** Points sorted into the squares of a grid: finds those near a place without asking all. */
export class Grid {
  /**
   * @param {Float32Array} x places, 0…1
   * @param {Float32Array} y
   */
  constructor(x, y) {
    this.x = x;
    this.y = y;
    const n = x.length;
    const side = Math.max(1, Math.min(512, Math.ceil(Math.sqrt(n / 3))));
    this.side = side;
    const cells = new Uint32Array(n);
    this.starts = new Uint32Array(side * side + 1); // where a square's points begin in ``order``
    for (let i = 0; i < n; i++) {
      cells[i] = this.#line(y[i]) * side + this.#line(x[i]);
      this.starts[cells[i] + 1]++;
    }
    for (let c = 0; c < side * side; c++) this.starts[c + 1] += this.starts[c];
    this.order = new Uint32Array(n);
    const next = this.starts.slice();
    for (let i = 0; i < n; i++) this.order[next[cells[i]]++] = i;
  }

  /** @param {number} place */
  #line(place) {
    return Math.max(0, Math.min(this.side - 1, Math.floor(place * this.side)));
  }

  /**
   * The point nearest to a place, or -1 if there is none within that distance.
   *
   * @param {number} px
   * @param {number} py
   * @param {number} within
   */
  nearest(px, py, within) {
    let best = -1;
    let least = within * within;
    this.#inSquare(px - within, py - within, px + within, py + within, (i) => {
      const distance = (this.x[i] - px) ** 2 + (this.y[i] - py) ** 2;
      if (distance <= least) {
        least = distance;
        best = i;
      }
      return true;
    });
    return best;
  }

  /**
   * The points inside a rectangle, or null if they are more than ``most``.
   *
   * @param {number} left
   * @param {number} top
   * @param {number} right
   * @param {number} bottom
   * @param {number} most
   */
  inside(left, top, right, bottom, most) {
    /** @type {number[]} */
    const found = [];
    const whole = this.#inSquare(left, top, right, bottom, (i) => {
      const [x, y] = [this.x[i], this.y[i]];
      if (x >= left && x <= right && y >= top && y <= bottom) found.push(i);
      return found.length <= most;
    });
    return whole ? found : null;
  }

  /**
   * @param {number} left
   * @param {number} top
   * @param {number} right
   * @param {number} bottom
   * @param {(i: number) => boolean} visit goes on while true
   */
  #inSquare(left, top, right, bottom, visit) {
    const [first, last] = [this.#line(left), this.#line(right)];
    const end = this.#line(bottom);
    for (let row = this.#line(top); row <= end; row++) {
      const stop = this.starts[row * this.side + last + 1];
      for (let k = this.starts[row * this.side + first]; k < stop; k++) {
        if (!visit(this.order[k])) return false;
      }
    }
    return true;
  }
}
