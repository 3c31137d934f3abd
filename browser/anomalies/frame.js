/** The component's elements; their words come from Python. */
export const FRAME = `
<div class="scene">
<div class="left">
  <canvas class="histogram" tabindex="0" role="slider" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0"></canvas>
  <p class="score"></p>
  <div class="matrix">
    <div class="cell quiet"><p></p><canvas></canvas></div>
    <div class="cell false"><p></p><canvas></canvas></div>
    <div class="cell missed"><p></p><canvas></canvas></div>
    <div class="cell hits"><p></p><canvas></canvas></div>
  </div>
</div>
<div class="right">
  <div class="curves">
    <figure><figcaption></figcaption><canvas class="roc"></canvas><p></p><p></p></figure>
    <figure><figcaption></figcaption><canvas class="pr"></canvas><p></p><p></p></figure>
  </div>
  <dl class="rates">
    <div><dt class="recall"></dt><dd></dd></div>
    <div><dt class="precision"></dt><dd></dd></div>
    <div><dt class="rate"></dt><dd></dd></div>
  </dl>
  <div class="looked">
    <figure><canvas></canvas><figcaption></figcaption></figure>
    <figure><canvas></canvas><figcaption></figcaption></figure>
    <figure><canvas></canvas><figcaption></figcaption></figure>
    <p class="told"></p>
    <p class="legend"></p>
  </div>
</div>
<div class="rows">
  <div class="row suspicious"><p></p><div></div></div>
  <div class="row unsuspicious"><p></p><div></div></div>
</div>
</div>
<p class="waiting" role="status"></p>
<p class="unseen" aria-live="polite"></p>`;
