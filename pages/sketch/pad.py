"""The pad on which visitors draw, and the digits that are ready to be put on it."""

import json
from collections.abc import Sequence
from typing import TypedDict

import streamlit as st

from aecore import handwriting
from aecore.handwriting import Drawing, Scan, Stroke
from browser import component, served
from ui import drawing, images
from ui.guard import guarded
from ui.i18n import _, ngettext

PAD = "sketchpad"


class Drawn(TypedDict):
    """A drawing as the pad takes it, see aecore.handwriting.Drawing."""

    strokes: Sequence[Stroke]
    width: int
    centred: bool


class Scanned(TypedDict):
    """A digit from a photograph, as the pad shows it and gives it back."""

    text: str
    picture: str


class Facts(TypedDict):
    """What the component is told; browser/sketch/sketchpad.js says what each is."""

    side: int
    step: int
    widths: tuple[int, int]
    most: int
    points: int
    drawing: Drawn
    scan: Scanned | None
    at: int
    ready: str
    words: dict[str, str]


def pad(made: Drawing | Scan, ready: str) -> None:
    """The pad with a drawing on it; what becomes of it, ``drawing.from_address`` tells next time.

    ``ready``: the address that ``ready_drawings`` gives.
    """
    lines = Drawing() if isinstance(made, Scan) else made
    facts: Facts = {
        "side": handwriting.SIDE,
        "step": handwriting.SIDE // handwriting.PIXELS,
        "widths": handwriting.WIDTHS,
        "most": handwriting.MAX_STROKES,
        "points": handwriting.MAX_POINTS,
        "drawing": {"strokes": lines.strokes, "width": lines.width, "centred": lines.centred},
        "scan": _scan(made) if isinstance(made, Scan) else None,
        "at": told(),
        "ready": ready,
        "words": _pad_words(),
    }
    component("sketch/sketchpad")(key=PAD, data=facts, on_drawing_change=_keep)


def told() -> int:
    """How many times the pad on the screen has told something; 0 where there is none."""
    sent = (st.session_state.get(PAD) or {}).get("drawing") or {}
    at = sent.get("at", 0)
    return at if isinstance(at, int) else 0


def _scan(made: Scan) -> Scanned:
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
        drawing.take(Scan.from_text(scan) if scan else Drawing.from_browser(sent).thinned())
