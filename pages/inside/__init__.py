"""Inside: what each number of a code does, what the layers around it do, and learning by heart."""

from aecore.messages import N_
from ui.screens import Screen

SCREEN = Screen(
    name="inside",
    title=N_("Inside"),
    icon=":material/labs:",
    published=True,
    chapter="see",
    model="inside_model",
    drawing={"inside_digit": "drawing"},
    words=("inside", "inside_*"),
)
