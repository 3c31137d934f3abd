"""What runs at every visit, whatever the screen: page config, language, navigation."""

from pathlib import Path

import streamlit as st

from pages import SCREENS
from ui import controls, drawing, frame
from ui.guard import guarded
from ui.screens import navigation

ICON = Path(__file__).resolve().parent.parent / "ui" / "icon.svg"

st.set_page_config(
    page_title="Autoencoder Explorer",
    page_icon=str(ICON),
    layout="wide",
    initial_sidebar_state=290,  # pixels
)
frame.dress()
controls.language_switch()

page = navigation(SCREENS)
drawing.stay_in_address()
with guarded():
    page.run()
