"""A digit that people pick, on its way through a model: image, code, reconstruction."""

from pathlib import Path
from typing import TypedDict

import numpy as np
import streamlit as st

from aecore import metrics
from aecore.data import Images
from browser import component, pack
from pages.start.model import model
from ui import cache, coder, drawing, images, subject
from ui.controls import picked_elsewhere
from ui.guard import guarded
from ui.i18n import _, number

KEY = "start-walkthrough"  # of the component
DEFAULT = "3"  # the digit at first


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
    words: Words


def show(path: Path, digits: Images) -> None:
    """Let people pick one of ``digits``; show what the checkpoint at ``path`` makes of it."""
    with st.container(key="walkthrough"):
        _walk(path, digits)


def label_of(digits: Images) -> np.ndarray:
    """The classes of the digits, (N,); zeros when they have none."""
    return np.zeros(len(digits), np.int64) if digits.labels is None else digits.labels


@st.fragment
@guarded()
def _walk(path: Path, digits: Images) -> None:
    labels = label_of(digits)
    places = {str(label): np.flatnonzero(labels == label) for label in np.unique(labels)}
    drawn = subject.drawn(digits.shape)
    most = min(len(where) for where in places.values())
    example = st.number_input(_("Example"), 1, most, key="example", bind="query-params") - 1
    # the component has pictures to pick from
    options = [*places] if drawn is None else [*places, drawing.CHOICE]
    names = {option: _("A handwritten {digit}").format(digit=option) for option in places}
    names[drawing.CHOICE] = drawing.words()
    picked = picked_elsewhere(_("Pick a digit"), "digit", options, names.__getitem__, DEFAULT)
    shown = digits.pixels[[where[example] for where in places.values()]]
    if drawn is not None:
        shown = np.concatenate([shown, drawn.pixels])
    coded = model(path)
    codes = coded.encode(shown)
    copies = coded.decode(codes)
    facts: Facts = {
        "shape": digits.shape,
        "choices": _choices(options, names, shown, copies, path, digits.decoded),
        "picked": picked,
        "words": _words(shown[0].size, codes.shape[1]),
    }
    drawn_again = (copies * 255).round().astype(np.uint8)
    data = pack(facts, pixels=shown, codes=codes, copies=drawn_again)
    component("start/walkthrough")(key=KEY, data=data, on_picked_change=_keep)


def _keep() -> None:
    """Take over what the component says is picked."""
    picked = str(st.session_state[KEY]["picked"])
    st.session_state["digit"] = "" if picked == DEFAULT else picked


def _choices(
    options: list[str],
    names: dict[str, str],
    shown: np.ndarray,
    copies: np.ndarray,
    path: Path,
    decoded: bool,
) -> list[Choice]:
    """What is said of each, and how good its copy is; ``shown`` and ``copies`` (N, C, H, W)."""
    card = cache.card(path)
    straight = coder.pca(cache.MNIST, card.latent_dim).reconstruct(shown)
    unit = images.unit(shown)
    errors, straights = metrics.mse(copies, unit), metrics.mse(straight, unit)
    found: list[Choice] = []
    for option, error, pca in zip(options, errors.tolist(), straights.tolist(), strict=True):
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
        "arrows": (_("encoder"), _("decoder")),
        "image": _("x: {n} numbers, one a pixel").format(n=number(pixels)),
        "code": _("z: the code, {n} numbers").format(n=number(size)),
        "bars": _("The code: {n} bars, one a number").format(n=number(size)),
        "copy": _("x̂: drawn from the code alone"),
        "error": _("Mean squared error of this copy"),
    }
