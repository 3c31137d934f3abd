"""Course: what is asked before it is shown."""

import streamlit as st

from browser import without_server
from pages.course import chapters, printed
from ui import frame

wanted = st.query_params.get("print")
if not (wanted and without_server()):  # there a chapter stands for itself
    frame.page("course")
if wanted:
    printed.show(wanted, answers=st.query_params.get("answers") == "1")
else:
    chapters.show()
    frame.lesson("course")
