"""The teacher's key, entered in the side bar."""

from typing import TypedDict

import streamlit as st

from aecore import ownership
from browser import component
from classroom import room
from ui.i18n import _


class Words(TypedDict):
    """What stands in the field for the key; see browser/class/enter.js."""

    key: str
    enter: str
    leave: str
    wrong: str
    often: str
    failed: str


class Facts(TypedDict):
    """What the component is told."""

    teacher: bool
    words: Words


def switch() -> None:
    """Let the teacher enter the key, in the sidebar; nothing on one's own machine."""
    visitor = ownership.acting()
    if visitor is None:
        return
    label = _("You are the teacher") if visitor.teacher else _("For the teacher")
    with st.sidebar, st.popover(label, icon=":material/school:", width="stretch"):
        facts = Facts(teacher=visitor.teacher, words=_words())
        component("class/enter")(key="teacher-key", data=facts)
        room.lead_button()
        room.kept()


def _words() -> Words:
    return Words(
        key=_("Key of this server"),
        enter=_("Enter"),
        leave=_("Leave: be a visitor again"),
        wrong=_("That is not the key of this server."),
        often=_("Too many wrong keys. Wait a minute."),
        failed=_("The server can't be reached. Try again in a moment."),
    )
