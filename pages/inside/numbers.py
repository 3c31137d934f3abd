"""Each number of a code as a bar under the hand: what it does to the image."""

import zlib
from collections.abc import Iterator
from typing import TypedDict

import numpy as np
import streamlit as st

from aecore import code_numbers, metrics
from aecore.data import Images
from aecore.messages import Problem
from browser import component, pack, served
from pages.inside import moved
from pages.inside.codes import codes_of
from pages.inside.shown import Shown, choose_shown
from ui import cache, coder, frame, images, saving
from ui.coder import Coder
from ui.guard import guarded
from ui.i18n import _, language, number

MOST = 256  # bars
EXTREME = 8  # test images a row
DEAD = 0.01  # of the largest spread: less says nothing
STEPS = 15  # over a number's range, where the browser can't decode
MOST_BYTES = 12_000_000  # of extreme images


class Facts(TypedDict):
    """What the component is told; browser/inside/numbers_facts.js says what each is."""

    key: str
    image: str
    picture: str
    title: str
    code: list[float]
    weights: str | None
    drawn: str | None
    why: str
    known: str
    shape: tuple[int, int, int]
    language: str
    start: moved.Start
    words: dict[str, str]


def show() -> None:
    """A model and an image of it, the bars of its code, and the images beneath."""
    looked_at = choose_shown()
    through = looked_at.coder()
    codes = codes_of(through, looked_at.images)
    _bars(looked_at, through, codes)
    _save(looked_at, codes)


def _save(looked_at: Shown, codes: np.ndarray) -> None:
    """The codes of the test images as files."""
    labels = looked_at.images.labels
    labels = None if labels is None else labels[: len(codes)]
    heads = ("image", "class", *(f"code {n}" for n in range(1, codes.shape[1] + 1)))

    def rows() -> Iterator[tuple[object, ...]]:
        for i, code in enumerate(codes.tolist()):
            yield i, "" if labels is None else int(labels[i]), *(f"{one:.6g}" for one in code)

    def arrays() -> dict[str, np.ndarray]:
        return {"codes": codes} if labels is None else {"codes": codes, "labels": labels}

    saving.offer(
        "inside",
        saving.table("codes", _("Codes"), heads, rows),
        saving.arrays("codes", _("Codes"), arrays),
    )


@st.fragment
@guarded()
def _bars(looked_at: Shown, through: Coder, codes: np.ndarray) -> None:
    picture = st.container()
    facts = _facts(looked_at, through, codes, moved.start())
    with picture:
        component("inside/numbers")(key=moved.KEY, data=facts, on_numbers_change=moved.keep)
        size = through.latent_dim
        if size > MOST:
            words = _("The code has {n} numbers; the first {most} of them are shown.")
            st.caption(words.format(n=number(size), most=number(MOST)))
    _figures(looked_at, through, codes)


def _facts(looked_at: Shown, through: Coder, codes: np.ndarray, start: moved.Start) -> Facts:
    code = through.encode(looked_at.subject.image[None])[0]
    identity = cache.identity(looked_at.images)
    facts: Facts = {
        "key": through.key,
        "image": looked_at.subject.digest,
        "picture": images.png_uri(looked_at.subject.image),
        "title": looked_at.subject.words,
        "code": np.nan_to_num(code).astype(float).tolist(),
        "weights": None,
        "drawn": None,
        "why": "",
        "known": served(
            _packed_known(through.key, *identity, codes, looked_at.images), "inside numbers"
        ),
        "shape": looked_at.card.image_shape,
        "language": language(),
        "start": start,
        "words": _words(looked_at.images.decoded),
    }
    decoder = coder.packed_decoder(through.key, through.layers)
    if isinstance(decoder, Problem):
        facts["why"] = _(
            "The browser cannot run this decoder. Its images were drawn beforehand, in {n} steps "
            "for each number; only one number is moved at a time."
        ).format(n=number(STEPS))
        drawn = _packed_steps(
            through.key, *identity, looked_at.subject.digest, through, code, codes
        )
        facts["drawn"] = served(drawn, "inside steps")
    else:
        facts["weights"] = served(decoder, "inside decoder")
    return facts


def _figures(looked_at: Shown, through: Coder, codes: np.ndarray) -> None:
    """How good this copy is, and how many of the numbers say anything."""
    x = looked_at.subject.image[None]
    copied = number(float(metrics.mse(through.reconstruct(x), images.unit(x))[0]), 4)
    compared = ""
    if straight := coder.rival(looked_at.card, looked_at.images.dataset):
        error = float(metrics.mse(straight.reconstruct(x), images.unit(x))[0])
        words = _("PCA with {n} numbers {mse}")
        compared = words.format(n=number(straight.latent_dim), mse=number(error, 4))
    spread = codes.std(0)
    alive = int((spread > DEAD * spread.max()).sum())
    words = _("{n} of {all}").format(n=number(alive), all=number(len(spread)))
    frame.figures_row(
        {
            _("Mean squared error of this copy"): (copied, compared),
            _("Numbers that differ from one test image to another"): words,
        }
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _packed_known(
    key: str, data: str, changed: int, decoded: bool, _codes: np.ndarray, _shown: Images
) -> bytes:
    """Ranges of the numbers, and the test images in which each is largest and smallest."""
    codes = _codes[:, :MOST]
    low, mean, high = code_numbers.ranges(codes)
    size = int(np.prod(_shown.shape))
    most = max(1, min(EXTREME, MOST_BYTES // (2 * size * codes.shape[1])))
    largest, smallest = code_numbers.extremes(codes, most)
    places, where = np.unique(np.stack([largest, smallest]), return_inverse=True)
    first, second = where.reshape(2, *largest.shape).astype(np.int32)
    return zlib.compress(
        pack(
            None,
            low=low,
            mean=mean,
            high=high,
            largest=first,
            smallest=second,
            images=_shown.take(places).pixels,
        ),
        1,
    )


@st.cache_resource(max_entries=8, show_spinner=False)
def _packed_steps(
    key: str,
    data: str,
    changed: int,
    decoded: bool,
    image: str,
    _through: Coder,
    _code: np.ndarray,
    _codes: np.ndarray,
) -> bytes:
    """Images of every number's steps, and at last that of the code itself."""
    low, _mean, high = code_numbers.ranges(_codes[:, :MOST])
    steps = code_numbers.moved(_code, low, high, STEPS).reshape(-1, len(_code))
    drawn = _through.decode(np.concatenate([steps, _code[None]]))
    pixels = (drawn.clip(0, 1) * 255).round().astype(np.uint8)
    return pack({"steps": STEPS}, images=pixels, low=low, high=high)


def _words(decoded: bool) -> dict[str, str]:
    """What the component says; of images that are ``decoded`` it doesn't say that they are real."""
    largest, smallest = _("Test images with most of it"), _("Test images with least of it")
    if decoded:
        largest, smallest = (
            _("Decoded digits with most of it"),
            _("Decoded digits with least of it"),
        )
    return {
        "bars": _("The code, a bar for each number"),
        "keys": _(
            "Left and right choose a number, up and down move it, with Shift in leaps. 0 switches "
            "it off, Backspace puts it back, Enter sweeps it, Escape puts all back."
        ),
        "made": _("Decoded"),
        "change": _("Change"),
        "unchanged": _("No change yet"),
        "range": _("where 98% of the test images lie"),
        "number": _("Number {number}: {value}"),
        "before": _("The number before"),
        "next": _("The next number"),
        "sweep": _("Sweep"),
        "sweepHelp": _("Let it run through its range and back"),
        "mean": _("Mean"),
        "meanHelp": _("Put it to its mean over the test images: it says nothing of this one"),
        "zero": _("Off"),
        "zeroHelp": _("Put it to 0"),
        "back": _("All back"),
        "stops": _("Number {number} from {low} to {high}"),
        "largest": largest,
        "smallest": smallest,
    }
