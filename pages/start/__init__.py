"""Start: an image, its code, its copy; what an autoencoder is, and where to go from here."""

from aecore.messages import N_
from ui.screens import Screen

MODEL = "deep-32"  # what it shows

SCREEN = Screen(
    name="start",
    title=N_("Start"),
    icon=":material/home:",
    chapter="see",
    drawing={"digit": "drawing"},
    words=("digit", "example"),
    published=True,
)
