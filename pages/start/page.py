"""Start: what is an autoencoder?"""

from html import escape

import streamlit as st

from browser import without_server
from pages import SCREENS
from pages.start import kinds, on_this_machine, properties, walkthrough
from ui import cache, frame, lessons
from ui.i18n import _
from ui.screens import by_chapter

MODEL = "deep-32"


frame.page("start")
path = cache.checkpoints()[MODEL]
digits = cache.test_digits()
frame.in_use([cache.card(path)], digits)
walkthrough.show(path, digits)

prompts, *links = st.columns([3, 2.2, 2.2])
with prompts:
    frame.try_this("start")
chapters = by_chapter(SCREENS[1:])
for place, (chapter, screens) in enumerate(chapters.items()):
    with links[2 * place // len(chapters)]:
        st.html(f"<b>{escape(chapter)}</b>")
        for screen in screens:
            screen.link(lessons.of(screen.name).question)

st.header(_("Three properties"), anchor=False)
properties.show(path, digits)
st.header(_("A family"), anchor=False)
kinds.show()
if not without_server():
    st.header(_("What is on this machine"), anchor=False)
    on_this_machine.show()
frame.how_it_works("start")
