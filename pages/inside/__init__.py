"""Inside: what each number of a code does, what the layers around it do, and learning by heart."""

from aecore.messages import N_
from ui.screens import Parts, Screen

SCREEN = Screen(
    name="inside",
    title=N_("Inside"),
    icon=":material/labs:",
    published=True,
    parts=Parts(
        "inside",
        N_("What to look at"),
        {
            "numbers": N_("Each number"),
            "dial": N_("Bottleneck dial"),
            "filters": N_("Filters"),
            "layers": N_("Layer by layer"),
            "heart": N_("Learning by heart"),
        },
    ),
    chapter="see",
    model="inside_model",
    drawing={"inside_digit": "drawing"},
    words=("inside", "inside_*"),
)
