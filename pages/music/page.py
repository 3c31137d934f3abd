"""Music: can one walk from one song to another?"""

import streamlit as st

from aecore.messages import Problem
from pages.music import choice, picture, tunes
from ui import frame
from ui.i18n import _, tell

frame.page("music")
try:
    with st.container():  # what is said there must not mount the picture anew
        ends = choice.choose_ends(tunes.shown())
    with st.container(key="music-picture"):
        with st.spinner(_("Packing the model for the browser")):
            space = tunes.space()
        picture.show(space, ends)
except Problem as problem:
    st.error(tell(problem))
    st.stop()
choice.measured(space.card)
frame.lesson("music")
