"""Swap: how is a face swapped?"""

import streamlit as st

from pages.swap import carried, picture, swapper
from pages.swap.source import choose_source
from ui import frame

frame.page("swap")
source = choose_source()
frame.in_use(swapper.cards(), source.shown)
with st.container(key="swapping"):
    picture.show(source)
carried.show()
frame.lesson("swap")
