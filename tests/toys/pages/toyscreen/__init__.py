"""A screen that tests add: a counter in the browser."""

from aecore.messages import N_
from ui.screens import Screen

SCREEN = Screen(
    name="toyscreen",
    title=N_("Toy screen"),
    icon=":material/toys:",
    chapter="touch",
    words=("toycount",),
    view={"toycount": "7"},
)
