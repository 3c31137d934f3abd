"""Compress: what codes cost beside other ways to keep images, and what they are worth."""

from aecore.messages import N_
from ui.screens import Gesture, Parts, Screen

SCREEN = Screen(
    name="compress",
    title=N_("Compress"),
    icon=":material/compress:",
    published=True,
    parts=Parts(
        "compress",
        N_("What is looked at"),
        {
            "pays": N_("When it pays"),
            "rates": N_("Bits and quality"),
            "lossless": N_("To the last bit"),
            "hearts": N_("By heart"),
            "unique": N_("Is every code unique?"),
        },
    ),
    chapter="use",
    drawing={"compress": "rates", "compress_digit": "drawing"},
    words=("compress", "compress_*"),
    gesture=Gesture("compress-pays", lambda n: {"images": 10 ** (n % 7)}, redrawn=False),
)
