"""The numbers of a code one by one: where each lies, and which images have most and least of it."""

import numpy as np

RANGE = (1, 99)  # percentiles of a number's values that count as its range


def ranges(codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Low end, mean and high end (d,) of each number, from the codes (N, d) of many images.

    The ends are percentiles, so that a single strange image doesn't decide them.
    """
    low, high = np.percentile(codes, RANGE, axis=0).astype(np.float32)
    return low, codes.mean(0).astype(np.float32), high


def extremes(codes: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Places (d, k) of the images in which each number is largest, and in which it is smallest.

    ``codes`` (N, d); the most extreme image first. Fewer than k images give as many as there are.
    """
    k = min(k, len(codes))
    order = np.argsort(codes, axis=0, kind="stable")
    return order[::-1][:k].T.copy(), order[:k].T.copy()


def moved(code: np.ndarray, low: np.ndarray, high: np.ndarray, steps: int) -> np.ndarray:
    """Codes (n, steps, d) in which one number alone takes ``steps`` values over its range.

    The first n numbers of ``code`` (d,) take turns; ``low`` and ``high`` (n,) are their ranges.
    """
    n = len(low)
    codes = np.tile(code.astype(np.float32), (n, steps, 1))
    each = np.arange(n)
    codes[each, :, each] = np.linspace(low, high, steps, axis=1)
    return codes


def effects(images: np.ndarray, steps: int) -> np.ndarray:
    """How much each number moves an image, (n,): the mean squared difference between what is drawn
    at the two ends of its range. ``images`` (n · steps, …) in 0…1 are those of ``moved``."""
    flat = images.reshape(-1, steps, images[0].size)
    found: np.ndarray = ((flat[:, -1] - flat[:, 0]) ** 2).mean(1)
    return found
