/** What is drawn over the points of a panel: names of classes, rings, the drawing's mark, a loop. */
import { pixelsOf } from "../shared/view.js";

/** @typedef {import("./panel.js").Panel} Panel */
/** @typedef {import("../shared/view.js").View} View */

/**
 * @param {Panel} panel
 * @param {View} view
 */
export function drawOver(panel, view) {
  drawMarks(panel, view);
  drawRings(panel, view);
  drawOwn(panel, view);
  drawLoop(panel);
}

/**
 * @param {Panel} panel
 * @param {View} view
 */
function drawMarks(panel, view) {
  if (panel.tiles) return;
  const { context, ratio, scene } = panel;
  const small = panel.raster.width < 320 * ratio;
  context.font = `bold ${(small ? 16 : 18) * ratio}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (const [label, mark] of panel.marks.entries()) {
    if (!mark || (scene.picked && !scene.counts[label])) continue;
    const [px, py] = pixelsOf(view, mark, panel.size);
    const name = scene.classes[label];
    const half = Math.max(11 * ratio, context.measureText(name).width / 2 + 5 * ratio);
    context.fillStyle = scene.colours[label % scene.colours.length];
    context.strokeStyle = "#ffffff";
    context.lineWidth = 2 * ratio;
    context.beginPath();
    context.rect(px - half, py - 12 * ratio, 2 * half, 24 * ratio);
    context.fill();
    context.stroke();
    context.fillStyle = scene.inks[label % scene.inks.length];
    context.fillText(name, px, py + ratio);
  }
}

/**
 * The mark of the visitor's drawing, beside the point that it comes to lie on.
 *
 * @param {Panel} panel
 * @param {View} view
 */
function drawOwn(panel, view) {
  const { context, ratio, scene } = panel;
  if (scene.own < 0 || scene.own >= panel.x.length) return;
  ring(panel, scene.own, view, 9, 3);
  const [x, y] = panel.place(scene.own, view);
  const [left, top, side] = [x + 8 * ratio, y - 34 * ratio, 26 * ratio];
  context.beginPath();
  context.roundRect(left, top, side, side, 5 * ratio);
  context.fillStyle = "#ffd84d"; // as on the plane
  context.fill();
  context.strokeStyle = "#000000";
  context.lineWidth = 2 * ratio;
  context.stroke();
  context.font = `bold ${18 * ratio}px sans-serif`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = "#000000";
  context.fillText("✎", left + side / 2, top + side / 2 + ratio);
}

/**
 * @param {Panel} panel
 * @param {View} view
 */
function drawRings(panel, view) {
  const { context, ratio, scene } = panel;
  const [first, ...others] = scene.near;
  context.strokeStyle = scene.ink;
  if (others.length) {
    const [x, y] = panel.place(first, view);
    const gap = panel.tiles ? Math.hypot(...panel.tileSize()) / 2 : 0; // images stay free
    context.lineWidth = 1.5 * ratio;
    context.beginPath();
    for (const i of others) {
      const [px, py] = panel.place(i, view);
      const way = Math.hypot(px - x, py - y);
      if (way <= 2 * gap) continue;
      const [dx, dy] = [((px - x) / way) * gap, ((py - y) / way) * gap];
      context.moveTo(x + dx, y + dy);
      context.lineTo(px - dx, py - dy);
    }
    context.stroke();
  }
  for (const i of others) ring(panel, i, view, 7, 2);
  if (first !== undefined) ring(panel, first, view, 11, 3);
  if (scene.cursor >= 0) ring(panel, scene.cursor, view, 9, 3);
}

/**
 * A ring around a dot, or a frame around an image.
 *
 * @param {Panel} panel
 * @param {number} i
 * @param {View} view
 * @param {number} radius CSS pixels
 * @param {number} width
 */
function ring(panel, i, view, radius, width) {
  const { context, scene, ratio } = panel;
  const [x, y] = panel.place(i, view);
  context.beginPath();
  if (panel.tiles) {
    const [across, down] = panel.tileSize().map((side) => side / 2 + radius * 0.4 * ratio);
    context.rect(x - across, y - down, 2 * across, 2 * down);
  } else {
    context.arc(x, y, radius * ratio, 0, 2 * Math.PI);
  }
  context.strokeStyle = scene.paper;
  context.lineWidth = 2 * width * ratio;
  context.stroke();
  context.strokeStyle = scene.ink;
  context.lineWidth = width * ratio;
  context.stroke();
}

/** @param {Panel} panel */
function drawLoop(panel) {
  if (panel.loop.length < 2) return;
  const { context, ratio, scene } = panel;
  context.beginPath();
  for (const corner of panel.loop) context.lineTo(...corner);
  context.closePath();
  context.fillStyle = "rgba(128, 128, 128, 0.2)";
  context.fill();
  context.setLineDash([6 * ratio, 4 * ratio]);
  context.strokeStyle = scene.ink;
  context.lineWidth = 2 * ratio;
  context.stroke();
  context.setLineDash([]);
}
