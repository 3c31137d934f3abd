"""Features: how far a few labels reach, on pixels, on codes, and on groups found without any."""

from aecore.messages import N_
from ui.screens import Parts, Screen

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
    parts=Parts(
        "few",
        N_("View"),
        {
            "clicks": N_("Ten clicks"),
            "labels": N_("Few labels"),
            "elsewhere": N_("Trained elsewhere"),
            "layers": N_("Layer by layer"),
        },
    ),
    view={"few_names": "map-mixture~721-4-5---"},
)
