"""Groups found without labels, and what they are worth once each has a name.

After McConville, Santos-Rodríguez, Piechocki and Craddock, "N2D: (Not Too) Deep Clustering via
Clustering the Local Manifold of an Autoencoded Embedding", ICPR 2020: the codes of an autoencoder
are laid out on a map that keeps neighbours together, and a mixture of Gaussians finds its islands.
"""

from collections.abc import Callable
from typing import Literal

import numpy as np

from aecore.projection import BARNES_HUT_POINTS

GROUPS = 10
NAMELESS = -1
NEIGHBOURS = 15  # of each point, which attract it on the map
# attraction that never ends: islands stay as dense as those of UMAP (Böhm, Berens and Kobak,
# "Attraction-Repulsion Spectrum in Neighbor Embeddings", JMLR 23, 2022)
EXAGGERATION = 4.0
EARLY_EXAGGERATION = 12.0
EARLY_ITERATIONS, ITERATIONS = 150, 250
REPORT_EVERY = 10  # iterations between looks at whether to stop
STARTS = 8  # a mixture finds the nearest hill of its likelihood: the highest of so many is taken
FEW = 2000  # points for which a second thread costs more than it brings
CHUNK = 2000  # points whose neighbours are looked for at once

OnShare = Callable[[float], bool]
"""Called with the share 0…1 that is done; True stops."""


def island_map(
    codes: np.ndarray, seed: int = 0, on_share: OnShare = lambda share: False
) -> np.ndarray:
    """Places, float32 (N, 2), of codes (N, d), N > NEIGHBOURS: t-SNE that keeps islands dense.

    Each point is drawn to its NEIGHBOURS nearest, all alike, with EXAGGERATION to the end.
    """
    from openTSNE import TSNEEmbedding, affinity, initialization
    from openTSNE.nearest_neighbors import PrecomputedNeighbors

    threads = 1 if len(codes) < FEW else -1
    near, distances = _nearest(codes, NEIGHBOURS)
    index = PrecomputedNeighbors(near, distances)
    drawn_to = affinity.Uniform(
        None, k_neighbors=NEIGHBOURS, knn_index=index, symmetrize="max", n_jobs=threads
    )
    start = initialization.pca(codes.astype(np.float64), random_state=seed)
    method = "bh" if len(codes) <= BARNES_HUT_POINTS else "fft"
    places = TSNEEmbedding(
        start, drawn_to, negative_gradient_method=method, n_jobs=threads, random_state=seed
    )
    stopped, before, whole = False, 0, EARLY_ITERATIONS + ITERATIONS

    def report(iteration: int, error: float, embedding: np.ndarray) -> bool:
        nonlocal stopped
        stopped = on_share((before + iteration) / whole)
        return stopped

    for iterations, exaggeration, momentum in (
        (EARLY_ITERATIONS, EARLY_EXAGGERATION, 0.5),
        (ITERATIONS, EXAGGERATION, 0.8),
    ):
        places.optimize(
            iterations,
            exaggeration=exaggeration,
            momentum=momentum,
            inplace=True,
            callbacks=report,
            callbacks_every_iters=REPORT_EVERY,
        )
        before += iterations
        if stopped:
            break
    return np.asarray(places, dtype=np.float32)


def _nearest(points: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The k nearest others of each point (N, d), and how far they are: (N, k) twice."""
    from sklearn.neighbors import NearestNeighbors

    index = NearestNeighbors(n_neighbors=k + 1, algorithm="brute").fit(points)
    near = np.empty((len(points), k), np.int64)
    distances = np.empty((len(points), k))
    for start in range(0, len(points), CHUNK):
        part = slice(start, start + CHUNK)
        far, at = index.kneighbors(points[part])
        near[part], distances[part] = at[:, 1:], far[:, 1:]  # the first is the point itself
    return near, distances


def k_means(points: np.ndarray, groups: int = GROUPS, seed: int = 0, starts: int = 3) -> np.ndarray:
    """The group, uint8 (N,), of each point (N, d): the nearest of so many means."""
    from sklearn.cluster import KMeans

    return in_order(KMeans(groups, n_init=starts, random_state=seed).fit_predict(points))


def mixture(
    points: np.ndarray,
    groups: int = GROUPS,
    seed: int = 0,
    starts: int = STARTS,
    kind: Literal["full", "diag"] = "full",
) -> np.ndarray:
    """The group, uint8 (N,), of each point (N, d): the likeliest of a mixture of Gaussians.

    Of several ``starts`` the one with the highest likelihood. ``kind``: "full" covariances, or
    "diag" where the points have very many numbers.
    """
    from sklearn.mixture import GaussianMixture

    found = [
        GaussianMixture(groups, covariance_type=kind, random_state=seed + start).fit(points)
        for start in range(starts)
    ]
    best = max(found, key=lambda one: one.lower_bound_)
    return in_order(best.predict(points))


def in_order(groups: np.ndarray) -> np.ndarray:
    """The same groups, uint8 (N,), numbered as they first appear: 0, then 1, …"""
    _numbers, first, known = np.unique(groups, return_index=True, return_inverse=True)
    numbers: np.ndarray = first.argsort().argsort()[known].astype(np.uint8)
    return numbers


def counted(groups: np.ndarray, labels: np.ndarray, of: tuple[int, int]) -> np.ndarray:
    """How many points of each group (row) are of each class (column): int64, shape ``of``."""
    counts = np.zeros(of, np.int64)
    np.add.at(counts, (groups, labels), 1)
    return counts


def best_names(counts: np.ndarray) -> np.ndarray:
    """The class (G,) of each group with which most points are named right, each given once.

    By Kuhn's Hungarian method (1955). With more groups than classes some stay NAMELESS.
    """
    from scipy.optimize import linear_sum_assignment

    names = np.full(len(counts), NAMELESS)
    rows, columns = linear_sum_assignment(counts, maximize=True)
    names[rows] = columns
    return names


def named_right(counts: np.ndarray, names: np.ndarray) -> float:
    """Share 0…1 of the points whose group (G,) has the name of their class; NAMELESS is wrong."""
    known = np.flatnonzero(names != NAMELESS)
    return float(counts[known, names[known]].sum() / counts.sum())


def scores(groups: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """How well groups (N,) agree with classes (N,), whatever the groups are called.

    ``accuracy`` with the best names, 0…1; ``ari``: the adjusted Rand index, how many pairs of
    points are together in both or apart in both, 0 by chance and 1 at best (Hubert and Arabie
    1985); ``nmi``: the information that both share, as a part of their mean entropy, 0…1.
    """
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    counts = counted(groups, labels, (int(groups.max()) + 1, int(labels.max()) + 1))
    return {
        "accuracy": named_right(counts, best_names(counts)),
        "ari": float(adjusted_rand_score(labels, groups)),
        "nmi": float(normalized_mutual_info_score(labels, groups)),
    }
