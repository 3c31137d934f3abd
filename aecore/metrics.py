"""How good reconstructions and maps are. Pure functions on NumPy arrays."""

from statistics import NormalDist

import numpy as np

TRUSTED_POINTS = 2000  # trustworthiness compares all pairs of points: more take too much memory
EPSILON = 1e-7  # a decoder's 0 or 1 is a rounded number, not a certainty


def _flat(images: np.ndarray) -> np.ndarray:
    return images.reshape(len(images), -1).astype(np.float32, copy=False)


def bce(x_hat: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Grey-level binary cross-entropy in nats, mean over pixels: (N, …) twice -> (N,).

    Both in 0…1. Its floor isn't 0 but the entropy of the grey levels in ``x``.
    """
    p, t = _flat(x_hat).clip(EPSILON, 1 - EPSILON), _flat(x)
    mean: np.ndarray = -(t * np.log(p) + (1 - t) * np.log1p(-p)).mean(1)
    return mean


def mse(x_hat: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Mean squared error over pixels, images in 0…1: (N, …) twice -> (N,)."""
    mean: np.ndarray = ((_flat(x_hat) - _flat(x)) ** 2).mean(1)
    return mean


def psnr(x_hat: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Peak signal-to-noise ratio in dB, images in 0…1: (N, …) twice -> (N,). At most 120."""
    decibels: np.ndarray = -10 * np.log10(np.maximum(mse(x_hat, x), 1e-12))
    return decibels


def several_classes(labels: np.ndarray | None) -> bool:
    """Whether labels (N,) tell classes apart; of a single class kNN accuracy would always be 1."""
    return labels is not None and len(np.unique(labels)) > 1


def knn_accuracy(
    points: np.ndarray,
    labels: np.ndarray,
    k: int = 10,
    judged: tuple[np.ndarray, np.ndarray] | None = None,
) -> float:
    """Share of points whose k nearest vote for their label; in 0…1.

    The points (M, d) and labels (M,) in ``judged`` ask their neighbours among ``points`` (N, d)
    with ``labels`` (N,); without them each point asks its neighbours, itself left out. Where there
    are fewer than k to be asked, all of them vote.
    """
    from sklearn.neighbors import KNeighborsClassifier

    k = min(k, len(points) - (judged is None))
    voters = KNeighborsClassifier(n_neighbors=k).fit(points, labels)
    if judged is None:
        return float((voters.predict(None) == labels).mean())
    return float((voters.predict(judged[0]) == judged[1]).mean())


def normal_distance(values: np.ndarray) -> float:
    """Kolmogorov–Smirnov distance of values (N,) from N(0, 1); in 0…1, 0 for a perfect match.

    The largest gap between the share of values below a number and the normal distribution's.
    """
    expected = np.array([NormalDist().cdf(value) for value in np.sort(values)])
    below = np.arange(len(values)) / len(values)
    return float(max((expected - below).max(), (below + 1 / len(values) - expected).max()))


def trustworthiness(
    codes: np.ndarray, points: np.ndarray, k: int = 10, sample: int = TRUSTED_POINTS, seed: int = 0
) -> float:
    """How far neighbours on the map (N, 2) are neighbours among the codes (N, d); in 0…1.

    Venna and Kaski (2001). Memory grows with the square of N, hence a random sample: k neighbours
    among 2,000 points reach as far as 5k among 10,000. The measure is defined for k < N / 2: of
    fewer points, fewer neighbours are looked at.
    """
    from sklearn import manifold

    chosen = np.random.default_rng(seed).permutation(len(codes))[:sample]
    k = min(k, (len(chosen) - 1) // 2)
    return float(manifold.trustworthiness(codes[chosen], points[chosen], n_neighbors=k))
