"""The picture of Denoise: its buttons and slider, the rows of images and their figures."""

from collections.abc import Mapping

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.checkpoint import Card
from pages.denoise.denoiser import (
    FIXED,
    HALF,
    NOISES,
    Chosen,
    Denoiser,
    decibels,
    rows,
    strength_words,
)
from ui import cache, frame, images
from ui.controls import count
from ui.guard import guarded
from ui.i18n import _, number

# mean PSNR in dB of Gaussian noise at HALF over the 10,000 MNIST test digits
NOISY, MEDIAN = 9.4, 14.2

STYLE = """<style>
@media (min-width: 1700px) {
  .st-key-denoising { display: grid; grid-template-columns: minmax(0, 2fr) minmax(24rem, 1fr);
    gap: 2rem; --px: clamp(1px, 100vw / 1500, 2px); }  /* the chart stands beside it */
}
</style>"""


def buttons(kind: str) -> tuple[DeltaGenerator, int, int, bool]:
    """Place for the slider; which damage, which images, and whether to show the rivals.

    Outside of the fragment: the slider's reruns have less to draw.
    """
    slider, again, other, compare = st.columns([8, 5, 5, 5], vertical_alignment="bottom")
    with again:
        words = _("New noise") if kind in NOISES else _("New damage")
        seed = 0 if kind in FIXED else count(words, "damage", icon=":material/casino:")
    with other:
        draw = count(_("Other images"), "pick", icon=":material/refresh:")
    rivals = compare.toggle(_("Median and PCA"), key="rivals", bind="query-params")
    return slider.container(), seed, draw, rivals


@st.fragment
@guarded()
def picture(
    denoiser: Denoiser, kind: str, chosen: Chosen, seed: int, rivals: bool, slot: DeltaGenerator
) -> None:
    """The slider, in ``slot``, and the rows of images that follow it."""
    from aecore.corruption import CORRUPTIONS

    strength = slot.slider(
        strength_words(kind),
        0.0,
        1.0,
        0.5,
        0.05,
        key="noise",
        bind="query-params",
        help=_(CORRUPTIONS[kind].meaning),
    )
    found, means = rows(denoiser, chosen, kind, strength, seed, rivals)
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
    psnr = card.metrics.get(f"gaussian_{HALF}_psnr")
    if psnr is None or kind != "gaussian" or card.dataset != cache.MNIST:
        return
    frame.figures_row(
        {
            _("All 10,000 original test digits at σ = {sigma}").format(sigma=number(HALF, 1)): (
                decibels(psnr),
                _("noisy {noisy} · 3×3 median {median}").format(
                    noisy=decibels(NOISY), median=decibels(MEDIAN)
                ),
            )
        }
    )
