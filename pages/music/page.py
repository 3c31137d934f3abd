"""Music: can one walk from one song to another?"""

import streamlit as st

from aecore.messages import Problem
from pages.music import choice, picture, tunes
from ui import frame
from ui.i18n import _, tell

frame.page("music")
try:
    with st.spinner(_("Packing the model for the browser")):
        space = tunes.space()
except Problem as problem:
    st.error(tell(problem))
    st.stop()
with st.container():  # what is said there must not mount the picture anew
    ends = choice.choose_ends(space)
with st.container(key="music-picture"):
    picture.show(space, ends)
choice.measured(space.card)
frame.lesson("music")
