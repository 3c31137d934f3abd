"""Map: codes of many images as points, neighbours beside neighbours."""

from aecore.messages import N_
from ui.screens import Screen

SCREEN = Screen(
    name="map",
    title=N_("Map"),
    icon=":material/scatter_plot:",
    published=True,
    chapter="see",
    model="map_model",
    drawing={},
    words=("map", "method", "pick", "colour", "map_*"),
)
