"""Latent plane: what a decoder draws at every place of a plane, under the pointer."""

import math

from aecore.messages import N_
from ui.screens import Gesture, Screen


def _click(n: int) -> dict[str, object]:
    """Another place of the plane, as its component tells it."""
    at = [round(1.9 * math.sin(turns * n), 2) for turns in (1, 1.7)]
    return {"place": {"at": at, "pins": None, "way": "straight", "view": None, "path": []}}


SCREEN = Screen(
    name="plane",
    title=N_("Latent plane"),
    icon=":material/grid_on:",
    published=True,
    chapter="see",
    model="plane",
    takes=lambda card: card.latent_dim == 2,
    drawing={},
    words=("plane", "by", "spacing", "n", "points", "z1", "z2", "pins", "way", "view", "cloud"),
    view={"z1": "0.6", "z2": "0.8"},
    gesture=Gesture("plane-picture", _click),
)
