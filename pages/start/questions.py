"""The questions of all other screens, each a link to where it is answered."""

from collections.abc import Iterable
from html import escape

import streamlit as st
from streamlit import config
from streamlit.url_util import make_url_path

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
        f"<b>{escape(title)}</b>" + "".join(_link(screen) for screen in screens)
        for title, screens in chapters
    )
    st.html(f'<div class="questions">{"".join(parts)}</div>')


def _link(screen: Screen) -> str:
    """browser/class/presenter.js follows it without loading the page anew."""
    place = make_url_path(config.get_option("server.baseUrlPath") or "", screen.name)
    icon = screen.icon.split("/")[1].rstrip(":")
    return (
        f'<a class="screen" href="{escape(place)}"><span aria-hidden="true" translate="no">{icon}'
        f"</span> {escape(lessons.of(screen.name).question)}</a>"
    )
