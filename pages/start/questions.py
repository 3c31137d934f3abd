"""The questions of all other screens, each a link to where it is answered."""

from collections.abc import Iterable
from html import escape

import streamlit as st

from browser import without_server
from ui import lessons
from ui.screens import Screen


def show(chapters: Iterable[tuple[str, Iterable[Screen]]]) -> None:
    """Those of these chapters, below their names.

    One piece of HTML: as many of Streamlit's links are what a first visitor would wait for.
    """
    if without_server():  # a site's links lead to its own pages
        for title, screens in chapters:
            st.html(f"<b>{escape(title)}</b>")
            for screen in screens:
                screen.link(lessons.of(screen.name).question)
        return
    parts = (
        f"<b>{escape(title)}</b>"
        + "".join(screen.anchor(lessons.of(screen.name).question) for screen in screens)
        for title, screens in chapters
    )
    st.html(f'<div class="questions">{"".join(parts)}</div>')
