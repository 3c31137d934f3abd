"""From one digit or drawing to another: straight and spherical in the code, beside a cross-fade."""

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
import streamlit as st

from aecore import walks
from aecore.data import Images
from browser import component, pack, served
from pages import SCREENS
from pages.generate.sources import DIGITS, Source
from ui import address, cache, drawing, frame, saving
from ui.controls import choose, count
from ui.guard import guarded
from ui.i18n import _, language, percent

KEY = "generate-walk"
SHARES = np.linspace(0, 1, 41)
WAYS = ("straight", "spherical", "fade")
SURE = 0.9  # a probability from which the judge counts as sure


@dataclass(frozen=True, eq=False)
class Walk:
    """Images (3, n, C, H, W) in 0…1 at SHARES of the WAYS, and what the judge reads: classes and
    their probabilities (3, n)."""

    images: np.ndarray
    read: np.ndarray
    sure: np.ndarray


class Words(TypedDict):
    """What the component says."""

    titles: tuple[str, str, str]
    slider: str
    read: str


class Facts(TypedDict):
    """What the component is told; browser/generate/walk.js says what each is."""

    images: str
    shape: tuple[int, int, int]
    steps: int
    read: list[list[int]]
    sure: list[list[float]]
    at: float
    language: str
    words: Words


def show(source: Source, shown: Images) -> None:
    """The choice of both ends, and the ways between them."""
    left, middle, right = st.columns([4, 4, 3], vertical_alignment="bottom")
    kinds = [*map(str, range(DIGITS)), drawing.CHOICE]

    def words(kind: str) -> str:
        return drawing.words() if kind == drawing.CHOICE else kind

    with left:
        first = choose(_("From"), "walkfrom", kinds, words, default="3")
    with middle:
        last = choose(_("To"), "walkto", kinds, words, default="8")
    with right:
        seed = count(_("Other digits"), "walkers", icon=":material/refresh:")
    ends = [_end(kind, seed, place, shown) for place, kind in enumerate((first, last))]
    there = [end for end in ends if end is not None]
    if len(there) < len(ends):
        drawing.ask_for_one(SCREENS)
    else:
        _walked(source, np.stack(there), shown)


def _end(kind: str, seed: int, place: int, shown: Images) -> np.ndarray | None:
    """uint8 (C, H, W): a test digit of a class, or the visitor's drawing if there is one."""
    if kind == drawing.CHOICE:
        return drawing.image(shown.shape)
    assert shown.labels is not None
    of_class = np.flatnonzero(shown.labels == int(kind))
    chosen = np.random.default_rng([seed, place]).integers(len(of_class))
    pixels: np.ndarray = shown.pixels[of_class[chosen]]
    return pixels


@st.fragment
@guarded()
def _walked(source: Source, ends: np.ndarray, shown: Images) -> None:
    """The component with its slider, and how sure the judge is on the ways."""
    picture = st.container()
    along = address.field("along")
    found = _walk(source, ends, shown)
    content = pack(None, images=(found.images * 255).round().astype(np.uint8))
    facts: Facts = {
        "images": served(content, "generate walk"),
        "shape": shown.shape,
        "steps": len(SHARES),
        "read": found.read.tolist(),
        "sure": np.round(found.sure, 3).tolist(),
        "at": address.share(along),
        "language": language(),
        "words": _words(),
    }
    with picture:
        component("generate/walk")(key=KEY, data=facts, on_at_change=_keep)
    sure = (found.sure >= SURE).mean(1)
    frame.figures_row(
        {
            _("The judge is sure on so much of the way: straight"): percent(float(sure[0])),
            _("spherical"): percent(float(sure[1])),
            _("cross-fade"): percent(float(sure[2])),
        }
    )
    ways = list(zip(WAYS, found.read.tolist(), found.sure.tolist(), strict=True))
    heads = ("way", "share", "read as", "sure")
    saving.offer(
        "walk",
        saving.pictures("pictures", _("Pictures"), lambda: list(found.images)),
        saving.table(
            "readings",
            _("Figures"),
            heads,
            lambda: (
                (way, f"{share:g}", *one)
                for way, read, sure in ways
                for share, *one in zip(SHARES, read, sure, strict=True)
            ),
        ),
    )


def _words() -> Words:
    return {
        "titles": (_("Straight"), _("Spherical"), _("Cross-fade of the pixels")),
        "slider": _("Along the way"),
        "read": _("read as {name}, {share}"),
    }


def _keep() -> None:
    """Write into the address where on the way people are."""
    st.session_state["along"] = f"{float(st.session_state[KEY]['at']):g}"


def _walk(source: Source, ends: np.ndarray, shown: Images) -> Walk:
    from aecore import classifier

    codes = source.encode(ends)
    middle = np.zeros(codes.shape[1]) if source.generator.standard else _middle(source, shown)
    ways = [
        walks.straight(codes[0], codes[1], SHARES),
        walks.spherical(codes[0], codes[1], SHARES, middle),
    ]
    drawn = source.decode(np.concatenate(ways).astype(np.float32))
    faded = walks.cross_fade(ends[0] / 255, ends[1] / 255, SHARES)
    everything = np.concatenate([drawn, faded]).astype(np.float32)
    likely = classifier.shipped().probabilities(everything).reshape(3, len(SHARES), -1)
    pixels = everything.reshape(3, len(SHARES), *ends.shape[1:])
    return Walk(pixels, likely.argmax(2), likely.max(2))


def _middle(source: Source, shown: Images) -> np.ndarray:
    """The mean of some codes, around which a plain model's lie."""
    return _kept_middle(source.key, *cache.identity(shown), source, shown.pixels[:500])


@st.cache_resource(max_entries=16, show_spinner=False)
def _kept_middle(
    key: str, data: str, changed: int, decoded: bool, _source: Source, _pixels: np.ndarray
) -> np.ndarray:
    mean: np.ndarray = _source.encode(_pixels).mean(0)
    return mean
