"""The front door: page config, language, navigation. Run it with ``streamlit run app.py``."""

from pathlib import Path

import streamlit as st

from pages import SCREENS
from ui import controls, drawing, frame
from ui.guard import guarded
from ui.screens import navigation

st.set_page_config(
    page_title="Autoencoder Explorer",
    page_icon=str(Path(__file__).with_name("ui") / "icon.svg"),
    layout="wide",
    initial_sidebar_state=290,  # pixels
)
st.html(frame.STYLE)
controls.language_switch()

page = navigation(SCREENS)
drawing.stay_in_address()
with guarded():
    page.run()
