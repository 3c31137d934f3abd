"""New codes on a finished map: t-SNE itself has no formula that takes a code to its place."""

import numpy as np

NEIGHBOURS = 10


class Nearest:
    """Known codes (N, d), ready to be asked which of them are nearest to others.

    What doesn't depend on these others is computed once: of 60,000 codes it takes ten times as
    long as the answer itself.
    """

    def __init__(self, known: np.ndarray) -> None:
        self.known = known
        self._squares = (known**2).sum(1)

    def of(self, codes: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
        """The k known codes nearest to each code (M, d), and how far they are.

        Two arrays (M, k), the nearest first: places among ``known``, and Euclidean distances.
        """
        k = min(k, len(self.known))
        # |a - b|² = |a|² + |b|² - 2ab: one product of matrices; |a|² is the same for all of a row
        apart = self._squares - 2 * codes @ self.known.T
        places = np.argpartition(apart, k - 1, axis=1)[:, :k]
        distances = np.linalg.norm(self.known[places] - codes[:, None], axis=2)
        order = distances.argsort(axis=1)
        return np.take_along_axis(places, order, 1), np.take_along_axis(distances, order, 1)


def place(places: np.ndarray, distances: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """Where codes belong on a map that has known codes at ``positions`` (N, 2).

    ``places`` and ``distances`` (M, k): the k nearest known codes of each, by ``Nearest.of``, best
    NEIGHBOURS. Returns the places (M,) of the known codes that they come to lie on. Each joins
    that one of its nearest codes from whose position it is least far to the positions of the
    others, the nearer ones counting more: their weighted geometric median, taken among themselves.
    A mean, or a median of each axis, would put what stands between two islands into the empty sea.
    How many training digits, new to the shipped map, come to lie among their own class stands in
    its facts (placed_accuracy; the same vote by codes: placed_code_accuracy). A mean of the
    neighbours' positions does worse: tests/aecore/test_placing.py.
    """
    reach = np.maximum(distances[:, -1:], np.finfo(np.float32).tiny)
    weights = np.exp(-2 * (distances / reach) ** 2)  # the farthest counts e⁻² as much as a twin
    around = positions[places]  # (M, k, 2)
    apart = np.linalg.norm(around[:, :, None] - around[:, None], axis=3)  # (M, k, k)
    middle = (apart * weights[:, None]).sum(2).argmin(1)
    placed: np.ndarray = places[np.arange(len(places)), middle]
    return placed
