"""How strange each window of a signal is, by a model's error or by a rival of it.

A judge has seen normal windows only. Of others it says a number each, the higher the stranger.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from aecore import metrics
from aecore.pca import PrincipalComponents
from aecore.signals.csv_file import Report
from aecore.signals.signal import Signal
from aecore.signals.windows import NORMAL, Overlay, Windows, marks_of

if TYPE_CHECKING:
    from aecore.models import Autoencoder

BATCH = 500  # windows between two reports
SAME = 1e-3  # distance of a window to itself, with what rounding adds
USUAL = 99  # percentile of what normal windows have: at first the threshold

Floats = NDArray[np.float32]
Judge = Callable[[NDArray[np.uint8]], tuple[Floats, Floats]]
"""Of uint8 windows (N, 1, T, F) how strange each is (N,), and what the judge takes them for, in
0…1, (N, 1, T, F)."""

RIVALS = ("pca", "knn")  # principal components, and the nearest normal window


def by_model(model: "Autoencoder") -> Judge:
    """Mean squared error of what the model gives back."""
    from aecore.evaluation import reconstruct

    return _by_error(lambda pixels: reconstruct(model, pixels))


def by_pca(normal: NDArray[np.uint8], numbers: int) -> Judge:
    """Mean squared error of what so many principal components of normal windows give back."""
    pca = PrincipalComponents.fit(normal, numbers)
    return _by_error(lambda pixels: pca.reconstruct(_unit(pixels), numbers).astype(np.float32))


def by_neighbour(normal: NDArray[np.uint8]) -> Judge:
    """Mean squared distance to the nearest of the normal windows; one of these is judged without
    itself."""
    from sklearn.neighbors import NearestNeighbors

    known = _unit(normal).reshape(len(normal), -1)
    search = NearestNeighbors(n_neighbors=2).fit(known)

    def judge(pixels: NDArray[np.uint8]) -> tuple[Floats, Floats]:
        asked = _unit(pixels).reshape(len(pixels), -1)
        distances, places = search.kneighbors(asked)
        itself = (distances[:, 0] < SAME).astype(np.intp)
        rows = np.arange(len(asked))
        nearest: Floats = known[places[rows, itself]].reshape(pixels.shape)
        return (distances[rows, itself] ** 2 / known.shape[1]).astype(np.float32), nearest

    return judge


def _by_error(redraw: Callable[[NDArray[np.uint8]], Floats]) -> Judge:
    def judge(pixels: NDArray[np.uint8]) -> tuple[Floats, Floats]:
        drawn = redraw(pixels)
        return metrics.mse(drawn, _unit(pixels)).astype(np.float32), drawn.astype(np.float32)

    return judge


def _unit(pixels: NDArray[np.uint8]) -> Floats:
    shares: Floats = (pixels / 255).astype(np.float32)
    return shares


@dataclass(frozen=True, eq=False)
class Judged:
    """How strange each window is, float32 (count,), and what the judge takes the whole signal
    for, the mean of overlapping windows in 0…1, (length,)."""

    strangeness: Floats
    drawn: Floats


def usual(strangeness: Floats) -> float:
    """What 99 of 100 normal windows (N,) don't exceed."""
    return float(np.percentile(strangeness, USUAL))


def judged(
    judge: Judge,
    windows: Windows,
    pixels: NDArray[np.uint8],
    report: Report = lambda share: None,
) -> Judged:
    """All windows of a signal, uint8 (count, 1, T, F), some at a time.

    ``report`` is called with the share done, and ends it by raising.
    """
    strangeness = np.zeros(windows.count, np.float32)
    overlay = Overlay(windows)
    for start in range(0, windows.count, BATCH):
        some = pixels[start : start + BATCH]
        strangeness[start : start + len(some)], drawn = judge(some)
        overlay.add(start, drawn)
        report((start + len(some)) / windows.count)
    return Judged(strangeness, overlay.mean())


class Counts(NamedTuple):
    """``hits`` of the ``marked`` stretches, and ``alarms`` where nothing is marked."""

    hits: int
    marked: int
    alarms: int


def counted(strangeness: Floats, windows: Windows, signal: Signal, threshold: float) -> Counts:
    """What a threshold finds. A marked stretch is hit when one of the windows that have half of it
    is above the threshold; windows in a row above it, none of which touches a marked stretch, are
    one false alarm. (``browser/anomalies/counting.js`` counts the same way.)"""
    marks = marks_of(windows, signal)
    above = strangeness > threshold
    hits = len(np.unique(marks[above & (marks >= 0)]))
    rows = np.cumsum(np.diff(above, prepend=False) & above)  # each row's number, where above
    every = set(rows[above].tolist())
    touching = set(rows[above & (marks != NORMAL)].tolist())
    return Counts(hits, len(signal.marks), len(every - touching))
