"""To the last bit: code and residual of an image, where its bits go, and what rivals need."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from aecore.compression import formats, lossless, shipped
from aecore.compression.lossless import LosslessCoder
from pages.compress import chosen
from ui import cache, coder, frame, images, saving
from ui.i18n import _, number
from ui.subject import Subject

HOTTEST = 8  # bits a pixel that are drawn white
SIDE = 150  # of a picture on a laptop's screen
PIXELS = 784
WITH_DECODER = "bits_a_pixel_with_decoder_10000"  # a figure of the benchmark
BITS_BACK = 1.41  # Townsend, Bird and Barber 2019, bits a pixel, without their decoder


@dataclass(frozen=True, eq=False)
class Coded:
    """An image coded and decoded again: ``coarse`` is what its code shows, uint8 (H, W), ``spread``
    the bits of each pixel (H, W), ``code`` those of its code, ``bytes`` what was written."""

    coarse: np.ndarray
    spread: np.ndarray
    code: float
    bytes: int
    back: np.ndarray

    @property
    def residual(self) -> float:
        """Bits of what the code leaves open."""
        return float(self.spread.sum())


def show() -> None:
    """The image's way through the coder, its figures, and the table of rivals."""
    looked_at = chosen.image(lossless.MAKER)
    with st.spinner(_("The image is coded and decoded again")):
        coded = _coded(looked_at.digest, looked_at.image)
    _pictures(looked_at, coded)
    total = coded.code + coded.residual
    same = np.array_equal(coded.back, looked_at.image[0])
    frame.figures_row(
        {
            _("This image"): (
                _("{n} bits a pixel").format(n=number(total / PIXELS, 2)),
                _("code {code} bits, the rest {rest}").format(
                    code=number(coded.code), rest=number(coded.residual)
                ),
            ),
            _("Decoded again"): _("all {n} pixels are the same").format(n=number(PIXELS))
            if same
            else _("it differs, which must not be"),
            _("PNG of this image"): _("{n} bits a pixel").format(
                n=number(8 * len(formats.LOSSLESS["png"](looked_at.image[0])) / PIXELS, 2)
            ),
        }
    )
    _table()


def _pictures(looked_at: Subject, coded: Coded) -> None:
    original = images.picture(looked_at.image, looked_at.words, looked_at.words)
    coarse = images.picture(coded.coarse, _("What the coarse code shows"), _("from the code alone"))
    heat = images.picture(
        np.clip(coded.spread / HOTTEST, 0, 1),
        _("Bits of each pixel"),
        _("bits a pixel: black 0, white {n}").format(n=HOTTEST),
    )
    back = images.picture(coded.back, _("Decoded again"), _("identical"))
    arrows = [
        _("code: {n} bits").format(n=number(coded.code)),
        _("residual: {n} bits").format(n=number(coded.residual)),
        _("{n} bytes").format(n=number((coded.code + coded.residual) / 8)),
    ]
    figures = [images.figure(one, SIDE) for one in (original, coarse, heat, back)]
    images.show(images.flow(figures, arrows))


def _table() -> None:
    """Bits a pixel of all test digits, by the best first."""
    figures = shipped.figures()
    names = {
        "codes": _("code of {model} and residual").format(model=lossless.MAKER),
        "neighbours": _("neighbours alone, no autoencoder"),
    }
    rows = []
    for key, name in names.items():
        found = figures["lossless"][key]
        cells = [found["bits_a_pixel"]]
        cells += [found[f"bits_a_pixel_with_decoder_{n}"] for n in (10_000, 70_000)]
        rows.append((cells[0], [name, *(number(value, 3) for value in cells)], found))
    for key, size in figures["formats"].items():
        if key == "jpeg":
            continue  # not lossless
        bits = 8 * size / PIXELS
        rows.append((bits, [_(formats.TITLES[key]), number(bits, 3), "", ""], None))
    rows.append(
        (BITS_BACK, [_("bits back with a VAE (published)"), number(BITS_BACK, 2), "", ""], None)
    )
    heads = [
        _("Bits a pixel"),
        _("all 10,000 test digits"),
        _("and the decoder"),
        _("shared by 70,000"),
    ]
    cells_by_bits = [cells for _bits, cells, _found in sorted(rows, key=lambda row: row[0])]
    frame.table(heads, cells_by_bits)
    saving.offer("lossless", saving.table("bits", _("Figures"), heads, lambda: cells_by_bits))
    sizes = {key: figures["lossless"][key]["decoder_bytes"] for key in names}
    cheapest = min(names, key=lambda key: figures["lossless"][key][WITH_DECODER])
    st.caption(
        _(
            "The decoder with codes takes {codes} bytes, the one without {neighbours}. PNG, WebP, "
            "gzip and LZMA without “together” code each image alone. With the decoder, 10,000 "
            "images take least by: {cheapest}."
        ).format(
            codes=number(sizes["codes"]),
            neighbours=number(sizes["neighbours"]),
            cheapest=names[cheapest],
        )
    )


@st.cache_resource(max_entries=1, show_spinner=False)
def _coder() -> LosslessCoder:
    return lossless.load()


@st.cache_data(max_entries=128, show_spinner=False)
def _coded(digest: str, _pixels: np.ndarray) -> Coded:
    through = _coder()
    maker = coder.of_model(lossless.MAKER, cache.checkpoints()[lossless.MAKER])
    levels = through.levels(maker.encode(_pixels[None]))
    data = through.encode(_pixels, levels)
    code, spread = through.bits(_pixels, levels)
    coarse, back = through.decoded(levels, 1)[0], through.decode(data)[0]
    return Coded(coarse, spread[0], float(code[0]), len(data), back)
