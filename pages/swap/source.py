"""What goes in: handwritten test digits, printed ones, or the visitor's drawing."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import streamlit as st

from aecore import strokes
from aecore.data import Images
from aecore.data.printed import SLANT, WEIGHT, WIDTH
from ui import cache, drawing, subject
from ui.controls import choose, count
from ui.frame import data_title
from ui.i18n import _, decimal
from ui.subject import Subject

HAND, PRINT = "hand", "print"
MIXED = "mixed"  # in the address where a typeface would stand: every digit has another
LEANS = tuple(step / 10 for step in range(-3, 6))  # at which the drawing is shown
STEP = 0.05
PERCENT = 100


class Asked(NamedTuple):
    """What sliders and button say: slant, weight and width as ``aecore.data.typeface.draw`` takes
    them, and the how manieth choice of digits or typefaces."""

    slant: float = 0.0
    weight: float = 0.0
    width: float = 1.0
    choice: int = 0


@dataclass(frozen=True)
class Source:
    """``kind``: HAND, PRINT or ``drawing.CHOICE``. ``font``: the typeface of print, or MIXED."""

    kind: str
    font: str = MIXED

    @property
    def shown(self) -> Images | str:
        """What it is, for the sidebar."""
        if self.kind == HAND:
            return cache.test_digits()
        if self.kind == PRINT:
            return _("{data}, drawn now").format(data=data_title("print"))
        return drawing.words()

    def ask(self) -> Asked:
        """The sliders and the button; a drawing has none, it is shown at several slants."""
        if self.kind == drawing.CHOICE:
            return Asked()
        first, second, third, last = st.columns([4, 4, 4, 3], vertical_alignment="bottom")
        weight, width, choice = 0.0, 1.0, 0
        with first:
            slant = st.slider(
                _("Slant"),
                *SLANT,
                0.0,
                STEP,
                key="swap_slant",
                bind="query-params",
                help=_("How far the top leans to the right, as a share of the height."),
            )
        if self.kind == PRINT:
            with second:
                weight = _percent(_("Weight in % of the height"), "swap_weight", WEIGHT, 0, 1)
            with third:
                width = _percent(_("Width in %"), "swap_width", WIDTH, PERCENT, 5)
        if self.kind == HAND or self.font == MIXED:
            label = _("Other digits") if self.kind == HAND else _("Other fonts")
            with last:
                choice = count(label, "swap_others", icon=":material/refresh:")
        return Asked(slant, weight, width, choice)

    def subject(self, asked: Asked) -> Subject | None:
        """The images that go in; None while there is no drawing."""
        if self.kind == PRINT:
            return Subject(_printed(self.font, asked), _("Print"), [str(n) for n in range(10)])
        if self.kind == HAND:
            digits = cache.test_digits()
            found = subject.test_images(digits, _one_of_each(digits, asked.choice))
            title = _("Decoded") if digits.decoded else _("Handwriting")
            leaning = strokes.sheared(found.pixels, asked.slant)
            return replace(found, pixels=leaning, title=title)
        image = drawing.image()
        if image is None:
            return None
        pixels = np.concatenate([strokes.sheared(image[None], lean) for lean in LEANS])
        return Subject(pixels, _("Your drawing, at a slant of"), [decimal(lean) for lean in LEANS])


def choose_source() -> Source:
    """Let people say what goes in."""
    kinds = {
        HAND: _("Handwriting, as print"),
        PRINT: _("Print, as handwriting"),
        drawing.CHOICE: _("Your drawing, as print"),
    }
    left, right = st.columns([9, 4], vertical_alignment="bottom")
    with left:
        kind = choose(
            _("What is swapped"),
            "swap",
            list(kinds),
            kinds.__getitem__,
            kind="row",
            label_visibility="collapsed",
        )
    if kind != PRINT:
        return Source(kind)
    with right:
        return Source(kind, _choose_font())


def _choose_font() -> str:
    from aecore.data import typeface

    return choose(
        _("Typeface"),
        "swap_font",
        [MIXED, *typeface.fonts()],
        lambda each: _("Several typefaces") if each == MIXED else each,
        label_visibility="collapsed",
    )


def _percent(label: str, key: str, between: tuple[float, float], usual: int, step: int) -> float:
    low, high = (round(PERCENT * end) for end in between)
    return st.slider(label, low, high, usual, step, key=key, bind="query-params") / PERCENT


def _printed(font: str, asked: Asked) -> np.ndarray:
    from aecore.data import typeface

    faces = list(typeface.fonts()) if font == MIXED else [font]
    chosen = np.random.default_rng(asked.choice).integers(0, len(faces), 10)
    shapes = [typeface.glyphs(faces[face])[digit] for digit, face in enumerate(chosen)]
    style = (asked.slant, asked.width, asked.weight)
    return typeface.draw(shapes, *(np.full(len(shapes), value) for value in style))


def _one_of_each(digits: Images, choice: int) -> np.ndarray:
    """Places of a 0, a 1 … a 9 among the digits."""
    order = np.random.default_rng(choice).permutation(len(digits))
    assert digits.labels is not None
    found: np.ndarray = order[np.unique(digits.labels[order], return_index=True)[1]]
    return found
