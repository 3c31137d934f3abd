"""The visitor's own digit, drawn or photographed: the pad, and the picture every screen can take.

The address keeps the drawing itself, as text, on every screen: a reload, a link on another machine
and a new server find it again. Between the screens the session keeps it.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict

import numpy as np
import streamlit as st

from aecore import handwriting
from aecore.data import Shape
from aecore.handwriting import Drawing, Scan
from aecore.messages import Problem
from browser import component, served
from ui import images
from ui.guard import guarded
from ui.i18n import _, ngettext, tell
from ui.screens import Screen

ADDRESS = "drawing"  # ?drawing=…
CHOICE = "drawing"  # stands in the address where images are chosen, for "Your drawing"
KEPT = "sketch-drawing"  # session: the same text, which outlasts a change of screen
PAD = "sketchpad"


def words() -> str:
    """What the drawing is called where images are chosen."""
    return _("Your drawing")


def ask_for_one(screens: Iterable[Screen]) -> None:
    """Say that there is no drawing yet, and where to make one."""
    st.info(_("There is no drawing yet. Draw a digit on the Sketch screen."))
    for screen in screens:
        if screen.draws:
            screen.link(_(screen.question))


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
    # written here, not by a field bound to it as in ui/controls.py: after a change of screen
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


def pad(made: Drawing | Scan, ready: str) -> None:
    """The pad with a drawing on it; what becomes of it, ``from_address`` tells at the next run.

    ``ready``: the address that ``ready_drawings`` gives.
    """
    component("sketch/sketchpad")(
        key=PAD,
        data={
            "side": handwriting.SIDE,
            "step": handwriting.SIDE // handwriting.PIXELS,
            "widths": handwriting.WIDTHS,
            "most": handwriting.MAX_STROKES,
            "points": handwriting.MAX_POINTS,
            "drawing": asdict(Drawing() if isinstance(made, Scan) else made),
            "scan": _scan(made) if isinstance(made, Scan) else None,
            "ready": ready,
            "words": _pad_words(),
        },
        on_drawing_change=_keep,
    )


def _scan(made: Scan) -> dict[str, str]:
    """A digit from a photograph, as the pad shows it and gives it back."""
    return {"text": made.text(), "picture": images.png_uri(handwriting.image(made))}


def ready_drawings() -> str:
    """Where a browser fetches the strokes of each ready drawing; call it in every full run."""
    content = json.dumps([each.strokes for each in handwriting.ready()]).encode()
    return served(content, "ready drawings", "application/json")


def _pad_words() -> dict[str, str]:
    most = handwriting.MAX_STROKES
    full = ngettext(
        "The pad takes up to {n} stroke. Undo the last one.",
        "The pad takes up to {n} strokes. Undo the last one.",
        most,
    )
    return {
        "pad": _("Pad for drawing a digit"),
        "hint": _("Draw a digit here"),
        "keys": _("Keys: 0–9 put a ready digit, arrows move it, Shift with ← or → turns it."),
        "undo": _("Undo"),
        "clear": _("Clear"),
        "pen": _("Pen"),
        "centred": _("Fit and centre it, as MNIST’s digits are"),
        "full": full.format(n=most),
        "stroke": _("Stroke {n}."),
        "placed": _("A {digit} is on the pad."),
        "moved": _("Moved."),
        "turned": _("Turned."),
        "undone": _("Undone."),
        "cleared": _("The pad is empty."),
    }


def _keep() -> None:
    with guarded():
        sent = st.session_state[PAD]["drawing"]
        scan = sent.get("scan")  # where "undo" leads back to one
        take(Scan.from_text(scan) if scan else Drawing.from_browser(sent).thinned())
