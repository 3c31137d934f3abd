"""Compress: what codes cost beside other ways to keep images, and what they are worth."""

from aecore.messages import N_
from ui.screens import Gesture, Screen

SCREEN = Screen(
    name="compress",
    title=N_("Compress"),
    icon=":material/compress:",
    published=True,
    chapter="use",
    drawing={"compress": "rates", "compress_digit": "drawing"},
    words=("compress", "compress_*"),
    gesture=Gesture("compress-pays", lambda n: {"images": 10 ** (n % 7)}, redrawn=False),
)
