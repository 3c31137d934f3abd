"""The front door: page config, language, navigation. Run it with ``streamlit run app.py``."""

from pathlib import Path

import streamlit as st

from ui import controls, layout
from ui.guard import guarded
from ui.i18n import _
from ui.screens import SCREENS

st.set_page_config(
    page_title="Autoencoder Explorer",
    page_icon=str(Path(__file__).with_name("ui") / "icon.svg"),
    layout="wide",
    initial_sidebar_state=290,  # pixels
)
st.html(layout.STYLE)
controls.language_switch()

page = st.navigation(
    [
        st.Page(
            screen.file,
            title=_(screen.title),
            icon=screen.icon,
            url_path="" if screen is SCREENS[0] else screen.name,
            default=screen is SCREENS[0],
        )
        for screen in SCREENS
        if screen.file.exists()
    ]
)
with guarded():
    page.run()
