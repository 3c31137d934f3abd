"""The chart of Denoise: PSNR over the strength of the damage, by method."""

from collections.abc import Iterator

import streamlit as st

from browser import without_server
from pages.denoise import here
from pages.denoise.denoiser import (
    SAME,
    SAMPLE,
    STRENGTHS,
    Curves,
    Denoiser,
    best_pca,
    complete,
    curves,
    decibels,
)
from ui import charts, saving
from ui.guard import guarded
from ui.i18n import _, decimal, number


def show(denoiser: Denoiser, kind: str) -> None:
    """The chart; where it takes longer, it grows strength by strength and the slider stays free."""
    found = curves(denoiser, kind)
    while without_server() and not complete(found):  # there it doesn't grow
        found = curves(denoiser, kind)
    if complete(found):
        _draw(denoiser, kind, found)
        return

    @st.fragment(run_every=0.2)
    @guarded()
    def growing() -> None:
        found = curves(denoiser, kind)
        _draw(denoiser, kind, found)
        if complete(found):
            st.rerun()  # the page draws it from now on, without the clock

    growing()


def save(denoiser: Denoiser, kind: str) -> None:
    """The figures behind the chart as a file, and the page itself where a browser can restore."""
    from aecore.corruption import CORRUPTIONS

    heads = (_(CORRUPTIONS[kind].slider), *(denoiser.name(one, kind) for one in denoiser.methods))

    def rows() -> Iterator[tuple[float, ...]]:
        while not complete(found := curves(denoiser, kind)):
            pass  # each call measures some strengths more
        for strength, psnr in found.items():
            yield strength, *(round(psnr[method], 3) for method in denoiser.methods)

    goes = here.runs(denoiser.path, denoiser.card) is not None
    home = saving.Home("denoise", denoiser.model.key) if goes else None
    saving.offer("denoise", saving.table("psnr", _("PSNR in dB"), heads, rows), home=home)


def _draw(denoiser: Denoiser, kind: str, found: Curves) -> None:
    """Draw PSNR over strength as far as it is computed."""
    from aecore.corruption import CORRUPTIONS

    # equal images have an infinite PSNR: no place on a chart
    drawn = {
        denoiser.name(method, kind): (
            [strength for strength in found if found[strength][method] < SAME],
            [psnr[method] for psnr in found.values() if psnr[method] < SAME],
        )
        for method in denoiser.methods
    }
    card, damage = denoiser.card, CORRUPTIONS[kind]
    trained = (0.0, card.strength) if card.corruption == kind else None
    figure = charts.psnr_curves(drawn, _(damage.slider), trained, height=360)
    figure["layout"]["xaxis"] |= {"range": [0, 1.02], "dtick": 0.2}
    # an image on which the damage can't be seen has 120 dB: such means may leave the chart
    figure["layout"]["yaxis"] |= {"range": [0, 40]}
    charts.show(
        figure, alt=_("PSNR over the strength of the damage, by method"), key="psnr-over-strength"
    )
    n = min(SAMPLE, len(denoiser.images))
    if not complete(found):
        share = len(found) / len(STRENGTHS)
        st.progress(share, _("Measuring on {n} test images").format(n=number(n)))
        return
    words = [_("Mean over {n} test images.").format(n=number(n))]
    if denoiser.images.decoded:
        words = [_("Mean over {n} decoded digits, not the originals.").format(n=number(n))]
    if denoiser.pca is not None:
        size, psnr = best_pca(denoiser, kind)
        words.append(
            _("PCA does best at strength {strength} with {size} numbers: {psnr}.").format(
                strength=decimal(round(damage.compared_at, 2)),
                size=number(size),
                psnr=decibels(psnr),
            )
        )
    st.caption(" ".join(words))
