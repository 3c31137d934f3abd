"""How like real images drawn ones are: by the features that a classifier has of both."""

import numpy as np

NEIGHBOURS = 3  # as in the paper
ROWS = 1000  # of distances at a time: all pairs of 10,000 would take 800 MB


def frechet_distance(first: np.ndarray, second: np.ndarray) -> float:
    """Fréchet distance of the Gaussians fitted to features (N, d) and (M, d); 0 for equal ones.

    |μ₁ - μ₂|² + tr(Σ₁ + Σ₂ - 2 (Σ₁ Σ₂)^½), after Heusel et al., "GANs Trained by a Two Time-Scale
    Update Rule", NIPS 2017. On another classifier's features than theirs its figures compare only
    with one another.
    """
    means = [features.astype(np.float64).mean(0) for features in (first, second)]
    a, b = (np.cov(features.astype(np.float64), rowvar=False) for features in (first, second))
    # tr((A B)^½) = tr((A^½ B A^½)^½), which is symmetric and has real roots
    values, vectors = np.linalg.eigh(a)
    root = vectors * np.sqrt(values.clip(0)) @ vectors.T
    overlap = np.sqrt(np.linalg.eigvalsh(root @ b @ root).clip(0)).sum()
    return float(((means[0] - means[1]) ** 2).sum() + np.trace(a) + np.trace(b) - 2 * overlap)


def precision_recall(
    real: np.ndarray, drawn: np.ndarray, k: int = NEIGHBOURS
) -> tuple[float, float]:
    """Precision and recall, 0…1, of features ``drawn`` (M, d) against ``real`` (N, d).

    Precision: the share of the drawn that lie within reach of a real one, which is as far as its
    k-th nearest real neighbour; how believable they are. Recall: the same the other way; how much
    of the real ones' variety they have. Kynkäänniemi et al., "Improved Precision and Recall Metric
    for Assessing Generative Models", NeurIPS 2019.
    """
    return _within_reach(drawn, real, k), _within_reach(real, drawn, k)


def _within_reach(asked: np.ndarray, known: np.ndarray, k: int) -> float:
    """The share of features ``asked`` that lie within reach of one of the ``known``."""
    reach = np.concatenate(
        [
            # the nearest of all is it itself
            np.partition(_squared_distances(part, known), k, axis=1)[:, k]
            for part in _parts(known)
        ]
    )
    inside = [(_squared_distances(part, known) <= reach).any(1) for part in _parts(asked)]
    return float(np.concatenate(inside).mean())


def _parts(features: np.ndarray) -> list[np.ndarray]:
    return [features[start : start + ROWS] for start in range(0, len(features), ROWS)]


def _squared_distances(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """(N, M) of features (N, d) and (M, d)."""
    squares: np.ndarray = (first**2).sum(1)[:, None] + (second**2).sum(1) - 2 * first @ second.T
    return squares
