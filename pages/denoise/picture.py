"""The picture of Denoise: its buttons and slider, the rows of images and their figures."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.checkpoint import Card
from pages import SCREENS
from pages.denoise.denoiser import (
    Denoiser,
    decibels,
    rows,
)
from ui import cache, drawing, frame, images
from ui.controls import count
from ui.guard import guarded
from ui.i18n import _, decimal
from ui.subject import Subject

# mean PSNR in dB over the 10,000 MNIST test digits at the strength where models are compared: of
# the damaged images and of what the median makes of them
RIVALS = {"gaussian": (9.4, 14.2)}


def show(denoiser: Denoiser, kind: str, which: str) -> None:
    """Buttons and slider, and below them the images that ``which`` says, damaged and restored."""
    from aecore.corruption import CORRUPTIONS

    # the buttons stand outside of the fragment: the slider's reruns have less to draw
    slider, again, other, compare = st.columns([8, 5, 5, 5], vertical_alignment="bottom")
    with again:
        damage = CORRUPTIONS[kind]
        seed = count(_(damage.again), "damage", icon=":material/casino:") if damage.random else 0
    with other:
        draw = count(_("Other images"), "others", icon=":material/refresh:")
    rivals = compare.toggle(_("Median and PCA"), key="rivals", bind="query-params")
    looked_at = denoiser.subject(which, draw)
    if looked_at is None:
        drawing.ask_for_one(SCREENS)
    elif not len(looked_at):
        st.info(_("There is no such image here. Choose another class."))
    else:
        _restored(denoiser, kind, looked_at, seed, rivals, slider.container())


@st.fragment
@guarded()
def _restored(
    denoiser: Denoiser, kind: str, looked_at: Subject, seed: int, rivals: bool, slot: DeltaGenerator
) -> None:
    """The slider, in ``slot``, and the rows of images that follow it."""
    from aecore.corruption import CORRUPTIONS

    strength = slot.slider(
        _(CORRUPTIONS[kind].slider),
        0.0,
        1.0,
        0.5,
        0.05,
        key="noise",
        bind="query-params",
        help=_(CORRUPTIONS[kind].meaning),
    )
    found, means = rows(denoiser, looked_at, kind, strength, seed, rivals)
    images.show(images.strip(found, size=images.ROW if rivals else 76))
    _figures_row(denoiser, kind, means)


def _figures_row(denoiser: Denoiser, kind: str, means: Mapping[str, float]) -> None:
    """Mean PSNR of the images shown: the model against what it is compared with."""
    others = " · ".join(
        f"{denoiser.name(method, kind)} {decibels(means[method])}"
        for method in ("median", "pca")
        if method in means
    )
    frame.figures_row(
        {
            _("PSNR, mean of these: {name}").format(name=denoiser.name("damaged", kind)): decibels(
                means["damaged"]
            ),
            denoiser.name("model", kind): (decibels(means["model"]), others),
        }
    )


def measured_row(card: Card, kind: str) -> None:
    """The model's figure on all original test digits, if it has been measured."""
    from aecore.corruption import CORRUPTIONS

    damage = CORRUPTIONS[kind]
    psnr = card.metrics.get(f"{kind}_{damage.compared_at:g}_psnr")
    if psnr is None or card.dataset != cache.MNIST:
        return
    rivals = ""
    if kind in RIVALS:
        untouched, median = (decibels(value) for value in RIVALS[kind])
        words = _("{damaged} {untouched} · 3×3 median {median}")
        rivals = words.format(damaged=_(damage.damaged), untouched=untouched, median=median)
    title = _("All 10,000 original test digits, {slider} {strength}").format(
        slider=_(damage.slider), strength=decimal(round(damage.compared_at, 2))
    )
    frame.figures_row({title: (decibels(psnr), rivals)})
