"""Course: chapters that ask before they show; their steps stand above the screens."""

from aecore.messages import N_
from ui.screens import Screen

SCREEN = Screen(
    name="course",
    title=N_("Course"),
    icon=":material/school:",
    chapter="see",
    words=("print", "answers"),
)
