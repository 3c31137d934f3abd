"""The front door. Run it with ``streamlit run app.py``."""

from importlib import import_module

import streamlit as st
from starlette.middleware import Middleware

from aecore import ownership
from classroom import visitors
from classroom.fair_share import FairShare
from classroom.routes import routes

# what Streamlit and the first screen import at their first run: the first visitor need not wait
for name in ("pandas", "segno", "streamlit.emojis", "streamlit.material_icon_names"):
    import_module(name)

visitors.key()  # one that cannot be used is told here, before anybody comes
ownership.ask(visitors.visitor)

# The script stands within ``pages``: beside a folder of that name Streamlit would take the app for
# its older kind, and tell the first visitor of a server who comes by a link that there is no such
# page.
app = st.App(
    "pages/visit.py",
    routes=routes(),
    middleware=[Middleware(visitors.GivesTokens), Middleware(FairShare)],
)
