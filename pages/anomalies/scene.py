"""The picture: histogram, curves and images around a threshold that follows the hand."""

import zlib
from collections.abc import Iterator
from typing import TypedDict

import numpy as np
import streamlit as st

from aecore.data import dataset
from aecore.messages import Problem
from browser import component, pack, served, without_server
from pages.anomalies import scoring
from pages.anomalies.choices import Group
from pages.anomalies.scored import Guard
from ui import address, charts, coder, images, saving
from ui.coder import Coder
from ui.guard import guarded
from ui.i18n import _, language, number

KEY = "anomalies-scene"
ADDRESS = "anomaly_alarms"  # ?anomaly_alarms=5: percent of the normal images with a false alarm
USUAL = 5.0
NORMAL, STRANGE = charts.SERIES_COLOURS[:2]


class Side(TypedDict):
    """Normal or strange images; browser/anomalies/facts.js says what each is."""

    title: str
    colour: str
    source: str
    names: list[str]


class Area(TypedDict):
    """The area under a curve, in words."""

    name: str
    interval: str


class Facts(TypedDict):
    """What the component is told; browser/anomalies/facts.js says what each is."""

    key: str
    language: str
    scored: str
    decoder: str | None
    shape: tuple[int, int, int]
    normal: Side
    strange: Side
    log: bool
    alarms: float
    roc: Area | None
    precision: Area | None
    colours: tuple[tuple[int, int, int], ...]
    words: dict[str, str]


def show(guard: Guard, strange: Group) -> None:
    """Draw what the guard makes of normal images and of ``strange`` ones."""
    from aecore.anomalies import SCORES

    score = SCORES[guard.score]
    normal = guard.normal.judged
    if not scoring.done(guard, strange):
        return
    scored = _scored(guard, strange)
    areas = guard.areas(strange) if not strange.own else None
    facts: Facts = {
        "key": f"{guard.key} {strange.identity}",
        "language": language(),
        "scored": served(scored, "anomalies scores"),
        "decoder": _decoder(guard),
        "shape": guard.normal.shape,
        "normal": _side(normal, NORMAL),
        "strange": _side(strange, STRANGE),
        "log": score.log,
        "alarms": USUAL,
        "roc": None,
        "precision": None,
        "colours": (images.NEGATIVE, images.ZERO, images.POSITIVE),
        "words": _words(_(score.title), guard.rebuilder().name),
    }
    if areas is not None:
        low, high = areas.auroc_interval
        least, most = areas.precision_interval
        facts["roc"] = _area(_("AUROC {area}"), areas.auroc, low, high)
        facts["precision"] = _area(_("Average precision {area}"), areas.precision, least, most)
    _touched(facts)
    saving.offer("anomalies", _table(guard, strange))


def _table(guard: Guard, strange: Group) -> saving.File:
    """How strange each image is."""

    def rows() -> Iterator[tuple[object, ...]]:
        for kind, group in (("normal", guard.normal.judged), ("strange", strange)):
            labels = group.source.labels
            for place, score in zip(group.places.tolist(), guard.scores(group), strict=True):
                label = "" if labels is None else int(labels[place])
                yield kind, group.title, place, label, f"{score:.6g}"

    return saving.table("scores", _("Scores"), ("kind", "images", "image", "class", "score"), rows)


@st.fragment
@guarded()
def _touched(facts: Facts) -> None:
    """The component; a gesture's end runs only this again."""
    # above the field of the address
    picture = st.container(key="anomaly-scene-room")
    facts["alarms"] = _alarms()
    with picture:
        component("anomalies/scene")(key=KEY, data=facts, on_threshold_change=_keep)


def _alarms() -> float:
    try:
        return min(100.0, max(0.0, float(address.field(ADDRESS))))
    except ValueError:
        return USUAL


def _keep() -> None:
    share = float(st.session_state[KEY]["threshold"])
    st.session_state[ADDRESS] = "" if share == USUAL else f"{share:g}"


def _area(words: str, area: float, low: float, high: float) -> Area:
    interval = _("95%: {low} to {high}")
    return {
        "name": words.format(area=number(area, 3)),
        "interval": interval.format(low=number(low, 3), high=number(high, 3)),
    }


def _side(group: Group, colour: str) -> Side:
    names: list[str] = []
    if group.source.labels is not None:
        names = [_(name) for name in dataset(group.source.dataset).classes]
    return {
        "title": group.title,
        "colour": colour,
        "source": served(_images(group.key, group), f"anomalies {group.key}"),
        "names": names,
    }


@st.cache_resource(max_entries=6, show_spinner=False)
def _images(key: str, _group: Group) -> bytes:
    """The pixels of all images of the group's source, deflated."""
    pixels = _group.source.pixels[np.arange(len(_group.source.pixels))]
    if without_server():  # 16 grey levels take half the bytes, and of a small image nobody sees it
        pixels = ((pixels.astype(np.uint16) + 8) // 17 * 17).astype(np.uint8)
    return zlib.compress(pack(None, pixels=pixels.ravel()), 1)


def _scored(guard: Guard, strange: Group) -> bytes:
    key = f"{guard.key} {strange.identity} {guard.rebuilder().key}"
    return _packed(key, guard, strange)


@st.cache_resource(max_entries=32, show_spinner=False)
def _packed(key: str, _guard: Guard, _strange: Group) -> bytes:
    """Scores, places, classes and codes of both groups; the reconstructions themselves where the
    browser can't decode."""
    arrays: dict[str, np.ndarray] = {}
    rebuilder, by_browser = _guard.rebuilder(), _decoder(_guard) is not None
    for name, group in (("normal", _guard.normal.judged), ("strange", _strange)):
        arrays[f"{name}.scores"] = _guard.scores(group).astype(np.float32)
        arrays[f"{name}.places"] = group.places.astype(np.int32)
        if group.source.labels is not None:
            arrays[f"{name}.labels"] = group.source.labels[group.places].astype(np.int32)
        codes = _codes(rebuilder.key, group.identity, rebuilder, group)
        if by_browser:
            arrays[f"{name}.codes"] = codes.astype(np.float32).ravel()
        else:
            drawn = rebuilder.decode(codes).clip(0, 1) * 255
            arrays[f"{name}.drawn"] = drawn.round().astype(np.uint8).ravel()
    return zlib.compress(pack(None, **arrays), 1)


@st.cache_resource(max_entries=32, show_spinner=False)
def _codes(key: str, group: str, _coder: Coder, _group: Group) -> np.ndarray:
    return _coder.encode(_group.pixels)


def _decoder(guard: Guard) -> str | None:
    """Where the browser fetches what rebuilds images; None: it can't run there."""
    rebuilder = guard.rebuilder()
    packed = coder.packed_decoder(rebuilder.key, rebuilder.layers)
    return None if isinstance(packed, Problem) else served(packed, "anomalies decoder")


def _words(score: str, rebuilder: str) -> dict[str, str]:
    """What the component says."""
    return {
        "score": _("{score}: the further right, the stranger").format(score=score),
        "threshold": _("Threshold"),
        "keys": _("Arrow keys move the threshold, with Shift in leaps."),
        "value": _("{alarms} of the normal images raise a false alarm, {hits} strange are found"),
        "normal": _("Normal: {title}"),
        "strange": _("Strange: {title}"),
        "hits": _("found (hits)"),
        "missed": _("missed"),
        "false": _("false alarms"),
        "quiet": _("rightly passed"),
        "recall": _("Recall"),
        "precision": _("Precision"),
        "falseRate": _("False alarms"),
        "roc": _("Recall (ROC)"),
        "suspicious": _("Most suspicious normal images"),
        "unsuspicious": _("Least suspicious strange images"),
        "original": _("Image"),
        "rebuilt": _("Rebuilt"),
        "rebuilder": _("Rebuilt by {name}").format(name=rebuilder),
        "error": _("Error"),
        "legend": _("Blue: rebuilt too dark. Orange: too bright."),
        "rank": _("stranger than {share} of the normal images"),
        "waiting": _("Loading the images"),
        "failed": _("The images did not arrive. Reload the page."),
    }
