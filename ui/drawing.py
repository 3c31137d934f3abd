"""The visitor's own digit, drawn or photographed: the picture that every screen can take.

The address keeps the drawing itself, as text, on every screen: a reload, a link on another machine
and a new server find it again. Between the screens the session keeps it.
"""

from collections.abc import Iterable
from time import monotonic

import numpy as np
import streamlit as st

from aecore import handwriting
from aecore.data import Shape
from aecore.handwriting import Drawing, Scan
from aecore.messages import Problem
from ui import lessons
from ui.i18n import _, tell
from ui.screens import Screen

ADDRESS = "drawing"  # ?drawing=…
CHOICE = "drawing"  # stands in the address where images are chosen, for "Your drawing"
KEPT = "sketch-drawing"  # session: the same text, which outlasts a change of screen
WRITTEN = "written-drawing"  # session: what the address has said since the last run
LATELY = "lately-written-drawings"  # session: what it has said before, and until when
LATE = 5.0  # seconds in which a browser may still send what its address said before


def words() -> str:
    """What the drawing is called where images are chosen."""
    return _("Your drawing")


def ask_for_one(screens: Iterable[Screen]) -> None:
    """Say that there is no drawing yet, and where to make one."""
    st.info(_("There is no drawing yet. Draw a digit on the Sketch screen."))
    for screen in screens:
        if screen.draws:
            screen.link(lessons.of(screen.name).question)


def image(shape: Shape = (1, 28, 28)) -> np.ndarray | None:
    """The visitor's drawing, light on dark, uint8 of this shape (C, H, W); None without one."""
    made = from_address()
    return None if made.empty else pixels(made, shape)


def pixels(made: Drawing | Scan, shape: Shape = (1, 28, 28)) -> np.ndarray:
    """A drawing as uint8 (C, H, W), black around it where that isn't square."""
    channels, height, width = shape
    side = min(height, width)
    found = np.zeros(shape, np.uint8)
    top, left = (height - side) // 2, (width - side) // 2
    found[:, top : top + side, left : left + side] = handwriting.image(made, side)
    return found


def stay_in_address() -> None:
    """Keep the session's drawing, at first that of the address, in the address of every screen."""
    said = st.query_params.get(ADDRESS, "")
    written, now = st.session_state.get(WRITTEN, ""), monotonic()
    lately = {old: end for old, end in st.session_state.get(LATELY, {}).items() if end > now}
    if said and said != written and said not in lately:  # another address has been opened
        st.session_state[KEPT] = said
    text = st.session_state.setdefault(KEPT, said)
    if text != written:
        # who draws on at once sends the address that the browser has not changed yet
        lately |= dict.fromkeys((said, written), now + LATE)
    st.session_state[WRITTEN], st.session_state[LATELY] = text, lately
    # written here, not by a field bound to it as in ui/address.py: after a change of screen
    # Streamlit would fill in such a field's part of the address one run too late
    if text and st.query_params.get(ADDRESS) != text:
        st.query_params[ADDRESS] = text
    elif not text:
        st.query_params.pop(ADDRESS, None)


def from_address() -> Drawing | Scan:
    """The session's drawing, at first that of the address; a damaged one is told and left out.

    Call it once in a run, where the drawing is shown.
    """
    stay_in_address()
    try:
        return handwriting.from_text(st.session_state[KEPT])
    except Problem as problem:
        st.warning(tell(problem))
        return Drawing()


def take(made: Drawing | Scan) -> None:
    """Make it the visitor's drawing; the next run shows it on the pad."""
    st.session_state[KEPT] = made.text()
