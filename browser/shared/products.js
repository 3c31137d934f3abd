/**
 * Where nearly all time of a network goes: sums of products.
 *
 * @typedef {Float64Array} Doubles
 */

/**
 * y[row · rowStep + column · columnStep] = shift[row] + Σ weights[row, i] · x[column, i]
 *
 * Eight sums at a time, four rows by two columns, so that each number that is read counts for two
 * or four of them. Double precision: plain JavaScript computes in it, and with single it would
 * convert every number anew.
 *
 * @param {Doubles} weights row by row, as many as there are of ``shift``
 * @param {Doubles} shift
 * @param {Doubles} x column by column
 * @param {number} columns
 * @param {Doubles} y
 * @param {number} rowStep
 * @param {number} columnStep
 */
export function multiply(weights, shift, x, columns, y, rowStep, columnStep) {
  const rows = shift.length;
  const length = (weights.length / rows) | 0; // told to be whole, it is computed with as such
  for (let row = 0; row < rows; row += 4) {
    // where no four are left, the last one is computed again
    const row1 = Math.min(row + 1, rows - 1);
    const row2 = Math.min(row + 2, rows - 1);
    const row3 = Math.min(row + 3, rows - 1);
    const r0 = row * length;
    const r1 = row1 * length;
    const r2 = row2 * length;
    const r3 = row3 * length;
    let column = 0;
    for (; column + 2 <= columns; column += 2) {
      const a = column * length;
      const b = a + length;
      let a0 = 0;
      let a1 = 0;
      let a2 = 0;
      let a3 = 0;
      let b0 = 0;
      let b1 = 0;
      let b2 = 0;
      let b3 = 0;
      for (let i = 0; i < length; i++) {
        const w0 = weights[r0 + i];
        const w1 = weights[r1 + i];
        const w2 = weights[r2 + i];
        const w3 = weights[r3 + i];
        const xa = x[a + i];
        const xb = x[b + i];
        a0 += w0 * xa;
        a1 += w1 * xa;
        a2 += w2 * xa;
        a3 += w3 * xa;
        b0 += w0 * xb;
        b1 += w1 * xb;
        b2 += w2 * xb;
        b3 += w3 * xb;
      }
      const to = column * columnStep;
      y[to + row * rowStep] = a0 + shift[row];
      y[to + row1 * rowStep] = a1 + shift[row1];
      y[to + row2 * rowStep] = a2 + shift[row2];
      y[to + row3 * rowStep] = a3 + shift[row3];
      const next = to + columnStep;
      y[next + row * rowStep] = b0 + shift[row];
      y[next + row1 * rowStep] = b1 + shift[row1];
      y[next + row2 * rowStep] = b2 + shift[row2];
      y[next + row3 * rowStep] = b3 + shift[row3];
    }
    if (column < columns) {
      const a = column * length;
      let a0 = 0;
      let a1 = 0;
      let a2 = 0;
      let a3 = 0;
      for (let i = 0; i < length; i++) {
        const xa = x[a + i];
        a0 += weights[r0 + i] * xa;
        a1 += weights[r1 + i] * xa;
        a2 += weights[r2 + i] * xa;
        a3 += weights[r3 + i] * xa;
      }
      const to = column * columnStep;
      y[to + row * rowStep] = a0 + shift[row];
      y[to + row1 * rowStep] = a1 + shift[row1];
      y[to + row2 * rowStep] = a2 + shift[row2];
      y[to + row3 * rowStep] = a3 + shift[row3];
    }
  }
}

/**
 * @param {ArrayLike<number>} weight row by row
 * @param {ArrayLike<number>} scale one for each row
 * @returns {Doubles} scale · weight
 */
export function scaled(weight, scale) {
  const length = weight.length / scale.length;
  const product = new Float64Array(weight.length);
  for (let row = 0, i = 0; row < scale.length; row++) {
    for (let column = 0; column < length; column++, i++) product[i] = scale[row] * weight[i];
  }
  return product;
}
