"""The bottleneck dial: the same digits through codes of 1 to 256 numbers, with PCA beside."""

import hashlib
import zlib
from dataclasses import replace
from typing import TypedDict

import numpy as np
import streamlit as st

from aecore import bottleneck
from aecore.bottleneck import SIZES
from aecore.data import Images
from browser import component, pack, served
from ui import address, cache, charts, coder, frame, subject
from ui.controls import count
from ui.i18n import _, language, ngettext, number

KEY = "inside-turned"  # of the component
FIRST = 8  # numbers
SHOWN = 10  # images


class Curve(TypedDict):
    """An error for each size; browser/inside/dial.js says what each is."""

    name: str
    colour: str
    dash: list[int]
    values: list[float]


class Words(TypedDict):
    """What the component says."""

    dial: str
    images: str
    original: str
    model: str
    pca: str
    error: str
    size: str


class Facts(TypedDict):
    """What the component is told; browser/inside/dial.js says what each is."""

    sizes: list[int]
    told: list[str]
    images: str
    names: list[str]
    shape: tuple[int, int, int]
    at: int
    curves: list[Curve]
    language: str
    words: Words


def show() -> None:
    """The dial, the images that it turns, and the chart of errors."""
    digits = cache.test_digits()
    told = address.field("inside_size")
    size = int(told) if told in map(str, SIZES) else FIRST
    left, right = st.columns([10, 2], vertical_alignment="center")
    with right:
        seed = count(_("Other images"), "inside_others", icon=":material/refresh:")
    looked_at = subject.test_images(digits, _of_each_class(digits, seed))
    drawn = subject.drawn(digits.shape)
    pixels, names = looked_at.pixels, list(looked_at.classes)
    if drawn is not None:  # one's own digit stands first
        pixels = np.concatenate([drawn.pixels, pixels[1:]])
        names = [drawn.title, *names[1:]]
    path = bottleneck.models()[size]
    frame.in_use([replace(cache.card(path), name=path.stem)], digits)
    errors, digest = bottleneck.errors(), hashlib.sha256(pixels.tobytes()).hexdigest()
    facts: Facts = {
        "sizes": list(SIZES),
        "told": [ngettext("{n} number", "{n} numbers", n).format(n=number(n)) for n in SIZES],
        "images": served(_packed(digest, pixels), "inside dial"),
        "names": names,
        "shape": digits.shape,
        "at": SIZES.index(size),
        "curves": [
            _curve(0, _("Autoencoder"), errors.model),
            _curve(1, _("PCA"), errors.pca),
        ],
        "language": language(),
        "words": _words(looked_at.title),
    }
    with left:
        st.markdown(_("Models with the same layers, and a code of another size in each."))
    component("inside/dial")(key=KEY, data=facts, on_size_change=_keep)
    _told(errors)


def _keep() -> None:
    size = st.session_state[KEY]["size"]
    st.session_state["inside_size"] = "" if size in (None, FIRST) else str(size)


def _of_each_class(digits: Images, seed: int) -> np.ndarray:
    """Places of one image of each class, others with another seed."""
    order = np.random.default_rng(seed).permutation(len(digits))
    if digits.labels is None:
        return order[:SHOWN]
    firsts: np.ndarray = order[np.unique(digits.labels[order], return_index=True)[1]]
    return firsts


@st.cache_data(max_entries=32, show_spinner=False)
def _packed(digest: str, _pixels: np.ndarray) -> bytes:
    """Originals (N), and for each size the model's copies and PCA's, (9, N) images in bytes."""
    through = [coder.of_model(path.stem, path) for path in bottleneck.models().values()]
    straight = [coder.pca(cache.MNIST, size) for size in SIZES]
    model, pca = (
        np.stack([(each.reconstruct(_pixels).clip(0, 1) * 255).round() for each in some])
        for some in (through, straight)
    )
    packed = pack(None, originals=_pixels, model=model.astype(np.uint8), pca=pca.astype(np.uint8))
    return zlib.compress(packed, 1)


def _curve(place: int, name: str, values: tuple[float, ...]) -> Curve:
    dash = [] if place == 0 else [10, 6]
    colour = charts.SERIES_COLOURS[place]
    return {"name": name, "colour": colour, "dash": dash, "values": list(values)}


def _told(errors: bottleneck.Errors) -> None:
    """What the curves say, in words."""
    words = [
        _("Mean over the 10,000 original test digits; the mean image, a code of 0 numbers: {mse}.")
    ]
    crossing = errors.crossing()
    if crossing is not None:
        words.append(
            _(
                "From {n} numbers on PCA is the better one: then what the layers around the code "
                "lose weighs more than what the code does."
            )
        )
    told = " ".join(words)
    st.caption(told.format(mse=number(errors.mean_image, 4), n=number(crossing or 0)))


def _words(original: str) -> Words:
    return {
        "dial": _("How many numbers the code has"),
        "images": _("The same images through codes of this size"),
        "original": original,
        "model": _("Autoencoder"),
        "pca": _("PCA"),
        "error": _("Mean squared error"),
        "size": _("numbers in the code"),
    }
