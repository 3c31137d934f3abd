"""One point of the curves measured anew: with labels of the visitor's own draw."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import streamlit as st

from aecore import checkpoint, few_labels
from aecore.checkpoint import Card
from aecore.data import Images, dataset
from aecore.label_spreading import Spreading
from aecore.messages import Problem
from pages.features import records
from ui import cache, coder, images

REFERENCE = 2000  # unlabelled images that say how large points are
ENCODED = 500  # images encoded in one step


@dataclass(frozen=True, eq=False)
class Digits:
    """Images whose labels may be told, and others that judge.

    Both uint8 (N, 1, 28, 28) with labels (N,); ``places``: where each lies on the map of islands,
    the judges first.
    """

    pool: Images
    judges: Images
    places: np.ndarray

    @property
    def decoded(self) -> bool:
        """Whether these are decoded test digits, and not the originals."""
        return self.pool.decoded


@dataclass
class Measured:
    """What comes of one measurement; ``accuracy`` 0…1 is None until it is there."""

    way: str
    labels: int
    seed: int
    accuracy: float | None = field(default=None)


def digits() -> Digits:
    """Training digits to be told, test digits that judge.

    Where there is no MNIST half of the decoded test digits each.
    """
    test, places = cache.test_digits(), records.groups().positions
    if not test.decoded and dataset(cache.MNIST).on_this_machine("train"):
        try:
            return Digits(cache.images(cache.MNIST, "train"), test, places)
        except Problem:  # the files are bad; the screen that lists data sets tells
            pass
    half = len(test) // 2
    return Digits(test.take(slice(half, None)), test.take(slice(half)), places[: len(test)])


def chosen(found: Digits, n: int, seed: int) -> np.ndarray:
    """Places in the pool of the images whose labels are told."""
    assert found.pool.labels is not None
    return few_labels.drawn(found.pool.labels, min(n, len(found.pool)), seed)


def measuring(found: Digits, into: Measured) -> Iterator[float]:
    """Measure it, step by step: yields the share that is done, and in the end fills ``into``."""
    what, how = into.way.split("/")
    told = chosen(found, into.labels, into.seed)
    assert found.pool.labels is not None and found.judges.labels is not None
    labels, truth = found.pool.labels[told], found.judges.labels
    yield 0.0
    if how == "spread":
        over = _graph(found.decoded, found)
        yield 0.3
        for share, said in over.steps(len(truth) + told, labels, 10):
            yield 0.3 + 0.7 * share
            if said is not None:
                into.accuracy = float((said[: len(truth)] == truth).mean())
        return
    if how in ("tuned", "random"):
        from aecore.tuning import tuned

        model, _card = cache.model(checkpoint.shipped()[what])
        pixels = found.pool.pixels[told]
        for share, learned in tuned(model, pixels, labels, 10, into.seed, how == "random"):
            labeller = learned
            yield 0.8 * share
        right = 0
        for start in range(0, len(truth), ENCODED):
            part = slice(start, start + ENCODED)
            right += int((labeller.labels(found.judges.pixels[part]) == truth[part]).sum())
            yield 0.8 + 0.2 * start / len(truth)
        into.accuracy = right / len(truth)
        return
    reference = found.pool.pixels[:REFERENCE]
    pixels = np.concatenate([found.pool.pixels[told], found.judges.pixels, reference])
    parts = []
    for start in range(0, len(pixels), ENCODED):
        parts.append(_points(what, pixels[start : start + ENCODED]))
        yield 0.5 * start / len(pixels)
    points = np.concatenate(parts)
    points = few_labels.unit_size(points, points[-len(reference) :])
    known, judged = points[: len(told)], points[len(told) : -len(reference)]
    for share, so_far in few_labels.learning(how, known, labels):
        classifier = so_far
        yield 0.5 + 0.3 * share
    right = 0
    for start in range(0, len(truth), ENCODED):
        part = slice(start, start + ENCODED)
        right += int((classifier.predict(judged[part]) == truth[part]).sum())
        yield 0.8 + 0.2 * start / len(truth)
    into.accuracy = right / len(truth)


def _points(what: str, pixels: np.ndarray) -> np.ndarray:
    """What a classifier is given of uint8 images."""
    if what == "pixels":
        return images.unit(pixels).reshape(len(pixels), -1)
    if what.startswith("pca-"):
        return coder.pca(cache.MNIST, int(what.removeprefix("pca-"))).encode(pixels)
    return coder.of_model(what, checkpoint.shipped()[what]).encode(pixels)


@st.cache_resource(max_entries=2, show_spinner=False)
def _graph(decoded: bool, _found: Digits) -> Spreading:
    return Spreading(_found.places)


def cards(ways: list[str]) -> list[Card]:
    """The cards of the models that are in these ways, each once."""
    names = dict.fromkeys(way.split("/")[0] for way in ways)
    return [cache.card(path) for name, path in checkpoint.shipped().items() if name in names]
