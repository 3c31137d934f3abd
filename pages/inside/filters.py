"""Weights as pictures, and what each number of a code adds: two models side by side."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from aecore import code_numbers
from aecore.checkpoint import Card
from aecore.data import Images
from aecore.filters import Filters, first, last
from aecore.messages import Problem
from browser import without_server
from pages.inside.codes import codes_of
from pages.inside.shown import Shown, choose_image
from ui import cache, frame, images
from ui.controls import choose
from ui.i18n import _, ngettext, number, tell
from ui.subject import Subject

DEFAULTS = ("deep-32", "sparse-32")  # dense and sparse
MOST = 48  # pictures of a model
LINES = 64  # of a recurrent layer's units


@dataclass(frozen=True)
class Side:
    """One of the two models."""

    path: Path
    card: Card

    @property
    def images(self) -> Images:
        """The test images that it takes. Raises Problem."""
        return cache.images_for(self.card)


def show() -> None:
    """Two models, and one kind of pictures of both."""
    cards = cache.cards()
    if not cards:
        st.info(_("There is no checkpoint on this machine. Train one on the Train screen."))
        st.stop()
    kinds = {
        "first": _("First layer"),
        "code": _("Code"),
        "last": _("Last layer"),
    }
    left, right = st.columns([5, 9], vertical_alignment="center")
    with left:
        kind = choose(
            _("Pictures of"),
            "inside_layer",
            list(kinds),
            kinds.__getitem__,
            kind="row",
            label_visibility="collapsed",
        )
    columns = st.columns(2, gap="medium")
    sides = []
    for column, word, usual in zip(
        columns, ("inside_model", "inside_beside"), DEFAULTS, strict=True
    ):
        with column:
            name = choose(
                _("Model"),
                word,
                list(cards),
                lambda each: frame.model_words(cards[each]),
                default=usual if usual in cards else None,
                label_visibility="collapsed",
            )
        sides.append(Side(cache.checkpoints()[name], cards[name]))
    shown = looked_at = None
    if kind == "code":
        shown = sides[0].images
        with right:
            looked_at = choose_image(shown)
    frame.in_use([side.card for side in sides], shown)
    for column, side in zip(columns, sides, strict=True):
        with column:
            if without_server():  # nobody sees what was chosen
                st.subheader(side.card.name, anchor=False)
            _pictures(kind, side, looked_at)


def _pictures(kind: str, side: Side, looked_at: Subject | None) -> None:
    """What one model has of this kind; the rest of the page goes on without it."""
    try:
        if looked_at is not None:
            _numbers(side, looked_at)
        else:
            model, _card = cache.model(side.path)
            found = first(model) if kind == "first" else last(model)
            if found is None:
                st.info(_no_pictures(kind))
            else:
                _weights(kind, found)
    except Problem as problem:
        st.error(tell(problem))


def _no_pictures(kind: str) -> str:
    if kind == "first":
        return _("Its encoder has no layer of its own: it uses the decoder's weights.")
    return _("Its last layer has no weights that could be shown as pictures.")


def _weights(kind: str, found: Filters) -> None:
    """The units with the largest weights, in the order in which they stand."""
    all_units, limit = len(found.weights), found.limit()
    if found.kind == "rows":
        lines = found.strongest(LINES)[:, 0]
        words = _("A line for each unit, its weights for the pixels of a row: {n} of {all}")
        told = words.format(n=number(len(lines)), all=number(all_units))
        st.caption(told)
        images.show(
            images.figure(images.around_zero(lines, told, limit=limit), 7 * len(lines)),
            images.legend(_("lowers it"), _("raises it"), limit),
        )
        return
    chosen = found.strongest(MOST)
    sentences = {
        "images": (_("All {all} units"), _("{n} of {all} units, those with the largest weights")),
        "kernels": (
            _("All {all} kernels"),
            _("{n} of {all} kernels, those with the largest weights"),
        ),
    }
    words = sentences[found.kind][len(chosen) < all_units]
    st.caption(words.format(n=number(len(chosen)), all=number(all_units)))
    low, high = _("lowers it"), _("raises it")
    if kind == "last":
        low, high = _("darker"), _("brighter")
    images.show(
        images.gallery(
            [
                images.around_zero(one, _("Weights {number}").format(number=i), limit=limit)
                for i, one in enumerate(chosen, 1)
            ],
            size=48,
        ),
        images.legend(low, high, limit),
    )


def _numbers(side: Side, looked_at: Subject) -> None:
    """What each number adds to the image from the low to the high end of its range."""
    if looked_at.pixels.shape[1:] != side.card.image_shape:
        st.info(_("This model takes images of another size."))
        return
    shown = Shown(side.path, side.card, side.images, looked_at)
    through = shown.coder()
    codes = codes_of(through, side.images)[:, :MOST]
    low, _mean, high = code_numbers.ranges(codes)
    code = through.encode(looked_at.image[None])[0]
    ends = through.decode(code_numbers.moved(code, low, high, 2).reshape(-1, len(code)))
    change = (ends[1::2] - ends[0::2]).mean(1)
    words = ngettext(
        "What its {n} number adds, from its low to its high end",
        "What each of its {n} numbers adds, from its low to its high end",
        len(low),
    )
    st.caption(words.format(n=number(len(low))))
    images.show(
        images.code_bars(code[:MOST], _("The code"), _("z: the code of this image"), height=72),
        images.gallery(
            [
                images.around_zero(one, _("Number {number}").format(number=j), limit=1.0)
                for j, one in enumerate(change, 1)
            ],
            size=48,
        ),
        images.legend(_("darker"), _("brighter")),
    )
