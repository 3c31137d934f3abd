"""Inside: what does each number do, and when does it learn by heart?"""

import streamlit as st

from pages.inside import by_heart, dial, filters, layers, numbers
from ui import frame
from ui.controls import choose
from ui.i18n import _

frame.page("inside")
# each part says what it uses, shows its picture and tells its figures
parts = {
    "numbers": (_("Each number"), numbers.show),
    "dial": (_("Bottleneck dial"), dial.show),
    "filters": (_("Filters"), filters.show),
    "layers": (_("Layer by layer"), layers.show),
    "heart": (_("Learning by heart"), by_heart.show),
}
part = choose(
    _("What to look at"),
    "inside",
    list(parts),
    lambda each: parts[each][0],
    kind="row",
    label_visibility="collapsed",
)
with st.container(key=f"inside-{part}"):
    parts[part][1]()
frame.lesson("inside")
