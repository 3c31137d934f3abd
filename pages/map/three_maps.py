"""Three maps of the same images side by side: one selection for all, figures under each."""

from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from aecore import neighbours, projection
from aecore.data import Images
from aecore.messages import Problem
from aecore.three_maps import WAYS, ThreeMaps, load_three_maps
from browser import served
from pages.map import points
from pages.map.explorer import nearest_to_drawing
from pages.map.points import Panel, Points, Shades
from pages.map.shown import all_images, class_names, decoder_of, source_id
from ui import cache, images
from ui.guard import guarded
from ui.i18n import _, ngettext, number, percent

# CSS: three beside each other are square, and their figures stand under them
HEIGHT = "clamp(16rem, 24 * var(--vw), max(16rem, 100 * var(--vh) - 400px))"
MOST = 24  # images drawn of those picked


@dataclass(frozen=True)
class Bench:
    """The three maps, the images of their points if they are here, and which of all they are."""

    maps: ThreeMaps
    images: Images | None
    ids: np.ndarray


def shown() -> Bench:
    """The shipped maps with what the screen needs. Raises Problem."""
    found = _shipped()
    facts = found.facts
    ids = projection.sample(facts["images"], facts["points"], facts["seed"])
    try:
        source = all_images(facts["dataset"], facts["split"])
    except Problem:
        return Bench(found, None, ids)
    return Bench(found, source.take(ids), ids)


@st.cache_resource(max_entries=1, show_spinner=False)
def _shipped() -> ThreeMaps:
    return load_three_maps()


@st.cache_resource(max_entries=2, show_spinner=False)
def _behind(decoded: bool, _bench: Bench) -> bytes:
    """The images behind the points, and the codes of the shipped map for their neighbours."""
    assert _bench.images is not None
    codes = cache.shipped_map().codes[_bench.ids]
    decoder = decoder_of(_bench.maps.facts["checkpoint"])
    return points.packed_behind(_bench.images.pixels, codes, decoder)


@st.fragment
@guarded()
def show(bench: Bench) -> None:
    """Three panels, and under them the images picked."""
    colour = points.choose_colour()
    facts = bench.maps.facts
    classes = class_names(facts["dataset"], bench.maps.labels)
    source = source_id(facts["dataset"], facts["split"])
    shown_points = Points(source, facts["images"], bench.maps.labels, classes, bench.ids)
    titles = {
        "pixels": _("784 pixels → t-SNE"),
        "pca": _("PCA, 32 numbers → t-SNE"),
        "codes": _("Autoencoder, 32 numbers → t-SNE"),
    }
    panels = []
    for way, positions in zip(WAYS, bench.maps.positions, strict=True):
        figures = facts["ways"][way]
        caption = _("{seconds} s · kNN accuracy {accuracy} · trustworthiness {trust}").format(
            seconds=number(figures["seconds"], 1),
            accuracy=percent(figures["knn_accuracy"], 1),
            trust=number(figures["trustworthiness"], 3),
        )
        panels.append(Panel(positions, titles[way], caption, titles[way]))
    address = ""
    if bench.images is not None:
        address = served(_behind(bench.images.decoded, bench), "behind-three-maps")
    own = _own_place(bench)
    picked = points.show(
        "three-maps", shown_points, panels, HEIGHT, address, shades=_shades(bench, colour), own=own
    )
    words = _(
        "The same {n} test digits, mapped from what stands above each. Trustworthiness: are "
        "neighbours on the map neighbours among the pixels? The seconds are those of t-SNE and "
        "what prepares it; training the autoencoder is not in them."
    ).format(n=number(facts["points"]))
    if own is not None:
        words += " " + _("✎ is on the digit whose code is nearest to that of your drawing.")
    st.markdown(words)
    _show_picked(bench, picked)


def _own_place(bench: Bench) -> int | None:
    """The point with the code nearest to that of the visitor's drawing, if there is one."""
    codes = cache.shipped_map().codes[bench.ids]
    near = nearest_to_drawing(bench.maps.facts["checkpoint"], "three-maps", codes)
    return None if near is None else int(near[0][0, 0])


def _shades(bench: Bench, colour: str) -> list[Shades]:
    """For each panel its own scale, or none: by class."""
    if colour == "torn":
        ends = _("neighbours by pixels are near"), _("all ten torn apart")
        return [
            Shades(one.torn / neighbours.NEAR, points.TORN, *ends) for one in bench.maps.misplaced
        ]
    if colour == "close":
        ends = _("neighbours on the map are so by pixels"), _("all ten falsely close")
        return [
            Shades(one.close / neighbours.NEAR, points.CLOSE, *ends) for one in bench.maps.misplaced
        ]
    return []


def _show_picked(bench: Bench, picked: np.ndarray) -> None:
    if not len(picked) or bench.images is None:
        return
    n = len(picked)
    drawn = picked[np.linspace(0, n - 1, min(n, MOST)).round().astype(int)]
    counted = ngettext("{n} image picked", "{n} images picked", n).format(n=number(n))
    pictures = [images.picture(bench.images.pixels[i], _("Image")) for i in drawn.tolist()]
    images.show(f"<p><b>{escape(counted)}</b></p>", images.gallery(pictures))
