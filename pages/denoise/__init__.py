"""Denoise: damaged images and what a model, a median filter and PCA make of them."""

from aecore.messages import N_
from ui.screens import Gesture, Screen


def _another_strength(n: int) -> float:
    return round(0.05 * (1 + 7 * n % 19), 2)


SCREEN = Screen(
    name="denoise",
    title=N_("Denoise"),
    icon=":material/grain:",
    published=True,
    chapter="touch",
    model="denoiser",
    takes=lambda card: card.corruption != "none",
    drawing={"which": "drawing"},
    words=("denoiser", "kind", "which", "damage", "others", "rivals"),
    formerly={"pick": ("others", r"\d{1,9}")},
    view={"noise": "0.5"},
    gesture=Gesture("noise", _another_strength),
)
