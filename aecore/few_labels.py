"""How far a few labels reach: simple classifiers on pixels, on principal components, on codes."""

import warnings
from collections.abc import Iterator
from typing import Protocol

import numpy as np

SIZES = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
DRAWS = 10
MOST_STEPS = 100  # of the logistic regression's search …
STEPS_AT_ONCE = 20  # … which tells after so many how far it is


class Classifier(Protocol):
    """What has learned, as scikit-learn's do."""

    def predict(self, points: np.ndarray) -> np.ndarray:
        """The class (N,) of points (N, d)."""


def drawn(labels: np.ndarray, n: int, seed: int) -> np.ndarray:
    """Places, int64 (n,), of images whose ``labels`` (N,) are told, the same number of each class.

    Under one seed the first ones stay when more are asked for. Of a class with too few images all
    are taken, and others make up for them.
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    rank = np.empty(len(labels), np.int64)  # the how-manieth of its class
    for each in np.unique(labels):
        of_class = order[labels[order] == each]
        rank[of_class] = np.arange(len(of_class))
    chosen: np.ndarray = order[np.argsort(rank[order], kind="stable")][:n]
    return chosen


def neighbours(n: int) -> int:
    """How many nearest vote, of ``n`` labelled images."""
    return 1 if n < 100 else 3 if n < 1000 else 5


def learning(
    classifier: str, points: np.ndarray, labels: np.ndarray
) -> Iterator[tuple[float, Classifier]]:
    """Let one of CLASSIFIERS learn from points (n, d) of ``unit_size`` and their labels (n,).

    Yields the share 0…1 that is done, and the classifier so far: the last one has learned all.
    "knn": the nearest vote; "logistic": logistic regression with the usual L2 penalty.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier

    if classifier == "knn":
        yield (
            1.0,
            KNeighborsClassifier(neighbours(len(points)), algorithm="brute").fit(points, labels),
        )
        return
    regression = LogisticRegression(max_iter=STEPS_AT_ONCE, tol=1e-3, warm_start=True)
    for done in range(STEPS_AT_ONCE, MOST_STEPS + 1, STEPS_AT_ONCE):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # it goes on from there
            regression.fit(points, labels)
        yield done / MOST_STEPS, regression
        if regression.n_iter_[0] < STEPS_AT_ONCE:
            break


CLASSIFIERS = ("knn", "logistic")


def unit_size(points: np.ndarray, of: np.ndarray) -> np.ndarray:
    """Points (N, d) centred and scaled so that those ``of`` (M, d) have a mean square of 1."""
    middle = of.mean(0)
    size = float(np.sqrt(((of - middle) ** 2).mean())) or 1.0
    scaled: np.ndarray = ((points - middle) / size).astype(np.float32)
    return scaled


def accuracy(
    classifier: str,
    known: tuple[np.ndarray, np.ndarray],
    judged: tuple[np.ndarray, np.ndarray],
) -> float:
    """Share 0…1 of the ``judged`` points (M, d) whose label (M,) the classifier tells.

    It learns from the ``known`` points (n, d) and their labels (n,) alone.
    """
    points, labels = known
    *_, (_share, learned) = learning(classifier, points, labels)
    return float((learned.predict(judged[0]) == judged[1]).mean())
