"""Wall: the drawings of a class on one plane and one map, live."""

from aecore.messages import N_
from ui.screens import Screen

SCREEN = Screen(
    name="wall",
    title=N_("Wall"),
    icon=":material/dashboard:",
    chapter="see",
)
