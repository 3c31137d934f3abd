"""The plane on the screen, and beneath it the real images around the chosen place."""

from typing import TypedDict

import numpy as np
import streamlit as st

from aecore.data import Images, dataset
from aecore.messages import Problem
from browser import component, pack, served, without_server
from pages.plane import place
from pages.plane.place import FARTHEST, KEY, Pair, Way
from pages.plane.plane import Plane, Spacing, far_from_all, tile_positions, typical
from ui import charts, coder, drawing, images
from ui.guard import guarded
from ui.i18n import _, language, tell

NEAREST = 10  # real images beneath
BETWEEN = (3, 8)  # classes that the pins mark at first


class Kind(TypedDict):
    """A class of images; ``middle`` of its codes, if there are any."""

    label: int
    name: str
    colour: str
    ink: str
    middle: Pair | None


class Start(TypedDict):
    """Where the component begins; browser/plane/facts.js says what each is."""

    at: Pair
    chosen: bool
    pins: tuple[Pair, Pair]
    moved: bool
    way: Way
    view: tuple[float, float, float] | None
    cloud: bool


class Told(TypedDict):
    """What the component is told of a plane; browser/plane/facts.js says what each is."""

    key: str
    spacing: Spacing
    n: int
    points: bool
    weights: str | None
    why: str
    tiles: str | None
    codes: str | None
    far: float
    own: Pair | None
    cloudy: bool
    ownSigma: Pair | None
    classes: list[Kind]
    centre: Pair
    spread: Pair
    shape: tuple[int, int, int]
    names: tuple[str, str]
    axes: tuple[str, str]
    language: str
    words: dict[str, str]


class Facts(Told):
    """And of the place where people are on it."""

    start: Start
    drawn: str | None


def show(plane: Plane, spacing: Spacing, n: int, shown: Images | None, points: bool) -> None:
    """The plane with n×n tiles; ``shown`` are the real images, drawn as dots if ``points``."""
    facts: Told = {
        "key": plane.key,
        "spacing": spacing,
        "n": n,
        "points": points,
        "weights": None,
        "why": "",
        "tiles": None,
        "codes": None,
        "far": 0.0,
        "own": None,
        "cloudy": plane.posterior(np.zeros((1, *plane.shape), np.uint8)) is not None,
        "ownSigma": None,
        "classes": [],
        "centre": _pair(plane.centre),
        "spread": _pair(plane.spread),
        "shape": plane.shape,
        "names": plane.names,
        "axes": plane.axis_names(),
        "language": language(),
        "words": _words(),
    }
    decoder = coder.packed_decoder(plane.coder.key, plane.coder.layers)
    if isinstance(decoder, Problem):
        facts["why"] = tell(decoder)
        facts["tiles"] = served(_packed_tiles(plane.key, spacing, n, plane), "plane tiles")
    else:
        facts["weights"] = served(decoder, "plane decoder")
    drawn_by_visitor = drawing.image(plane.shape)
    if drawn_by_visitor is not None:
        facts["own"] = _pair(plane.position_of(drawn_by_visitor).clip(-FARTHEST, FARTHEST))
        sigmas = plane.posterior(drawn_by_visitor[None])
        facts["ownSigma"] = None if sigmas is None else _pair(sigmas[0])
    pins: tuple[Pair, Pair] = ((-1.0, 0.0), (1.0, 0.0))
    if shown is not None:
        with st.spinner(_("Encoding the test images")):
            content, facts["far"] = _packed_codes(plane.key, plane, shown.labels)
        facts["codes"] = served(content, "plane codes")
        if shown.labels is not None:
            facts["classes"], pins = _classes(plane, shown, shown.labels)
    _touched(plane, facts, pins, shown)


@st.fragment
@guarded()
def _touched(plane: Plane, facts: Told, pins: tuple[Pair, Pair], shown: Images | None) -> None:
    """The component; a gesture's end runs only this again."""
    # above the fields of the address, which a browser shows until it has the style that hides them
    picture = st.container()
    chosen = place.chosen()
    # whoever has drawn a digit begins where that is
    at = chosen.at or facts["own"] or (0.0, 0.0)
    start: Start = {
        "at": at,
        "chosen": chosen.at is not None,
        "pins": chosen.pins or pins,
        "moved": chosen.pins is not None,
        "way": chosen.way,
        "view": chosen.view,
        "cloud": chosen.cloud,
    }
    drawn = None
    if facts["weights"] is None:
        stops = place.path() or [at] * place.STOPS
        made = plane.images(np.array([at, *stops]))
        drawn = served(pack(None, place=made[:1].ravel(), path=made[1:].ravel()), "plane drawn")
    everything: Facts = {**facts, "start": start, "drawn": drawn}
    with picture:
        component("plane/plane")(key=KEY, data=everything, on_place_change=place.keep)
        if shown is not None and not without_server():
            _real_images(plane, at, shown)


def _real_images(plane: Plane, at: Pair, shown: Images) -> None:
    """The images whose codes lie nearest to a place."""
    positions = plane.positions
    nearest = ((positions - np.array(at)) ** 2).sum(1).argsort()[:NEAREST]
    names = _class_names(shown)
    label = _("Test images with the nearest codes")
    if shown.decoded:
        label = _("Stand-ins for test images, those with the nearest codes")
    alts = [_("A test image")] * len(nearest)
    if shown.labels is not None:
        words = _("A test image of class {name}")
        alts = [words.format(name=names[kind]) for kind in shown.labels[nearest].tolist()]
    found = [images.picture(shown.pixels[i], alt) for i, alt in zip(nearest, alts, strict=True)]
    images.show(images.strip([images.Row(label, found)]))


def _class_names(shown: Images) -> list[str]:
    return [_(name) for name in dataset(shown.dataset).classes]


def _classes(
    plane: Plane, shown: Images, labels: np.ndarray
) -> tuple[list[Kind], tuple[Pair, Pair]]:
    """What the component tells of each class, and where the pins are at first."""
    positions = plane.positions
    found: list[Kind] = []
    for label, name in enumerate(_class_names(shown)):
        own = positions[labels == label]
        colour = charts.class_colour(label)
        found.append(
            {
                "label": label,
                "name": name,
                "colour": colour,
                "ink": charts.ink_on(colour),
                "middle": _pair(np.median(own, axis=0)) if len(own) else None,
            }
        )
    there = [label for label in (*BETWEEN, *np.unique(labels).tolist()) if (labels == label).any()]
    first, second = (typical(positions[labels == label]) for label in (there * 2)[:2])
    return found, (_pair(first), _pair(second))


def _pair(two: np.ndarray) -> Pair:
    return float(two[0]), float(two[1])


@st.cache_resource(max_entries=8, show_spinner=False)
def _packed_tiles(key: str, spacing: Spacing, n: int, _plane: Plane) -> bytes:
    return pack(None, tiles=_plane.images(tile_positions(spacing, n)).ravel())


@st.cache_resource(max_entries=16, show_spinner=False)
def _packed_codes(key: str, _plane: Plane, _labels: np.ndarray | None) -> tuple[bytes, float]:
    """Places and classes of the real images, and how far from all of them is far."""
    positions = _plane.positions
    # in a random order, so that no class always lies on top of the others
    order = np.random.default_rng(0).permutation(len(positions))
    arrays = {"places": positions[order].astype(np.float32).ravel()}
    sigmas = None if _plane.shown is None else _plane.posterior(_plane.shown.pixels)
    if sigmas is not None:
        arrays["sigmas"] = sigmas[order].astype(np.float32).ravel()
    if _labels is not None:
        arrays["labels"] = _labels[order].astype(np.int32)
    return pack(None, **arrays), far_from_all(positions)


def _words() -> dict[str, str]:
    """What the component says."""
    return {
        "plane": _("Plane of decoded images"),
        "keys": _(
            "Arrow keys move the place, with Shift in leaps. Plus and minus zoom, 0 shows all. "
            "A and B put a pin here. The next stops are the two pins, moved by arrow keys too."
        ),
        "waiting": _("Loading the decoder"),
        "failed": _("The decoder did not arrive. Reload the page."),
        "guessing": _("here the model is guessing"),
        "looks": _("looks like {name}"),
        "distance": _("{distance} from the centre"),
        "decoded": _("decoded: {what}"),
        "closer": _("Closer"),
        "wider": _("Wider"),
        "reset": _("Show all of it again"),
        "all": _("All"),
        "pin": _("Pin {letter}"),
        "own": drawing.words(),
        "cloud": _("Cloud of the nearest image"),
        "cloudOfNearest": _("Drawn from its cloud, σ = {sigma}"),
        "cloudOfOwn": _("Drawn from your drawing’s cloud, σ = {sigma}"),
        "closerToCloud": _("Zoom in on it"),
        "draws": _("Images decoded from points of the cloud"),
        "path": _("From A to B"),
        "straight": _("straight"),
        "round": _("spherical"),
        "decodedPath": _("Decoded along the path"),
        "crossFade": _("Cross-fade of the two images"),
    }
