"""A digit that people pick, on its way through a model: image, code, reconstruction."""

from functools import lru_cache
from pathlib import Path
from typing import TypedDict

import numpy as np
import streamlit as st

from aecore.data import Images
from browser import component, pack, without_server
from pages.start.model import Walked, walked
from ui import cache, drawing, subject
from ui.controls import picked_elsewhere
from ui.guard import guarded
from ui.i18n import _, number

KEY = "start-walkthrough"  # of the component
DEFAULT = "3"  # the digit at first
FIRST = "1"  # the example of each digit at first


class Choice(TypedDict):
    """A digit, or the visitor's drawing."""

    id: str
    name: str
    copy: str
    error: str
    compared: str


class Words(TypedDict):
    """What the component says."""

    pick: str
    example: str
    arrows: tuple[str, str]
    image: str
    code: str
    bars: str
    copy: str
    error: str


class Facts(TypedDict):
    """What the component is told; browser/start/walkthrough.js says what each is."""

    shape: tuple[int, int, int]
    choices: list[Choice]
    picked: str
    example: int
    examples: int
    words: Words


def show(path: Path, digits: Images) -> None:
    """Let people pick one of ``digits``; show what the checkpoint at ``path`` makes of it."""
    with st.container(key="walkthrough"):
        _walk(path, digits)


@lru_cache(maxsize=2)  # of the same images, not of equal ones
def places_of(digits: Images) -> dict[str, np.ndarray]:
    """Where the digits of each class are, in order; all are "0" when they have none."""
    labels = np.zeros(len(digits), np.int64) if digits.labels is None else digits.labels
    return {str(label): np.flatnonzero(labels == label) for label in np.unique(labels)}


def examples(digits: Images, nth: int) -> np.ndarray:
    """The n-th of each class, counted from 1 on: uint8 (classes, C, H, W)."""
    found: np.ndarray = digits.pixels[[where[nth - 1] for where in places_of(digits).values()]]
    return found


@st.fragment
@guarded()
def _walk(path: Path, digits: Images) -> None:
    places = places_of(digits)
    drawn = subject.drawn(digits.shape)
    most = min(len(where) for where in places.values())
    # the component has pictures to pick from, and counts the examples
    nth = [str(n) for n in range(1, most + 1)]
    example = int(picked_elsewhere(_("Example"), "example", nth, str, FIRST))
    options = [*places] if drawn is None else [*places, drawing.CHOICE]
    names = {option: _("A handwritten {digit}").format(digit=option) for option in places}
    names[drawing.CHOICE] = drawing.words()
    picked = picked_elsewhere(_("Pick a digit"), "digit", options, names.__getitem__, DEFAULT)
    shown = examples(digits, example)
    if drawn is not None:
        shown = np.concatenate([shown, drawn.pixels])
    found = walked(path, shown)
    facts: Facts = {
        "shape": digits.shape,
        "choices": _choices(options, names, found, path, digits.decoded),
        "picked": picked,
        "example": example,
        "examples": 1 if without_server() else most,
        "words": _words(shown[0].size, found.codes.shape[1]),
    }
    drawn_again = (found.copies * 255).round().astype(np.uint8)
    data = pack(facts, pixels=shown, codes=found.codes, copies=drawn_again)
    component("start/walkthrough")(
        key=KEY, data=data, on_picked_change=_keep_digit, on_example_change=_keep_example
    )


def _keep_digit() -> None:
    """Take over what the component says is picked."""
    picked = str(st.session_state[KEY]["picked"])
    st.session_state["digit"] = "" if picked == DEFAULT else picked


def _keep_example() -> None:
    """Take over which example of each digit the component wants."""
    example = str(st.session_state[KEY]["example"])
    st.session_state["example"] = "" if example == FIRST else example


def _choices(
    options: list[str], names: dict[str, str], walk: Walked, path: Path, decoded: bool
) -> list[Choice]:
    """What is said of each, and how good its copy is."""
    card = cache.card(path)
    errors = zip(walk.errors.tolist(), walk.straight.tolist(), strict=True)
    found: list[Choice] = []
    for option, (error, pca) in zip(options, errors, strict=True):
        own = option == drawing.CHOICE
        copied = _("The {digit} as the decoder draws it").format(digit=option)
        # of a decoded digit the figures say little: it comes from this very decoder
        words = _("PCA with {n} numbers {pca} · this model, all test digits {mean}")
        if decoded and not own:
            words = _("of a digit that this model has drawn itself; on all real test digits {mean}")
        said = {
            "n": number(card.latent_dim),
            "pca": number(pca, 4),
            "mean": number(card.metrics["mse"], 4),
        }
        found.append(
            {
                "id": option,
                "name": names[option],
                "copy": _("Your drawing as the decoder draws it") if own else copied,
                "error": number(error, 4),
                "compared": words.format(**said),
            }
        )
    return found


def _words(pixels: int, size: int) -> Words:
    return {
        "pick": _("Pick a digit"),
        "example": _("Example"),
        "arrows": (_("encoder"), _("decoder")),
        "image": _("x: {n} numbers, one a pixel").format(n=number(pixels)),
        "code": _("z: the code, {n} numbers").format(n=number(size)),
        "bars": _("The code: {n} bars, one a number").format(n=number(size)),
        "copy": _("x̂: drawn from the code alone"),
        "error": _("Mean squared error of this copy"),
    }
