"""Sketch: the visitor's own digit, and what models make of it."""

import random

from aecore.messages import N_
from ui.screens import Gesture, Screen


def _stroke(n: int) -> dict[str, object]:
    """Another drawing, of one stroke through five corners."""
    dice = random.Random(n)
    corners = [[dice.randint(20, 260) for _ in range(2)] for _ in range(5)]
    return {"drawing": {"strokes": [corners], "width": 24, "centred": True}}


SCREEN = Screen(
    name="sketch",
    title=N_("Sketch"),
    icon=":material/draw:",
    chapter="touch",
    model="sketch_model",
    draws=True,
    words=("sketch_model", "digit_by"),
    published=True,
    gesture=Gesture("sketchpad", _stroke),
)
