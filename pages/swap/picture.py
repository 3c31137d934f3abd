"""The picture of Swap: what goes in, what its own decoder makes of it, and what the other."""

import numpy as np
import streamlit as st

from aecore import strokes
from pages import SCREENS
from pages.swap import swapper
from pages.swap.source import HAND, PRINT, Source
from pages.swap.swapper import Swapped
from ui import drawing, frame, images, saving
from ui.guard import guarded
from ui.i18n import _, number
from ui.subject import Subject

SIZE = 72  # pixels on the screen
SAME, OTHER = "✓", "✗"


@st.fragment
@guarded()
def show(source: Source) -> None:
    """The sliders, and below them the images that follow."""
    own, other = (PRINT, HAND) if source.kind == PRINT else (HAND, PRINT)
    looked_at = source.subject(source.ask())
    if looked_at is None:
        drawing.ask_for_one(SCREENS)
        return
    found = swapper.swap(own, other, looked_at.pixels)
    # of a drawing nobody but the reader knows which digit it is
    digits = np.arange(10)
    if source.kind == drawing.CHOICE:
        digits = swapper.read(own, looked_at.pixels)
    as_other = _("as print") if other == PRINT else _("as handwriting")
    rows = [
        looked_at.row,
        looked_at.copies(_("Own decoder"), found.back, [""] * len(looked_at)),
        looked_at.copies(
            _("Swapped: {kind}").format(kind=as_other),
            found.swapped,
            readings(found.read_swapped, digits),
        ),
        looked_at.copies(
            _("Two encoders: {kind}").format(kind=as_other),
            found.apart,
            readings(found.read_apart, digits),
        ),
    ]
    images.show(images.strip(rows, size=SIZE))
    _figures_row(looked_at, found, digits)
    read = (digits.tolist(), found.read_swapped.tolist(), found.read_apart.tolist())
    heads = ("digit", "swapped, read as", "two encoders, read as")
    pictures = [looked_at.pixels, found.back, found.swapped, found.apart]
    saving.offer(
        "swap",
        saving.pictures("pictures", _("Pictures"), lambda: pictures),
        saving.table("readings", _("Figures"), heads, lambda: zip(*read, strict=True)),
    )


def readings(read: np.ndarray, digits: np.ndarray) -> list[str]:
    """What is read, and whether it still is that digit."""
    return [
        f"{now} {SAME if now == then else OTHER}"
        for now, then in zip(read.tolist(), digits.tolist(), strict=True)
    ]


def _figures_row(looked_at: Subject, found: Swapped, digits: np.ndarray) -> None:
    """Of these images: how many stay the same digit, and what becomes of slant and thickness."""
    apart = int((found.read_apart == digits).sum())
    same = int((found.read_swapped == digits).sum())
    of = _("{n} of {total}")
    rival = _("two encoders {same}").format(same=of.format(n=number(apart), total=len(digits)))
    # + 0.0: no “−0.00”
    leans = [float(strokes.slant(each).mean()) for each in (looked_at.pixels, found.swapped)]
    thick = [float(strokes.thickness(each).mean()) for each in (looked_at.pixels, found.swapped)]
    frame.figures_row(
        {
            _("Read as the same digit"): (of.format(n=number(same), total=len(digits)), rival),
            _("Mean slant, in → out"): " → ".join(
                number(round(lean, 2) + 0.0, 2) for lean in leans
            ),
            _("Mean stroke, in → out"): _("{before} → {after} pixels").format(
                before=number(thick[0], 1), after=number(thick[1], 1)
            ),
        }
    )
