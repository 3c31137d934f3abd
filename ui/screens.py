"""The screens, in the order of the navigation: one folder in ``pages`` and one entry here each."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage
from streamlit.runtime.pages_manager import PagesManager

from aecore.messages import N_
from ui.i18n import _

PAGES = Path(__file__).resolve().parent.parent / "pages"


@dataclass(frozen=True)
class Screen:
    """``name`` is its folder in ``pages`` and its address, ``/name``; that of Start is ``/``.

    ``title`` stands in the navigation and is marked for translation; the words of its lesson lie in
    ``lessons/name``.
    """

    name: str
    title: str
    icon: str

    @property
    def file(self) -> Path:
        """The page's script."""
        return PAGES / self.name / "page.py"


SCREENS = (
    Screen("start", N_("Start"), ":material/home:"),
    Screen(
        "reconstruct",
        N_("Reconstruct"),
        ":material/compare:",
    ),
    Screen(
        "plane",
        N_("Latent plane"),
        ":material/grid_on:",
    ),
    Screen(
        "map",
        N_("Map"),
        ":material/scatter_plot:",
    ),
    Screen("denoise", N_("Denoise"), ":material/grain:"),
    Screen(
        "sketch",
        N_("Sketch"),
        ":material/draw:",
    ),
    Screen("train", N_("Train"), ":material/show_chart:"),
    Screen(
        "models",
        N_("Models"),
        ":material/inventory_2:",
    ),
)


def navigation() -> StreamlitPage:
    """Draw the navigation in the session's language; returns the page that is to be run."""
    return st.navigation(
        [
            st.Page(
                screen.file,
                title=_(screen.title),
                icon=screen.icon,
                url_path="" if screen is SCREENS[0] else screen.name,
                default=screen is SCREENS[0],
            )
            for screen in SCREENS
        ]
    )


def through_the_front_door() -> None:
    """Run the page again inside app.py, should it run without.

    Until the first call of ``st.navigation`` on a server, Streamlit takes the folder ``pages`` for
    its older kind of app. So the first visitor of all, with a link to a page, would see that page
    without style, words and navigation. (Calling it here would set the page's icon as the tab's,
    and a browser fetches that from a server of Google's.)
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()
