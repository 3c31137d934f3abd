"""The front door. Run it with ``streamlit run app.py``."""

import streamlit as st

# The script stands within ``pages``: beside a folder of that name Streamlit would take the app for
# its older kind, and tell the first visitor of a server who comes by a link that there is no such
# page.
app = st.App("pages/visit.py")
