"""A map that is looked at: its points, the images behind them, the model that made its codes."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from aecore import checkpoint, map_file, mapping, projection
from aecore.data import Images, dataset
from aecore.map_file import Map
from aecore.mapping import MapJob
from aecore.messages import Problem
from pages.map import points
from pages.map.points import Points
from ui import cache, coder, frame
from ui.i18n import _, number

MOST_BEHIND = 6  # maps whose images are kept ready for browsers, 10 MB each at most

_BEHIND: cache.Kept[bytes] = cache.Kept(MOST_BEHIND)


@dataclass(frozen=True)
class ShownMap:
    """A map with what the screen needs: images or None if they aren't here, and class names.

    ``labels`` is None when the images have no classes. ``key`` is the map's id in the address,
    ``content`` that of its content; ``ids`` are as in Points.
    """

    key: str
    content: str
    map: Map
    images: Images | None
    labels: np.ndarray | None
    classes: Sequence[str]
    ids: np.ndarray | None

    def points(self) -> Points:
        """The points as the browser gets them."""
        facts = self.map.facts
        total = len(self.map.positions) if self.ids is None else facts["images"]
        source = source_id(facts["dataset"], facts["split"])
        return Points(source, total, self.map.labels, self.classes, self.ids)

    def name_of(self, label: int) -> str:
        """A class in words."""
        return self.classes[label] if label < len(self.classes) else str(label)


def source_id(data: str, split: str) -> str:
    """A name for the images of a data set that an address can hold."""
    if ":" in data:  # a path of this machine
        data = hashlib.sha256(data.encode()).hexdigest()[:8]
    return f"{data}.{split}"


def shown_map(key: str, job: MapJob | None) -> ShownMap:
    """The shipped map, or the one that a job has made. Raises Problem."""
    if job is None:
        found = cache.shipped_map()
    else:
        modified = job.file.stat().st_mtime_ns if job.file.is_file() else 0
        found = _map(str(job.file), modified)
    facts = found.facts
    classes = class_names(facts["dataset"], found.labels)
    n = len(found.positions)
    behind = _images_behind(found)
    ids = None
    if n < facts.get("images", n):  # maps of older versions don't say; theirs count from 0
        ids = projection.sample(facts["images"], n, facts["seed"])
    labels = found.labels if len(classes) > 1 else None
    content = f"{key}-{facts['seconds']}"  # a map may be computed anew
    return ShownMap(key, content, found, behind, labels, classes, ids)


def class_names(data: str, labels: np.ndarray) -> list[str]:
    """The classes of a data set in words; numbers when the pictures are gone."""
    try:
        return [_(name) for name in dataset(data).classes]
    except Problem:
        return [str(label) for label in range(int(labels.max()) + 1)]


@st.cache_resource(max_entries=16, show_spinner=False)
def _map(path: str, modified: int) -> Map:
    return map_file.load_map(Path(path))


def _images_behind(found: Map) -> Images | None:
    """The images of a map's points, place by place; None when they are not here any more."""
    facts = found.facts
    try:
        source = all_images(facts["dataset"], facts["split"])
    except Problem:
        return None
    n = len(found.positions)
    if n > len(source):
        return None
    behind = source
    if n < len(source):
        behind = source.take(projection.sample(len(source), n, facts["seed"]))
    # own pictures may have changed since
    if behind.labels is not None and not np.array_equal(behind.labels, found.labels):
        return None
    return behind


def all_images(data: str, split: str) -> Images:
    """The images that maps of a split are made from. Raises Problem when they are not here."""
    if split == mapping.ALL:
        return _joined(data, cache.changed(data))
    if data == cache.MNIST and split == "test":
        return cache.test_digits()  # decoded ones, if need be
    return cache.images(data, "train" if split == "train" else "test")


@st.cache_resource(max_entries=1, show_spinner=False)
def _joined(data: str, changed: int) -> Images:
    return mapping.load_split(data, mapping.ALL)


def images_in_use(one: ShownMap) -> Images | str | None:
    """What the sidebar says of a map's images."""
    if one.images is None or one.map.facts["split"] != mapping.ALL:
        return one.images
    words = _("{data}, {n} images for training and test")
    return words.format(data=frame.data_title(one.images.dataset), n=number(len(one.images)))


def ready_behind(one: ShownMap) -> bytes | None:
    """What browsers fetch behind a map's points; None until ``prepare_behind`` has packed it."""
    return _BEHIND.get(_behind_key(one))


def prepare_behind(one: ShownMap) -> None:
    """Pack the images behind a map's points for browsers, which takes seconds."""
    assert one.images is not None
    decoder = decoder_of(one.map.facts["checkpoint"])
    packed = points.packed_behind(one.images.pixels, one.map.codes, decoder)
    _BEHIND.keep(_behind_key(one), packed)


def _behind_key(one: ShownMap) -> str:
    return f"{one.content}-{one.images is not None and one.images.decoded}"


def decoder_of(digest: str) -> tuple[dict[str, Any], dict[str, np.ndarray]] | None:
    """Facts and arrays of a checkpoint's decoder for a browser; None where there is none for it."""
    maker = made_by(digest)
    if maker is None:
        return None
    try:
        layers = coder.of_model(maker.stem, maker).layers()
    except Problem:  # too large for a browser, or another kind: the originals alone are shown
        return None
    return layers.facts(), layers.arrays


def made_by(digest: str) -> Path | None:
    """The checkpoint of that digest, if it is on this machine."""
    for path in cache.checkpoints().values():
        try:
            if checkpoint.digest(path) == digest:
                return path
        except OSError:  # deleted by somebody else this moment
            continue
    return None


def gone() -> str:
    """Why there are no images behind the points."""
    return _("These images are not on this machine any more.")
