"""Models: every model on this machine with its card."""

from aecore.messages import N_
from ui.screens import Screen

SCREEN = Screen(
    name="models",
    title=N_("Models"),
    icon=":material/inventory_2:",
    chapter="make",
    model="card",
    words=("card",),
)
