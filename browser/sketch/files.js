/**
 * The drawing's code as a table, and drawing and copy as one picture, for visitors to keep.
 *
 * @typedef {Object} Kept
 * @property {ArrayLike<number>} code
 * @property {number[]} plane where it lies there
 * @property {number[]} map
 */
import { save } from "../shared/saving.js";

/**
 * Lines of "what,number", as other screens write their tables.
 *
 * @param {Kept} kept
 */
export function table({ code, plane, map }) {
  const rows = Array.from(code, (number, i) => [`z${i + 1}`, number]);
  rows.push(["plane x", plane[0]], ["plane y", plane[1]], ["map x", map[0]], ["map y", map[1]]);
  return ["what,number", ...rows.map(([what, number]) => `${what},${number}`), ""].join("\n");
}

/** @param {Kept} kept */
export function saveTable(kept) {
  save("sketch-code.csv", new Blob([table(kept)], { type: "text/csv" }));
}

/** Side by side, a pixel a pixel. @param {HTMLCanvasElement[]} canvases */
export function savePicture(canvases) {
  const sheet = document.createElement("canvas");
  sheet.width = canvases.reduce((sum, { width }) => sum + width, 0);
  sheet.height = Math.max(...canvases.map(({ height }) => height));
  let across = 0;
  for (const canvas of canvases) {
    sheet.getContext("2d")?.drawImage(canvas, across, 0);
    across += canvas.width;
  }
  sheet.toBlob((picture) => picture && save("sketch-pictures.png", picture));
}
