"""Bits against quality: every model at every depth of bits, PCA, JPEG and WebP, with pictures."""

from collections.abc import Mapping
from typing import Any, TypedDict

import numpy as np
import streamlit as st

from aecore import metrics
from aecore.compression import formats, shipped
from aecore.compression.code_coder import Levels, bits_of
from aecore.compression.quantise import DEPTHS, STEPPED
from browser import component, pack
from pages.compress import chosen
from ui import address, cache, charts, coder, frame, saving
from ui.coder import Coder
from ui.guard import guarded
from ui.i18n import _, language, number
from ui.subject import Subject

KEY = "compress-rates"  # of the component
FIRST = "model deep-32 8e"
COLOURS = {
    "simple-32": charts.CLASS_COLOURS[4],
    "deep-32": charts.CLASS_COLOURS[1],
    "sparse-32": charts.CLASS_COLOURS[6],
    "conv-32": charts.CLASS_COLOURS[5],
    "recurrent-32": charts.CLASS_COLOURS[9],
    "vae-2": charts.CLASS_COLOURS[7],
    "aae-2": charts.CLASS_COLOURS[3],
    "pca": charts.CLASS_COLOURS[8],
    "jpeg": "#d95f0e",
    "jpeg-bare": "#b98a1e",
    "webp-lossy": charts.CLASS_COLOURS[0],
}
EXACT = ("png", "webp", "lzma-together")


class Series(TypedDict):
    """A line of the chart; browser/compress/rates.js says what each is."""

    kind: str
    name: str
    legend: str
    colour: str
    mark: str


class Measured(TypedDict):
    """A point of a line; browser/compress/rates.js says what each is."""

    series: int
    id: str
    way: str
    bits: float
    psnr: float
    own: float
    picture: int


class Exact(TypedDict):
    """A format that changes nothing."""

    name: str
    bits: float


class Words(TypedDict):
    """What the component says."""

    bits: str
    psnr: str
    rivals: str
    figures: str
    chart: str


class Facts(TypedDict):
    """What the component is told; browser/compress/rates.js says what each is."""

    language: str
    series: list[Series]
    points: list[Measured]
    exact: list[Exact]
    held: str
    side: tuple[int, int]
    original: str
    words: Words


def show() -> None:
    """The image, the chart, and what became of the image beside it."""
    looked_at = chosen.image()
    measured = shipped.figures()["points"]
    with st.spinner(_("Every model draws the image")):
        drawn = _drawn(looked_at.digest, looked_at.image)
    _chart(looked_at, measured, drawn)
    small = (one for one in measured if one["kind"] == "model" and one["way"] == "8e")
    best = max(small, key=lambda one: one["psnr"])
    rivals = {
        kind: [one for one in measured if one["kind"] == kind and one["psnr"] >= best["psnr"]]
        for kind in ("pca", *formats.LOSSY)
    }
    told = {
        _("Best of our models, {name}").format(name=best["name"]): _point_words(best),
    }
    for kind, points in rivals.items():
        name = "PCA" if kind == "pca" else _(formats.TITLES[kind])
        cheapest = min(points, key=lambda one: one["bits"], default=None)
        words = "–" if cheapest is None else _point_words(cheapest)
        told[_("as good: {name}").format(name=name)] = words
    frame.figures_row(told)
    st.caption(
        _(
            "Each point: bits of an image and PSNR, means over every fifth original test digit. "
            "The codes are counted without their decoder, JPEG and WebP each image as a file of "
            "its own. The decibels under a picture are those of this image."
        )
    )
    heads = ("kind", "name", "way", "bits", "psnr")
    rows = [[one[head] for head in heads] for one in measured]
    saving.offer("rates", saving.table("figures", _("Figures"), heads, lambda: rows))


def _point_words(point: dict[str, Any]) -> str:
    return _("{bits} bits, {psnr} dB").format(
        bits=number(point["bits"]), psnr=number(point["psnr"], 1)
    )


@st.fragment
@guarded()
def _chart(
    looked_at: Subject, measured: list[dict[str, Any]], drawn: dict[str, np.ndarray]
) -> None:
    names = list(dict.fromkeys((one["kind"], one["name"]) for one in measured))
    keys = list(drawn)
    pictures = np.concatenate([looked_at.image, *(drawn[key] for key in keys)])
    psnr = metrics.psnr(_unit(pictures), _unit(np.repeat(looked_at.image, len(pictures), 0)))
    points: list[Measured] = []
    for one in measured:
        picture = 1 + keys.index(_picture_key(one["kind"], one["name"], one["way"]))
        points.append(
            {
                "series": names.index((one["kind"], one["name"])),
                "id": f"{one['kind']} {one['name']} {one['way']}",
                "way": _way(one["kind"], one["way"]),
                "bits": one["bits"],
                "psnr": one["psnr"],
                "own": float(psnr[picture]),
                "picture": picture,
            }
        )
    formats_ = shipped.figures()["formats"]
    facts: Facts = {
        "language": language(),
        "series": [_series(*name) for name in names],
        "points": points,
        "exact": [{"name": _(formats.TITLES[k]), "bits": 8 * formats_[k]} for k in EXACT],
        "held": address.field("compress_held") or FIRST,
        "side": (pictures.shape[1], pictures.shape[2]),
        "original": looked_at.words,
        "words": _words(),
    }
    data = pack(facts, pictures=pictures)
    component("compress/rates")(key=KEY, data=data, on_held_change=_keep)


def _words() -> Words:
    return {
        "bits": _("bits an image, without the decoder"),
        "psnr": _("PSNR in dB (more is better)"),
        "rivals": _("Rivals, as near in bits as they come"),
        "figures": _("{bits} bits, {psnr} dB"),
        "chart": _("Chart of bits an image against PSNR; arrow keys go from point to point."),
    }


def _keep() -> None:
    held = str(st.session_state[KEY]["held"])
    st.session_state["compress_held"] = "" if held == FIRST else held


def _series(kind: str, name: str) -> Series:
    title = name if kind in ("model", "pca") else _(formats.TITLES[name])
    mark = {"model": "dot", "pca": "square"}.get(kind, "cross")
    colour = COLOURS[name if kind == "model" else kind]
    legend = "PCA" if kind == "pca" else title
    return {"kind": kind, "name": title, "legend": legend, "colour": colour, "mark": mark}


def _way(kind: str, way: str) -> str:
    if kind in ("model", "pca"):
        return chosen.way_words(way)
    return _("quality {n}").format(n=way)


def _picture_key(kind: str, name: str, way: str) -> str:
    """Entropy-coded or not, the picture is the same; so is a JPEG with or without its tables."""
    if kind in ("model", "pca"):
        return f"{name} {bits_of(way)}"
    return f"{'jpeg' if kind == 'jpeg-bare' else kind} {way}"


@st.cache_data(max_entries=64, show_spinner=False)
def _drawn(digest: str, _pixels: np.ndarray) -> dict[str, np.ndarray]:
    """What everybody makes of an image, uint8 (1, H, W), by ``_picture_key``."""
    found: dict[str, np.ndarray] = {}

    def depths(through: Coder, name: str, levels: Mapping[int, Levels]) -> None:
        codes = through.encode(_pixels[None])
        kept = {32: codes, 16: codes.astype(np.float16).astype(np.float32)}
        for bits in DEPTHS:
            stored = kept[bits] if bits in kept else levels[bits].steps.rounded(codes)
            drawn = through.decode(stored).clip(0, 1)
            found[f"{name} {bits}"] = (drawn[0] * 255).round().astype(np.uint8)

    steps = shipped.load()
    for name in shipped.MODELS:
        through = coder.of_model(name, cache.checkpoints()[name])
        depths(through, name, {bits: steps[name, bits] for bits in STEPPED})
    for size in shipped.PCA_SIZES:
        levels = {bits: steps[shipped.PCA, bits].first(size) for bits in STEPPED}
        depths(coder.pca(cache.MNIST, size), f"PCA-{size}", levels)
    for kind in ("jpeg", "webp-lossy"):
        for quality in formats.QUALITIES:
            found[f"{kind} {quality}"] = formats.lossy(_pixels[0], kind, quality)[1][None]
    return found


def _unit(pixels: np.ndarray) -> np.ndarray:
    return pixels.astype(np.float32) / 255
