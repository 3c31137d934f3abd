"""Music: melodies of two bars as points of a space, and the way from one to another."""

from aecore.messages import N_
from ui.screens import Parts, Screen

SCREEN = Screen(
    name="music",
    title=N_("Music"),
    icon=":material/music_note:",
    chapter="use",
    words=(
        *("from", "to", "tunes", "melody_a", "melody_b", "tapped"),
        *("between", "place", "doing", "broken", "more"),
    ),
    published=True,
    parts=Parts(
        "from",
        N_("Melody A from"),
        {"essen": N_("Folk songs (Essen)"), "tapped": N_("Tapped on keys")},
    ),
    view={"between": "0.5"},
)
