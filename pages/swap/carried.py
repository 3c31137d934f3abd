"""What was measured on all test images: the digit, its slant and its strokes, before and after."""

import json
from functools import lru_cache
from typing import Any

import streamlit as st

from aecore.checkpoint import SHIPPED
from aecore.data import dataset
from browser import without_server
from ui import charts, frame
from ui.i18n import _, ngettext, number, percent, tell

MEASURED = SHIPPED / "swap.json"  # what benchmarks/swap.py --keep found


def show() -> None:
    """How often the digit stays the same, and what comes out for the slant that goes in."""
    found = _measured()
    ways = {
        "hand_to_print": _("Handwriting, as print"),
        "print_to_hand": _("Print, as handwriting"),
    }
    frame.figures_row(
        {
            _("{way}: the same digit, {n} test images").format(
                way=words, n=number(found[way]["images"])
            ): (
                percent(found[way]["same"], 1),
                _("two encoders {share}").format(share=percent(found[way]["apart"], 1)),
            )
            for way, words in ways.items()
        }
    )
    # filled only while open: what draws the charts keeps a browser busy for a second; on a page
    # without a server they are pictures
    opened = st.expander(_("Slant and stroke, in against out"), key="swap-out", on_change="rerun")
    if opened.open or without_server():
        left, right = opened.columns(2)
        with left:
            _chart("slant", _("Slant that goes in"), _("Slant that comes out"), ways)
        with right:
            _chart("thickness", _("Stroke that goes in, pixels"), _("Stroke that comes out"), ways)
    count = len(found["fonts"])
    measured = ngettext(
        "Measured with {n} typeface; with others print may do worse.",
        "Measured with {n} typefaces; with others print may do worse.",
        count,
    )
    # the typefaces here, where somebody sits at the computer that has them
    here = () if without_server() else dataset("print").remarks
    st.caption(" ".join([measured.format(n=number(count)), *map(tell, here)]))


def _chart(what: str, x_title: str, y_title: str, ways: dict[str, str]) -> None:
    """Means of what comes out over what goes in."""
    found = _measured()
    curves = {words: tuple(found[way][what]["curve"]) for way, words in ways.items()}
    places = [place for x, _y in curves.values() for place in x]
    ends = [min(places), max(places)]
    curves[_("nothing changes")] = (ends, ends)
    figure = charts.lines(curves, x_title, y_title, height=320)
    alt = _("{after}, over: {before}").format(after=y_title, before=x_title)
    charts.show(figure, alt=alt, key=f"swap-{what}")


@lru_cache(maxsize=1)
def _measured() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(MEASURED.read_text(encoding="utf-8"))
    return found
