/** The elements of a signal's chart, before there are words in them. */
export const FRAME = `
<p class="counts" aria-live="polite"><span class="hits"></span> <span class="alarms"></span></p>
<div class="tools">
  <button type="button" class="before">◀</button><button type="button" class="next">▶</button>
  <button type="button" class="closer">+</button><button type="button" class="wider">−</button>
  <button type="button" class="all"></button>
</div>
<div class="pane" tabindex="0" role="application" aria-describedby="series-keys">
  <div class="chart"><em></em><canvas class="signal"></canvas></div>
  <div class="chart"><em></em><canvas class="strange"></canvas></div>
  <button type="button" class="threshold" role="slider" aria-valuenow="0" aria-orientation="vertical"></button>
  <p class="waiting"></p>
</div>
<canvas class="whole"></canvas>
<ul class="key"></ul>
<p class="unseen" id="series-keys"></p>`;

/**
 * What a colour means.
 *
 * @param {string} words
 * @param {string} style
 * @param {string} kind
 */
export function item(words, style, kind) {
  const made = document.createElement("li");
  const sign = document.createElement("i");
  sign.className = kind;
  sign.setAttribute("style", style);
  made.append(sign, words);
  return made;
}
