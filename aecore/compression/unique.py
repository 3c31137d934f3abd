"""Is every code unique? The closest two, and how many images share one."""

from dataclasses import dataclass

import numpy as np

from aecore.compression.code_coder import Levels

AT_A_TIME = 1000  # images whose distances to all are computed together


@dataclass(frozen=True)
class Closest:
    """The two images with the closest codes, their ``distance``, and ``typical``, the median
    distance of a code to the nearest other one; in units of the codes."""

    first: int
    second: int
    distance: float
    typical: float


def closest(codes: np.ndarray) -> Closest:
    """The closest two of codes (N, d), N at least 2."""
    exact = codes.astype(np.float64)  # near 0 the squares cancel out
    squares = (exact**2).sum(1)
    nearest, distances = np.empty(len(codes), int), np.empty(len(codes))
    for start in range(0, len(codes), AT_A_TIME):
        these = slice(start, start + AT_A_TIME)
        found = squares[these, None] + squares[None] - 2 * exact[these] @ exact.T
        rows = np.arange(len(found))
        found[rows, start + rows] = np.inf
        nearest[these] = found.argmin(1)
        distances[these] = found[rows, nearest[these]]
    differences = np.sqrt(((exact - exact[nearest]) ** 2).sum(1))
    first = int(differences.argmin())
    second = int(nearest[first])
    low, high = sorted((first, second))
    return Closest(low, high, float(differences[first]), float(np.median(differences)))


def at_depth(codes: np.ndarray, bits: int, levels: Levels | None) -> np.ndarray:
    """What of codes (N, d) is kept with ``bits`` a number, see DEPTHS; ``levels`` if these are 8
    or fewer."""
    if bits == 32:
        return codes.astype(np.float32)
    if bits == 16:
        return codes.astype(np.float16)
    assert levels is not None
    return levels.steps.levels(codes)


def groups(kept: np.ndarray) -> list[np.ndarray]:
    """Which images share a code (N, d): the places of each group of two or more, largest first."""
    rows = np.ascontiguousarray(kept).view(np.dtype((np.void, kept.itemsize * kept.shape[1])))
    _codes, group = np.unique(rows.ravel(), return_inverse=True)
    order = np.argsort(group, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(group[order])) + 1)
    return sorted((part for part in parts if len(part) > 1), key=len, reverse=True)


def sharing(kept: np.ndarray) -> int:
    """How many images share their code with another one."""
    return sum(map(len, groups(kept)))
