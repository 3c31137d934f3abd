"""Who is whose neighbour, among codes and on a map of them; and where the map is wrong about it."""

from dataclasses import dataclass

import numpy as np

NEAR = 10  # neighbours that are asked about
AROUND = 100  # how many nearest still count as the neighbourhood, of a thousand points or more
CHUNK = 4096  # points compared at once


@dataclass(frozen=True)
class Misplaced:
    """Where a map tears neighbours apart and where it puts strangers together.

    ``torn`` (N,) uint8: how many of a point's NEAR nearest codes are not among those around it on
    the map; ``close`` (N,): how many of its NEAR nearest on the map are not around it among the
    codes. As in the continuity and the trustworthiness of Venna and Kaski (2001), point by point.
    """

    torn: np.ndarray
    close: np.ndarray


def nearest(points: np.ndarray, k: int = NEAR) -> np.ndarray:
    """The k nearest others of each point (N, d), the nearest first: int64 (N, k), for k < N."""
    from sklearn.neighbors import NearestNeighbors

    found: np.ndarray = (
        NearestNeighbors(n_neighbors=k).fit(points).kneighbors(return_distance=False)
    )
    return found


def misplaced(codes: np.ndarray, positions: np.ndarray) -> Misplaced:
    """Compare the neighbours of codes (N, d) and of their positions (N, 2), N > NEAR.

    A neighbourhood has AROUND points, or a tenth of all where these are fewer, but at least NEAR.
    """
    around = min(AROUND, max(NEAR, len(codes) // 10))
    among_codes, on_map = nearest(codes, around), nearest(positions, around)
    return Misplaced(_outside(among_codes, on_map), _outside(on_map, among_codes))


def _outside(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """How many of the first NEAR in each row of ``ours`` are nowhere in that row of ``theirs``."""
    counts = np.empty(len(ours), np.uint8)
    for start in range(0, len(ours), CHUNK):
        part = slice(start, start + CHUNK)
        known = (ours[part, :NEAR, None] == theirs[part, None, :]).any(2)
        counts[part] = NEAR - known.sum(1)
    return counts
