"""A few labels, spread over points that lie near each other."""

from collections.abc import Iterator

import numpy as np

NEIGHBOURS = 15
ALPHA = 0.99  # how much a point listens to its neighbours, the rest to its own label
TOLERANCE = 1e-6  # far from every label all shares are small, and it is the largest that counts
MOST_STEPS = 2000
REPORT_EVERY = 10  # steps


class Spreading:
    """Points (N, d) with their graph of nearest neighbours, ready to take labels.

    Zhou, Bousquet, Lal, Weston and Schölkopf, "Learning with Local and Global Consistency", NIPS
    2003: every point passes on to its neighbours what it has heard, and what it says in the end is
    F = (1 - α) (I - αS)⁻¹ Y. S is the graph with every edge divided by the root of the number of
    edges at both ends; F is found by conjugate gradients, all classes at once.
    """

    def __init__(self, points: np.ndarray) -> None:
        from scipy.sparse import diags
        from sklearn.neighbors import NearestNeighbors, kneighbors_graph

        k = min(NEIGHBOURS, len(points) - 1)
        graph = kneighbors_graph(points, k)
        graph = graph.maximum(graph.T)
        root = diags(1 / np.sqrt(np.asarray(graph.sum(1)).ravel()))
        self._edges = (root @ graph @ root).tocsr()
        self._points = points
        self._nearest = NearestNeighbors(n_neighbors=1)

    def of(self, known: np.ndarray, labels: np.ndarray, classes: int) -> np.ndarray:
        """The class (N,) of every point, from those of the points ``known`` (n,): labels (n,).

        A point that no label reaches takes that of the nearest labelled one.
        """
        *_, (_share, found) = self.steps(known, labels, classes)
        assert found is not None
        return found

    def steps(
        self, known: np.ndarray, labels: np.ndarray, classes: int
    ) -> Iterator[tuple[float, np.ndarray | None]]:
        """The same step by step: the share 0…1 that is done, and in the end the classes."""
        said = np.zeros((len(self._points), classes))
        # every class speaks equally loud, however many labels it has
        said[known, labels] = 1 / np.bincount(labels, minlength=classes)[labels]
        loud = said[:, np.unique(labels)]  # what nobody says needs no solving
        heard, left, way = np.zeros_like(loud), loud.copy(), loud.copy()
        squares = at_first = (left**2).sum(0)
        for step in range(1, MOST_STEPS + 1):
            passed = way - ALPHA * (self._edges @ way)
            far = squares / (way * passed).sum(0)
            heard += far * way
            left -= far * passed
            before, squares = squares, (left**2).sum(0)
            way = left + squares / before * way
            # the error falls by about the same factor in every step
            share = float((np.log(squares / at_first) / (2 * np.log(TOLERANCE))).min())
            if share >= 1:
                break
            if step % REPORT_EVERY == 0:
                yield max(0.0, share), None
        yield 1.0, self._loudest(heard, known, labels)

    def _loudest(self, heard: np.ndarray, known: np.ndarray, labels: np.ndarray) -> np.ndarray:
        found: np.ndarray = np.unique(labels)[heard.argmax(1)]
        silent = heard.max(1) <= 0
        if silent.any():
            near = self._nearest.fit(self._points[known]).kneighbors(
                self._points[silent], return_distance=False
            )
            found[silent] = labels[near[:, 0]]
        return found
