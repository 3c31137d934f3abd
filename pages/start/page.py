"""Start: what is an autoencoder?"""

import streamlit as st

from browser import without_server
from pages import SCREENS
from pages.start import MODEL, kinds, on_this_machine, properties, questions, walkthrough
from ui import cache, frame
from ui.screens import by_chapter

frame.page("start")
path = cache.checkpoints()[MODEL]
digits = cache.test_digits()
frame.in_use([cache.card(path)], digits)
walkthrough.show(path, digits)

prompts, *links = st.columns([3, 2.2, 2.2])
with prompts:
    frame.try_this("start")
chapters = list(by_chapter(SCREENS[1:]).items())
for column, some in zip(links, (chapters[:2], chapters[2:]), strict=True):
    with column:
        questions.show(some)

properties.show(path, digits)
kinds.show()
if not without_server():
    on_this_machine.show()
frame.how_it_works("start")
