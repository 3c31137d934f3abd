"""Course: what is asked before it is shown."""

import streamlit as st

from pages.course import chapters, printed
from ui import frame

frame.page("course")
if wanted := st.query_params.get("print"):
    printed.show(wanted, answers=st.query_params.get("answers") == "1")
else:
    chapters.show()
    frame.lesson("course")
