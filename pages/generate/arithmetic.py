"""Arithmetic with codes: a digit minus a group plus another, and sliders along directions."""

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import streamlit as st

from aecore import directions
from aecore.data import Images
from aecore.directions import GROUPS, MEASURES, Directions
from aecore.messages import Problem
from browser import component, served
from pages import SCREENS
from pages.generate.sources import DIGITS, Source
from ui import address, cache, coder, drawing, saving
from ui.controls import choose, count
from ui.guard import guarded
from ui.i18n import _, language, tell

KEY = "generate-sum"
SAMPLE = 4000  # images behind groups and directions
FARTHEST = 3.0  # of the sliders, in standard deviations
MOST = 2.0  # of the difference of the groups


@dataclass(frozen=True, eq=False)
class Known:
    """Of a model: the mean code of every group and of how many images it is, and directions."""

    means: dict[str, tuple[np.ndarray, int]]
    directions: Directions


class Direction(TypedDict):
    """A slider; browser/generate/sum.js says what each is."""

    name: str
    title: str
    unit: str
    step: list[float]
    spread: float


class Words(TypedDict):
    """What the component says."""

    terms: tuple[str, str, str]
    result: str
    share: str
    measured: str
    sweep: str
    reset: str
    waiting: str
    failed: str


class Facts(TypedDict):
    """What the component is told; browser/generate/sum.js says what each is."""

    weights: str
    key: str
    codes: list[list[float]]
    directions: list[Direction]
    farthest: float
    most: float
    push: list[float]
    language: str
    words: Words


def show(source: Source, shown: Images) -> None:
    """The choice of a, b and c, and the component that computes with them."""
    decoder = coder.packed_decoder(source.key, source.layers)
    if isinstance(decoder, Problem):
        st.info(tell(decoder))
        return
    known = _known(source.key, *cache.identity(shown), source, shown.take(slice(0, SAMPLE)))

    def words(group: str) -> str:
        return _(GROUPS[group].title) if group in GROUPS else group

    first, second, third, last = st.columns([4, 4, 4, 3], vertical_alignment="bottom")
    with first:
        a = choose(
            _("A digit"),
            "sum",
            [*map(str, range(DIGITS)), drawing.CHOICE],
            lambda kind: drawing.words() if kind == drawing.CHOICE else kind,
            default="7",
        )
    groups = sorted(known.means, key=lambda name: name not in GROUPS)
    with second:
        b = choose(_("minus the mean of"), "minus", groups, words, default="unbarred")
    with third:
        c = choose(_("plus the mean of"), "plus", groups, words, default="barred")
    with last:
        seed = count(_("Another digit"), "specimen", icon=":material/refresh:")
    digit = drawing.image(shown.shape) if a == drawing.CHOICE else _digit(int(a), seed, shown)
    if digit is None:
        drawing.ask_for_one(SCREENS)
        return
    _summed(source, digit, known, (b, c), (words(b), words(c)), served(decoder, "sum decoder"))


def _digit(label: int, seed: int, shown: Images) -> np.ndarray:
    """uint8 (C, H, W): a test digit of a class."""
    assert shown.labels is not None
    of_class = np.flatnonzero(shown.labels == label)
    pixels: np.ndarray = shown.pixels[of_class[seed % len(of_class)]]
    return pixels


@st.fragment
@guarded()
def _summed(
    source: Source,
    digit: np.ndarray,
    known: Known,
    groups: tuple[str, str],
    names: tuple[str, str],
    weights: str,
) -> None:
    """The component; the end of a gesture runs only this again."""
    picture = st.container()
    push = address.field("push")
    codes = [source.encode(digit[None])[0], *(known.means[name][0] for name in groups)]
    steps, spread = known.directions.steps, known.directions.spread
    facts: Facts = {
        "weights": weights,
        "key": source.key,
        "codes": [code.astype(float).round(5).tolist() for code in codes],
        "directions": [
            {
                "name": name,
                "title": _(measure.title),
                "unit": measure.unit,
                "step": (steps[n] * spread[n]).astype(float).round(6).tolist(),
                "spread": float(spread[n]),
            }
            for n, (name, measure) in enumerate(MEASURES.items())
        ],
        "farthest": FARTHEST,
        "most": MOST,
        "push": _pushed(push),
        "language": language(),
        "words": _words(names),
    }
    with picture:
        component("generate/sum")(key=KEY, data=facts, on_push_change=_keep)
    names_ = [measure for measure in MEASURES]
    arrays = {"digit, minus, plus": np.array(codes), **dict(zip(names_, steps, strict=True))}
    saving.offer("sum", saving.arrays("codes", _("Codes"), lambda: arrays))
    counted = [known.means[name][1] for name in groups]
    st.caption(
        _(
            "Means of {first} and {second} images, told apart by their class and by what was "
            "measured on them. The sliders follow directions in the code, found on {all} images; "
            "what the result then measures stands beside them."
        ).format(first=counted[0], second=counted[1], all=SAMPLE)
    )


def _words(groups: tuple[str, str]) -> Words:
    return {
        "terms": (_("this digit, decoded"), *groups),
        "result": _("the result, decoded"),
        "share": _("How much of the difference"),
        "measured": _("measured {value}"),
        "sweep": _("Along the slider that was moved last"),
        "reset": _("Back to the sum"),
        "waiting": _("Loading the decoder"),
        "failed": _("The decoder did not arrive. Reload the page."),
    }


def _pushed(text: str) -> list[float]:
    """How far the sliders stand: the share of the difference, then the directions."""
    usual = [1.0, *(0.0 for _measure in MEASURES)]
    try:
        found = [float(part) for part in text.split(address.SEPARATOR)]
    except ValueError:
        return usual
    fine = len(found) == len(usual) and 0 <= found[0] <= MOST
    return found if fine and all(abs(one) <= FARTHEST for one in found[1:]) else usual


def _keep() -> None:
    """Write into the address how far the sliders stand."""
    told = st.session_state[KEY]["push"]
    st.session_state["push"] = address.SEPARATOR.join(f"{float(one):g}" for one in told)


@st.cache_resource(max_entries=16, show_spinner=False)
def _known(
    key: str, data: str, changed: int, decoded: bool, _source: Source, _shown: Images
) -> Known:
    images = _shown.pixels.astype(np.float32) / 255
    codes = _source.encode(_shown.pixels)
    assert _shown.labels is not None
    return Known(
        directions.group_means(codes, images, _shown.labels),
        directions.directions(codes, images, _shown.labels, _source.decode),
    )
