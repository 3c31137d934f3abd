"""Swap where nobody serves: all pictures at several slants, made when the page is."""

from typing import TypedDict

import numpy as np

from aecore import strokes
from aecore.data.printed import SLANT
from browser import component, pack, served
from pages.swap import picture, swapper
from pages.swap.source import HAND, PRINT, Asked, Source
from ui.i18n import _, language, number

STEPS = 9  # slants, evenly from the least to the most


class Words(TypedDict):
    """What the component says."""

    slider: str
    rows: list[str]
    failed: str


class Facts(TypedDict):
    """What the component is told; browser/swap/slanted.js says what each is."""

    images: str
    shape: tuple[int, int, int]
    slants: list[float]
    captions: list[list[list[str]]]
    figures: list[str]
    language: str
    words: Words


def show(source: Source) -> None:
    """The component with its slider."""
    own, other = (PRINT, HAND) if source.kind == PRINT else (HAND, PRINT)
    slants = np.linspace(*SLANT, STEPS).round(2).tolist()
    shown, captions, figures, title = [], [], [], ""
    for slant in slants:
        looked_at = source.subject(Asked(slant=slant))
        assert looked_at is not None  # no drawing
        found = swapper.swap(own, other, looked_at.pixels)
        title = looked_at.title
        rows = (found.back, found.swapped, found.apart)
        shown.append([looked_at.pixels, *((255 * row).round().astype(np.uint8) for row in rows)])
        digits = np.arange(len(looked_at))
        captions.append(
            [
                list(looked_at.classes),
                [""] * len(looked_at),
                picture.readings(found.read_swapped, digits),
                picture.readings(found.read_apart, digits),
            ]
        )
        figures.append(_sentence(looked_at.pixels, found.swapped))
    facts: Facts = {
        "images": served(pack(None, images=np.array(shown, np.uint8)), "swap slanted"),
        "shape": (1, 28, 28),
        "slants": slants,
        "captions": captions,
        "figures": figures,
        "language": language(),
        "words": _words(title, _("as print") if other == PRINT else _("as handwriting")),
    }
    component("swap/slanted")(key="swap-slanted", data=facts)


def _sentence(before: np.ndarray, after: np.ndarray) -> str:
    """The mean slant of both."""
    leans = [
        round(float(strokes.slant(each).mean()), 2) + 0.0 for each in (before, after)
    ]  # no −0.00
    return f"{_('Mean slant, in → out')}: {' → '.join(number(lean, 2) for lean in leans)}"


def _words(title: str, other: str) -> Words:
    return {
        "slider": _("Slant"),
        "rows": [
            title,
            _("Own decoder"),
            _("Swapped: {kind}").format(kind=other),
            _("Two encoders: {kind}").format(kind=other),
        ],
        "failed": _("The images did not arrive. Reload the page."),
    }
