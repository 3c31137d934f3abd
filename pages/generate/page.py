"""Generate: can it draw a digit that nobody wrote?"""

import streamlit as st

from browser import without_server
from pages.generate import arithmetic, draws, here, sources, walk
from ui import cache, frame
from ui.controls import choose
from ui.i18n import _

frame.page("generate")
tasks = {
    "draw": _("Draw new ones"),
    "walk": _("From one to another"),
    "sum": _("Arithmetic"),
}
left, right = st.columns([5, 4], vertical_alignment="center")
with left:
    label = _("What to do")
    task = choose(
        label, "making", list(tasks), tasks.__getitem__, kind="row", label_visibility="collapsed"
    )
with right:
    source = sources.choose_source(task)
shown = cache.test_digits()
frame.in_use([source.card] if source.card else [], shown)

if task == "walk":
    walk.show(source, shown)
elif task == "sum":
    arithmetic.show(source, shown)
elif without_server():
    here.show()
else:
    draws.show(source, shown)
frame.lesson("generate")
