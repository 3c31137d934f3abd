/**
 * Says that a part of the page did not load: a module, an image, or what a component fetched in vain
 * and says nothing of itself. Mistakes in the code are no such thing. No module, for of these a
 * browser runs none from a folder; and within a block, so that nothing else sees its names.
 */
{
  const said = /** @type {HTMLElement} */ (document.querySelector("[role=alert]"));
  const { folder } = said.dataset;
  if (folder && location.protocol === "file:") said.textContent = folder;
  const tell = (/** @type {Event} */ { target, type }) => {
    if (target !== window || type !== "error") said.hidden = false;
  };
  addEventListener("error", tell, true);
  addEventListener("unhandledrejection", tell);
}
