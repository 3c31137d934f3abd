"""Train: a training that is watched while it runs, and played back afterwards."""

from aecore.messages import N_
from ui.screens import Screen

SCREEN = Screen(
    name="train",
    title=N_("Train"),
    icon=":material/show_chart:",
    chapter="make",
    run="run",
    pictures="train_data",
    # and the settings of the families, by their names there
    words=(
        "run",
        "at",
        "here",
        "family",
        "train_*",
        "side",
        "tones",
        "mend",
        "epochs*",
        "batch*",
        "*_size",
        "*_rate",
        "decay",
        "input_noise",
        "patience",
    ),
    formerly={"colour": ("tones", "grey|rgb")},
    published=True,
    view={"family": "deep", "epochs": "4"},
)
