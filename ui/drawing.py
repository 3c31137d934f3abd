"""The visitor's own digit, drawn or photographed: the picture that every screen can take.

The address keeps the drawing itself, as text, on every screen: a reload, a link on another machine
and a new server find it again. Between the screens the session keeps it.
"""

from collections.abc import Iterable

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
    text = st.session_state.setdefault(KEPT, st.query_params.get(ADDRESS, ""))
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
