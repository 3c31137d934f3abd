"""Features: how far a few labels reach, on pixels, on codes, and on groups found without any."""

from aecore.messages import N_
from ui.screens import Screen

SCREEN = Screen(
    name="features",
    title=N_("Features"),
    icon=":material/sell:",
    chapter="use",
    words=(
        "few",
        "few_by",
        "few_names",
        "few_more",
        "few_curves",
        "few_way",
        "few_labels",
        "few_draw",
    ),
    published=True,
    view={"few_names": "map-mixture~721-4-5---"},
)
