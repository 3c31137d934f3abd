"""Wall: where do your drawings come to lie?"""

import streamlit as st

from aecore import ownership
from pages.wall import picture
from ui import cache, frame
from ui.i18n import _

frame.page("wall")
visitor = ownership.acting()
if visitor is None:
    st.info(
        _("A wall needs a class: start the server with a key in {name}, see docs/class-server.md.")
        .format(name="AECORE_TEACHER_KEY")
    )  # fmt: skip
else:
    frame.in_use([cache.cards()[name] for name in picture.MODELS], cache.test_digits())
    picture.show(visitor.teacher)
frame.lesson("wall")
