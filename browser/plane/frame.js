/** The elements of the plane, before there are words in them. */
export const FRAME = `
<div class="board">
  <div class="up"><em></em></div>
  <div class="pane" tabindex="0" role="application" aria-describedby="keys">
    <canvas class="grid"></canvas>
    <canvas class="over"></canvas>
    <svg aria-hidden="true"><polyline class="edge" /><polyline class="line" />
      <path class="ellipses" /><path class="points" /><path class="draws" /></svg>
    <div class="names" aria-hidden="true"></div>
    <div class="ring" aria-hidden="true"></div>
    <button type="button" class="pin">A</button>
    <button type="button" class="pin">B</button>
    <button type="button" class="own" hidden>✎</button>
    <p class="waiting"></p>
  </div>
  <div class="along"></div>
  <div class="below"><em></em>
    <span class="zooms">
      <button type="button">+</button><button type="button">−</button><button type="button"></button>
    </span>
  </div>
</div>
<div class="side">
  <div class="now">
    <canvas></canvas>
    <div><p class="what"></p><p class="where"></p><p class="guess"></p></div>
  </div>
  <div class="numbers">
    <label><span></span><input type="range" step="0.01"><output></output></label>
    <label><span></span><input type="range" step="0.01"><output></output></label>
  </div>
  <div class="path"></div>
  <div class="cloud"></div>
  <p class="why"></p>
  <ul class="classes"></ul>
  <p class="guess-key"><i></i><span></span></p>
</div>
<p class="unseen" id="keys"></p>
<p class="unseen said" aria-live="polite"></p>`;
