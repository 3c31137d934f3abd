"""Toy screen: does it count?"""

import streamlit as st

from browser import component
from ui import frame
from ui.i18n import _

frame.page("toyscreen")
count = st.number_input(_("Toy count"), 0, 9, 3, key="toycount", bind="query-params")
component("toycounter/toycounter")(key="toycounter", data=count)
frame.lesson("toyscreen")
