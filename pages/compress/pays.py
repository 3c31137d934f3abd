"""When it pays: bytes over the number of images, a decoder with small codes against formats."""

from collections.abc import Mapping
from math import inf
from typing import Any, TypedDict

import streamlit as st

from aecore.compression import formats, shipped
from aecore.compression.break_even import images_needed
from aecore.compression.code_coder import WAYS
from browser import component, pack
from pages.compress import chosen
from ui import address, cache, frame, saving
from ui.controls import choose
from ui.guard import guarded
from ui.i18n import _, language, ngettext, number

KEY = "compress-pays"  # of the component
MOST = 10_000_000  # images
FIRST = 10_000
PIXELS = 784
WEIGHT_BITS = ("8", "16", "32")
BLUE, PURPLE, GREY, ORANGE, GREEN = "#2f7fd0", "#a05fc0", "#807880", "#d95f0e", "#1b9e77"
BEFORE_ALL = ("png", "webp", "lzma-together")  # whose break-even is told under the chart


class Line(TypedDict):
    """A way to keep images; browser/compress/pays.js says what each is."""

    name: str
    colour: str
    dash: str
    decoder: float
    each: float
    loss: str


class Words(TypedDict):
    """What the component says."""

    images: str
    bytes: str
    verdict: str
    chart: str


class Facts(TypedDict):
    """What the component is told; browser/compress/pays.js says what each is."""

    language: str
    lines: list[Line]
    images: int
    most: int
    words: Words


def show() -> None:
    """The controls, the chart with its slider, and the break-even points in a row."""
    left, middle, right = st.columns([4, 3, 4])
    with left:
        name = chosen.model()
    with middle:
        weights = choose(
            _("Bits a weight of the decoder"), "compress_weights", WEIGHT_BITS, kind="row"
        )
    with right:
        way = choose(_("A code"), "compress_way", WAYS, chosen.way_words, default="8e")
    frame.in_use([cache.cards()[name]], cache.test_digits())
    figures = shipped.figures()
    lines = _lines(figures, name, weights, way)
    _chart(lines)
    needed = {}
    for rival in BEFORE_ALL:
        count = images_needed(lines[0]["decoder"], lines[0]["each"], figures["formats"][rival])
        title = _("Pays against {rival} from").format(rival=_(formats.TITLES[rival]))
        needed[title] = _("never") if count == inf else _images(count)
    frame.figures_row(needed)
    heads = ("name", "decoder", "each", "loss")  # bytes, and bytes of an image
    rows = [(line["name"], line["decoder"], line["each"], line["loss"]) for line in lines]
    saving.offer("compress", saving.table("bytes", _("Figures"), heads, lambda: rows))
    st.caption(
        _(
            "Measured on original test digits, formats on all 10,000, codes on every fifth. The "
            "codes lose something, PNG and lossless WebP nothing: look at the decibels. The "
            "encoder isn't counted, for who only looks at the images needs none."
        )
    )


def _images(count: float) -> str:
    n = int(count) + 1
    return ngettext("{n} image", "{n} images", n).format(n=number(n))


@st.fragment
@guarded()
def _chart(lines: list[Line]) -> None:
    at = address.field("compress_w")
    fine = at.isascii() and at.isdigit() and len(at) <= len(str(MOST)) and 1 <= int(at) <= MOST
    images = int(at) if fine else FIRST
    facts: Facts = {
        "language": language(),
        "lines": lines,
        "images": images,
        "most": MOST,
        "words": _words(),
    }
    component("compress/pays")(key=KEY, data=pack(facts), on_images_change=_keep)


def _words() -> Words:
    return {
        "images": _("Number of images w"),
        "bytes": _("bytes an image, decoder shared out"),
        "verdict": _("{beaten} of {rivals} rivals take more than the model here."),
        "chart": _("Bytes an image over the number of images, by way to keep them."),
    }


def _keep() -> None:
    count = int(st.session_state[KEY]["images"])
    st.session_state["compress_w"] = "" if count == FIRST else str(count)


def _lines(figures: Mapping[str, Any], name: str, weights: str, way: str) -> list[Line]:
    """The model's line first, then PCA's and those of the formats."""
    points = figures["points"]
    decoder = figures["decoders"][name][weights]
    own = _point(points, "model", name, way)
    # PCA with as many numbers, or the fewest that were measured
    numbers = cache.cards()[name].latent_dim
    size = min((k for k in shipped.PCA_SIZES if k >= numbers), default=max(shipped.PCA_SIZES))
    straight = _point(points, "pca", f"PCA-{size}", way)
    formats_ = figures["formats"]
    exact = _("exact")

    def kept(rival: str, colour: str, dash: str) -> Line:
        title = _(formats.TITLES[rival])
        return _line(title, colour, dash, 0, formats_[rival], exact)

    def as_good(kind: str, dash: str) -> Line:
        """The lowest quality that is as good as the model's codes."""
        good = [one for one in points if one["kind"] == kind and one["psnr"] >= own["psnr"]]
        best = min(good or [one for one in points if one["kind"] == kind], key=lambda p: p["bits"])
        quality = _("quality {n}").format(n=best["way"])
        title = f"{_(formats.TITLES[kind])}, {quality}"
        return _line(title, GREEN, dash, 0, best["bits"] / 8, _decibels(best["psnr"]))

    ours = figures["lossless"]["codes"]
    exactly = ours["bits_a_pixel"] * PIXELS / 8
    return [
        _line(name, BLUE, "solid", decoder["bytes"], own["bits"] / 8, _decibels(own["psnr"])),
        _line(_("lossless, with codes"), BLUE, "dash", ours["decoder_bytes"], exactly, exact),
        _line(
            straight["name"],
            PURPLE,
            "solid",
            (size + 1) * PIXELS * int(weights) / 8,
            straight["bits"] / 8,
            _decibels(straight["psnr"]),
        ),
        as_good("jpeg-bare", "solid"),
        as_good("webp-lossy", "dash"),
        kept("lzma-together", GREY, "dash"),
        kept("webp", ORANGE, "dash"),
        kept("png", ORANGE, "solid"),
        kept("raw", GREY, "solid"),
    ]


def _line(name: str, colour: str, dash: str, decoder: float, each: float, loss: str) -> Line:
    return {
        "name": name,
        "colour": colour,
        "dash": dash,
        "decoder": decoder,
        "each": each,
        "loss": loss,
    }


def _decibels(psnr: float) -> str:
    return _("{psnr} dB").format(psnr=number(psnr, 1))


def _point(points: list[dict[str, Any]], kind: str, name: str, way: str) -> dict[str, Any]:
    wanted = (kind, name, way)
    return next(one for one in points if (one["kind"], one["name"], one["way"]) == wanted)
