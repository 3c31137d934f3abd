"""A digit that people pick, on its way through a model: image, code, reconstruction."""

from pathlib import Path

import numpy as np
import streamlit as st

from aecore import metrics
from aecore.data import Images
from ui import cache, coder, drawing, frame, images, subject
from ui.controls import choose
from ui.guard import guarded
from ui.i18n import _, number
from ui.subject import Subject

SUBJECT = 252  # pixels on the screen, nine for one of 28


@st.fragment
@guarded()
def show(path: Path, digits: Images) -> None:
    """Let people pick one of ``digits``; show what the checkpoint at ``path`` makes of it."""
    _through_the_model(path, _pick(digits))


def label_of(digits: Images) -> np.ndarray:
    """The classes of the digits, (N,); zeros when they have none."""
    return np.zeros(len(digits), np.int64) if digits.labels is None else digits.labels


def _pick(digits: Images) -> Subject:
    """Let people pick a test digit, or what they have drawn, by its picture."""
    labels = label_of(digits)
    drawn = subject.drawn(digits.shape)
    places = {str(label): np.flatnonzero(labels == label) for label in np.unique(labels)}
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    with right:
        most = min(len(where) for where in places.values())
        example = st.number_input(_("Example"), 1, most, key="example", bind="query-params") - 1

    def label_of_option(option: str) -> str:
        if option == drawing.CHOICE and drawn is not None:
            return f"![{drawing.words()}]({images.png_uri(drawn.pixels[0])})"
        return f"![{option}]({images.png_uri(digits.pixels[places[option][example]])})"

    with left:
        options = [*places] if drawn is None else [*places, drawing.CHOICE]
        picked = choose(
            _("Pick a digit"), "digit", options, label_of_option, default="3", kind="row"
        )
    if picked == drawing.CHOICE and drawn is not None:
        return drawn
    return subject.test_images(digits, [places[picked][example]])


def _through_the_model(path: Path, picked: Subject) -> None:
    """Image → code → reconstruction as one picture, and how good the copy is."""
    x, digit = picked.pixels[0], picked.classes[0]
    alt, copied = drawing.words(), _("Your drawing as the decoder draws it")
    if digit:
        alt = _("A handwritten {digit}").format(digit=digit)
        copied = _("The {digit} as the decoder draws it").format(digit=digit)
    original = images.picture(x, alt, _("x: {n} numbers, one a pixel").format(n=number(x.size)))
    place = st.empty()

    def draw(code: str, copy: str) -> None:
        parts = [images.figure(original, SUBJECT), code, copy]
        with place:
            images.show(images.flow(parts, [_("encoder"), _("decoder")]))

    # for the first picture PyTorch takes a second or two to load; the digit needn't wait for it
    draw(images.waiting(300, 150, "z"), images.waiting(SUBJECT, SUBJECT, "x̂"))
    model = coder.of_model(path.stem, path)
    codes = model.encode(x[None])
    x_hat = model.decode(codes)[0]
    size = codes.shape[1]
    bars = images.code_bars(
        codes[0],
        _("The code: {n} bars, one a number").format(n=number(size)),
        _("z: the code, {n} numbers").format(n=number(size)),
        height=150,
    )
    copy = images.picture(x_hat, copied, _("x̂: drawn from the code alone"))
    draw(bars, images.figure(copy, SUBJECT))

    unit = images.unit(x)[None]
    straight = coder.pca(cache.MNIST, size).reconstruct(unit)
    # of a decoded digit the figures say little: it comes from this very decoder
    words = _("PCA with {n} numbers {pca} · this model, all test digits {mean}")
    if picked.decoded:
        words = _("of a digit that this model has drawn itself; on all real test digits {mean}")
    compared = words.format(
        n=number(size),
        pca=number(float(metrics.mse(straight, unit)[0]), 4),
        mean=number(cache.card(path).metrics["mse"], 4),
    )
    error = float(metrics.mse(x_hat[None], unit)[0])
    frame.figures_row({_("Mean squared error of this copy"): (number(error, 4), compared)})
