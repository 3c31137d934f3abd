"""Generate: digits that nobody wrote, ways from one to another, and arithmetic with codes."""

from aecore.messages import N_
from ui.screens import Gesture, Screen


def _another_temperature(n: int) -> float:
    return round(0.1 * (1 + 7 * n % 15), 1)


SCREEN = Screen(
    name="generate",
    title=N_("Generate"),
    icon=":material/auto_awesome:",
    chapter="use",
    model="generator",
    drawing={"making": "walk", "walkfrom": "drawing"},
    words=(
        *("making", "generator", "drawnfrom", "temperature", "lot", "wanted"),
        *("walkfrom", "walkto", "walkers", "along", "sum", "minus", "plus", "specimen", "push"),
    ),
    view={"temperature": "0.9"},
    gesture=Gesture("temperature", _another_temperature),
)
