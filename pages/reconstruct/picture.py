"""The picture of Reconstruct: originals, reconstructions, differences, and one image's codes."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import TypedDict

import numpy as np
import streamlit as st

from aecore.checkpoint import Card
from aecore.data import Images, Shape, dataset
from browser import component, pack
from pages import SCREENS
from pages.reconstruct import files, measured
from pages.reconstruct.copies import LIMIT, Copies
from ui import drawing, frame, images, subject
from ui.coder import Coder
from ui.controls import choose
from ui.guard import guarded
from ui.i18n import _, number
from ui.subject import Subject

SHOWN = 8  # images
ROWS = "reconstruct-rows"  # of the component


class Picture(TypedDict):
    """An image in a row."""

    source: str
    alt: str
    caption: str


class Row(TypedDict):
    """A row of them."""

    label: str
    pictures: list[Picture]


class Facts(TypedDict):
    """What the rows are told; browser/reconstruct/rows.js says what each is."""

    rows: list[Row]
    picked: int
    size: int


class Coded(TypedDict):
    """What is said of a coder's codes."""

    caption: str
    alt: str


class CodeFacts(TypedDict):
    """What the codes are told; browser/reconstruct/codes.js says what each is."""

    coders: list[Coded]
    picked: int
    size: int


def _pick(shown: Images, first: Coder) -> tuple[np.ndarray, str]:
    """Let people say which images; their places, and a sentence where they are the worst."""
    classes = dataset(shown.dataset).classes if shown.labels is not None else ()
    ways = {"random": _("At random"), "class": _("By class"), "worst": _("The worst")}
    if not classes:
        del ways["class"]
    how = choose(_("Which images"), "how", list(ways), ways.__getitem__)
    if how == "worst":
        bar = st.empty()
        mse = measured.errors(first, shown, measured.telling(bar))
        bar.empty()
        words = _("Of all {total} test images, those that {name} gets most wrong.")
        return np.argsort(-mse)[:SHOWN], words.format(total=number(len(shown)), name=first.name)
    among = np.arange(len(shown))
    if how == "class":
        numbers = [str(n) for n in range(len(classes))]
        chosen = choose(_("Class"), "class", numbers, lambda n: _(classes[int(n)]))
        among = np.flatnonzero(shown.labels == int(chosen))
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    tip = _("The same seed draws the same images, on every machine.")
    seed = left.number_input(_("Seed"), 0, 9999, key="seed", bind="query-params", help=tip)
    right.button(_("More"), on_click=lambda: st.session_state.update(seed=(seed + 1) % 10_000))
    return np.random.default_rng(seed).permutation(among)[:SHOWN], ""


@st.fragment
@guarded()
def picture(models: dict[Coder, Card], straight: Coder | None, shown: Images) -> None:
    """Originals, reconstructions and differences, figures, and the code of one image."""
    left, right = st.columns([16, 5])
    with right:
        first = next(iter(models))
        places, words = _pick(shown, first)
        errs = st.toggle(_("Differences"), True, key="differences", bind="query-params")
        one = st.slider(_("Code of image"), 1, SHOWN, key="image", bind="query-params")
        one = min(one, len(places))
    if not len(places):
        left.info(_("There is no such image here. Choose another class."))
        return
    chosen = subject.test_images(shown, places)
    copies = [Copies.of(each, chosen.pixels) for each in _both(models, straight)]
    with left:
        rows = _rows(chosen, copies, errs)
        facts = _facts(rows, one - 1)
        component("reconstruct/rows")(key=ROWS, data=facts, on_picked_change=_keep)
        images.show(_legend(errs))
        st.markdown(words or _lesson(models[first], chosen))
        bar = st.empty()
        frame.figures_row(measured.figures(models, shown, measured.telling(bar)))
        bar.empty()
        files.offer(chosen, copies)
    with right:
        codes = {f"code{n}": each.codes for n, each in enumerate(copies)}
        data = pack(_code_facts(copies, one - 1), **codes)
        component("reconstruct/codes")(key="reconstruct-codes", data=data)


def _keep() -> None:
    """Take over which image was clicked."""
    picked = int(st.session_state[ROWS]["picked"])
    st.session_state["image"] = min(max(picked + 1, 1), SHOWN)


def _facts(rows: Sequence[images.Row], picked: int) -> Facts:
    return {
        "rows": [
            {
                "label": row.label,
                "pictures": [
                    {"source": one.uri, "alt": one.alt, "caption": one.caption}
                    for one in row.pictures
                ],
            }
            for row in rows
        ],
        "picked": picked,
        "size": 64 if len(rows) <= 5 else images.ROW,
    }


def _code_facts(copies: Sequence[Copies], picked: int) -> CodeFacts:
    alt = _("Code of image {n} by {name}")
    coders: list[Coded] = [
        {"caption": each.words, "alt": alt.format(n="{n}", name=each.coder.name)} for each in copies
    ]
    return {"coders": coders, "picked": picked, "size": _height(copies)}


def _both(models: Iterable[Coder], straight: Coder | None) -> list[Coder]:
    """The models and, if there is one, their straight-line rival."""
    return [*models, straight] if straight else [*models]


@guarded()
def own(models: dict[Coder, Card], straight: Coder | None, kind: str, shape: Shape) -> None:
    """What somebody hands over or has drawn, a kind of subject.OWN, through all coders."""
    left, right = st.columns([3, 2])
    with right:
        if kind == subject.UPLOAD:
            first = next(iter(models))
            brought = subject.handed_over(shape, lambda pixels: Copies.of(first, pixels).mse)
        else:
            brought = subject.drawn(shape)
        if brought is not None:
            errs = st.toggle(_("Differences"), True, key="differences", bind="query-params")
    with left:
        if brought is None:
            _ask_for(kind, shape)
            return
        codes = _one(brought, models, straight, errs)
    with right:
        images.show(codes)


def _ask_for(kind: str, shape: Shape) -> None:
    if kind == subject.UPLOAD:
        words = _("Hand over a photo, a letter, a drawing. It is fitted into {size}.")
        st.info(words.format(size=measured.shape_words(shape)))
    else:
        drawing.ask_for_one(SCREENS)


def _one(one: Subject, models: dict[Coder, Card], straight: Coder | None, errs: bool) -> str:
    """The picture of one image and its lesson; returns its codes, as HTML."""
    copies = [Copies.of(each, one.pixels) for each in _both(models, straight)]
    rows = _short_rows(one, copies, errs)
    images.show(images.strip(rows, 112 if len(rows) <= 3 else 84), _legend(errs))
    st.markdown(_lesson(next(iter(models.values())), one))
    files.offer(one, copies)
    return _codes(copies)


def _rows(chosen: Subject, copies: Sequence[Copies], errs: bool) -> list[images.Row]:
    """Originals, and for each coder its reconstructions and, if ``errs``, differences."""
    found = [images.Row(chosen.title, _originals(chosen))]
    for each in copies:
        found.append(images.Row(each.coder.name, each.pictures()))
        if errs:
            found.append(images.Row(_("difference"), each.differences(chosen.pixels)))
    return found


def _short_rows(one: Subject, copies: Sequence[Copies], errs: bool) -> list[images.Row]:
    """The same for one image: its difference stands beside its reconstruction."""
    found = [images.Row(_("Original"), [images.picture(one.pixels[0], one.title)])]
    for each in copies:
        differences = each.differences(one.pixels, _("difference")) if errs else []
        found.append(images.Row(each.coder.name, [*each.pictures(), *differences]))
    return found


def _legend(errs: bool) -> str:
    """What the numbers under the images and, if ``errs``, the colours mean, as HTML."""
    words = escape(_("Numbers: mean squared error (MSE) × 1000"))
    colours = images.legend(limit=LIMIT) if errs else ""
    return images.beside([f'<div class="legend">{words}</div>', colours])


def _lesson(card: Card, seen: Subject) -> str:
    """What is to be seen."""
    if seen.dataset != card.dataset:
        words = _(
            "{name} learned from {data} and draws everything with the strokes that it knows: "
            "an autoencoder is data-specific."
        )
        return words.format(name=card.name, data=frame.data_title(card.dataset) or "–")
    if seen.decoded:
        return _("A decoder drew these digits, so they are easier to copy than the originals.")
    return _("What is lost sits along the strokes; the background costs nothing.")


def _originals(chosen: Subject) -> list[images.Picture]:
    """The images themselves with the names of their classes."""
    return [
        images.picture(x, _("Image {n}").format(n=n), name)
        for n, (x, name) in enumerate(zip(chosen.pixels, chosen.classes, strict=True), 1)
    ]


def _codes(copies: Sequence[Copies]) -> str:
    """The codes of the only image, as HTML."""
    bars = []
    for each in copies:
        alt = _("Code of image {n} by {name}").format(n=1, name=each.coder.name)
        bars.append(images.code_bars(each.codes[0], alt, each.words, _height(copies)))
    return images.beside(bars)


def _height(copies: Sequence[Copies]) -> int:
    """Pixels of the bars, so that those of all have room."""
    return 84 if len(copies) <= 2 else 50
