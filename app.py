"""The front door. Run it with ``streamlit run app.py``."""

import streamlit as st
from starlette.middleware import Middleware

from aecore import ownership
from classroom import presenter, room, visitors
from classroom.dressing import Dressed
from classroom.fair_share import FairShare
from classroom.routes import routes
from pages.course import opened
from pages.start import ready
from ui import frame

visitors.key()  # one that cannot be used is told here, before anybody comes
ownership.ask(visitors.visitor)


def style(name: str) -> str:
    """What the page of a screen is dressed in."""
    return presenter.STYLE + room.STYLE + frame.style(name)


# The script stands within ``pages``: beside a folder of that name Streamlit would take the app for
# its older kind, and tell the first visitor of a server who comes by a link that there is no such
# page.
app = st.App(
    "pages/visit.py",
    lifespan=ready.first,
    routes=routes(),
    middleware=[
        Middleware(visitors.GivesTokens),
        Middleware(FairShare),
        Middleware(Dressed, style=style, folding=opened.LESSON),
    ],
)
