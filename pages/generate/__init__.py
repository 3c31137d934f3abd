"""Generate: digits that nobody wrote, ways from one to another, and arithmetic with codes."""

from aecore.messages import N_
from ui.screens import Gesture, Parts, Screen


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
    published=True,
    parts=Parts(
        "making",
        N_("What to do"),
        {
            "draw": N_("Draw new ones"),
            "walk": N_("From one to another"),
            "sum": N_("Arithmetic"),
        },
    ),
    view={"temperature": "0.9"},
    gesture=Gesture("temperature", _another_temperature),
)
