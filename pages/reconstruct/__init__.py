"""Reconstruct: images beside what one to three models give back of them."""

from aecore.messages import N_
from ui.screens import Screen

SCREEN = Screen(
    name="reconstruct",
    title=N_("Reconstruct"),
    icon=":material/compare:",
    chapter="see",
    model="models",
    drawing={"data": "drawing"},
    words=("models", "data", "pca", "how", "class", "seed", "differences", "image", "invert"),
    published=True,
    view={"models": "deep-32"},
)
