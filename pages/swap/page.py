"""Swap: how is a face swapped?"""

import streamlit as st

from browser import without_server
from pages.swap import carried, picture, slanted, swapper
from pages.swap.source import choose_source
from ui import frame

frame.page("swap")
source = choose_source()
frame.in_use(swapper.cards(), source.shown)
with st.container(key="swapping"):
    if without_server():
        slanted.show(source)
    else:
        picture.show(source)
carried.show()
frame.lesson("swap")
