"""What runs at every visit, whatever the screen: page config, language, navigation."""

from pathlib import Path

import streamlit as st

from classroom import key, presenter, room
from pages import SCREENS
from pages.course import opened, panel
from ui import controls, drawing
from ui.guard import guarded
from ui.screens import navigation

ICON = Path(__file__).resolve().parent.parent / "ui" / "icon.svg"

st.set_page_config(
    page_title="Autoencoder Explorer",
    page_icon=str(ICON),
    layout="wide",
    # pixels; folded beside a lesson, where step and screen need its room
    initial_sidebar_state="collapsed" if opened.is_open() else 290,
)
controls.take_language()
presenter.switch()
key.switch()

page = navigation(SCREENS)
room.show()
drawing.stay_in_address()
with guarded():
    if panel.show(page.url_path or SCREENS[0].name):
        page.run()
