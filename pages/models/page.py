"""Models: what have these models learned, and from what?"""

import streamlit as st

from pages.models import brought, card, inventory, kept, table
from ui import frame
from ui.controls import choose
from ui.guard import guarded
from ui.i18n import _

frame.page("models")
left, right = st.columns([8, 5])
with left:
    top = st.container()
    table.load()  # before the list, which then has what was loaded
    brought.show()
found = inventory.entries()
with right:
    default = "deep-32" if "deep-32" in found else None
    name = choose(_("Model"), "card", list(found), default=default)
    with guarded():  # a card that cannot be shown must not take the table with it
        card.show(found[name])
with top:
    table.show(found, name)
if any(entry.alive for entry in found.values()):
    table.watch({each: inventory.state_words(entry) for each, entry in found.items()})
kept.show()
frame.lesson("models")
