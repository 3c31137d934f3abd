"""Ways from one code to another."""

import numpy as np

STRAIGHT = 1e-6  # radians: codes that lie closer in direction have no arc between them


def straight(first: np.ndarray, last: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Codes (n, d) at ``shares`` 0…1 (n,) of the straight way from ``first`` to ``last`` (d,)."""
    way: np.ndarray = first + shares[:, None] * (last - first)
    return way


def spherical(
    first: np.ndarray, last: np.ndarray, shares: np.ndarray, middle: np.ndarray | None = None
) -> np.ndarray:
    """Codes (n, d) on the arc around ``middle`` (d,), the origin unless told.

    The straight way of many numbers leads through the middle, where no codes lie: those of N(0, I)
    lie near a sphere of radius √d (White, "Sampling Generative Networks", arXiv:1609.04468). The
    distance from the middle changes evenly.
    """
    middle = np.zeros_like(first) if middle is None else middle
    a, b = first - middle, last - middle
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    if min(lengths) == 0:
        return straight(first, last, shares)
    a, b = a / lengths[0], b / lengths[1]
    angle = np.arccos(np.clip(a @ b, -1, 1))
    if not STRAIGHT < angle < np.pi - STRAIGHT:
        return straight(first, last, shares)
    t = shares[:, None]
    arc = (np.sin((1 - t) * angle) * a + np.sin(t * angle) * b) / np.sin(angle)
    radius = straight(np.array([lengths[0]]), np.array([lengths[1]]), shares)
    way: np.ndarray = middle + radius * arc
    return way


def cross_fade(first: np.ndarray, last: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Images (n, C, H, W): of ``first`` and ``last`` (C, H, W) in 0…1 the mean, pixel by pixel."""
    t = shares[:, None, None, None]
    faded: np.ndarray = (1 - t) * first + t * last
    return faded
