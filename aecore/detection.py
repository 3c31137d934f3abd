"""How well a score tells strange from normal: curves, the areas under them, and their intervals.

Scores are numbers, the higher the stranger; ``normal`` (N,) are those of normal images, ``strange``
(M,) those of strange ones.
"""

from dataclasses import dataclass

import numpy as np

ROUNDS = 500  # of the bootstrap
AT_ONCE = 4_000_000  # numbers that are computed at a time


@dataclass(frozen=True)
class Areas:
    """Areas under the curves, 0…1, each with the interval that a bootstrap gives with ``level``.

    ``auroc``: the chance that a strange image has a higher score than a normal one (half of it
    where they are equal). ``precision``: the average precision, the area under precision over
    recall; it depends on how many of the images are strange.
    """

    auroc: float
    auroc_interval: tuple[float, float]
    precision: float
    precision_interval: tuple[float, float]
    level: float


def auroc(normal: np.ndarray, strange: np.ndarray) -> float:
    """The area under the receiver operating characteristic, 0…1; 0.5 is chance."""
    return float(_areas(*_ordered(normal, strange), *_each_once(normal, strange))[0][0])


def average_precision(normal: np.ndarray, strange: np.ndarray) -> float:
    """The mean precision over all steps of recall, 0…1; the share of strange ones is chance."""
    return float(_areas(*_ordered(normal, strange), *_each_once(normal, strange))[1][0])


def areas(
    normal: np.ndarray,
    strange: np.ndarray,
    rounds: int = ROUNDS,
    level: float = 0.95,
    seed: int = 0,
) -> Areas:
    """Both areas with their intervals: percentiles over ``rounds`` drawings with replacement.

    Normal and strange images are each drawn among their own (Efron and Tibshirani, *An
    Introduction to the Bootstrap*, 1993).
    """
    groups, is_strange = _ordered(normal, strange)
    rng = np.random.default_rng(seed)
    found = []
    rows = max(1, AT_ONCE // (len(normal) + len(strange)))
    for start in range(0, rounds, rows):
        n = min(rows, rounds - start)
        found.append(_areas(groups, is_strange, _drawn(rng, n, normal), _drawn(rng, n, strange)))
    tails = [(1 - level) / 2, (1 + level) / 2]
    curves = [np.quantile(np.concatenate(parts), tails) for parts in zip(*found, strict=True)]
    (low, high), (least, most) = (tuple(map(float, each)) for each in curves)
    whole, precision = _areas(groups, is_strange, *_each_once(normal, strange))
    return Areas(float(whole[0]), (low, high), float(precision[0]), (least, most), level)


def _ordered(normal: np.ndarray, strange: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of all images from the strangest on: the first place of each group of equal scores, and
    each image's place among ``normal`` followed by ``strange``."""
    scores = np.concatenate([normal, strange])
    order = np.argsort(-scores, kind="stable")
    firsts = np.flatnonzero(np.diff(scores[order], prepend=np.inf))
    return firsts, order


def _each_once(normal: np.ndarray, strange: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.ones((1, len(normal)), np.float32), np.ones((1, len(strange)), np.float32)


def _drawn(rng: np.random.Generator, rounds: int, scores: np.ndarray) -> np.ndarray:
    """How often each image was drawn in each round: (rounds, N)."""
    n = len(scores)
    places = rng.integers(0, n, (rounds, n)) + n * np.arange(rounds)[:, None]
    return np.bincount(places.ravel(), minlength=rounds * n).reshape(rounds, n)


def _areas(
    firsts: np.ndarray, order: np.ndarray, normal: np.ndarray, strange: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Both areas for every row of how often each image counts."""
    n, m = normal.shape[1], strange.shape[1]
    is_strange = order >= n
    weights = np.concatenate([normal, strange], 1)[:, order].astype(np.float64)
    hits = np.add.reduceat(weights * is_strange, firsts, axis=1)
    alarms = np.add.reduceat(weights * ~is_strange, firsts, axis=1)
    found, false = hits.cumsum(1), alarms.cumsum(1)
    auroc = (alarms * (found - hits / 2)).sum(1) / (n * m)
    # where nothing is drawn yet there is nothing to be precise about, and no step of recall
    precision = (hits * found / np.maximum(found + false, 1)).sum(1) / m
    return auroc, precision
