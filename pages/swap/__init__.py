"""Swap: one encoder with two decoders, so that handwriting becomes print and print handwriting."""

from aecore.messages import N_
from ui.screens import Gesture, Parts, Screen


def _another_slant(n: int) -> float:
    return round(-0.3 + 0.05 * (1 + 7 * n % 16), 2)


SCREEN = Screen(
    name="swap",
    title=N_("Swap"),
    icon=":material/swap_horiz:",
    chapter="use",
    drawing={"swap": "drawing"},
    words=("swap", "swap_*"),
    published=True,
    parts=Parts(
        "swap",
        N_("What is swapped"),
        {"hand": N_("Handwriting, as print"), "print": N_("Print, as handwriting")},
    ),
    view={"swap": "hand"},
    gesture=Gesture("swap_slant", _another_slant),
)
