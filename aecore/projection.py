"""Codes in two dimensions: their principal components, and t-SNE."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from aecore.messages import N_, Problem

if TYPE_CHECKING:
    from openTSNE import TSNE, TSNEEmbedding

MIN_POINTS = 30  # the figures of a map look at the ten neighbours of each point
MAX_POINTS = 200_000

# measured on the 10,000 test digits' codes: more iterations and a finer θ take twice the time and
# change the kNN accuracy by less than 0.001
EARLY_ITERATIONS = 150  # clusters pull apart
ITERATIONS = 300  # then they find their shape
THETA = 0.8  # how coarsely Barnes and Hut sum up what is far away
BARNES_HUT_POINTS = 20_000  # beyond, interpolation ("fft") is faster, and a sample comes first
SAMPLE = 5_000  # of more codes than that
EARLY_AFTER_SAMPLE = 75  # iterations: its islands are there already
REPORT_EVERY = 10  # iterations between reports

OnStep = Callable[[int, np.ndarray], bool]
"""Called with the iteration and the positions (N, 2) so far; True stops and keeps them.

The iteration is 0 while a sample of many codes finds its places.
"""


def first_two_components(codes: np.ndarray) -> np.ndarray:
    """PCA of codes (N, d) to (N, 2) float32; for d = 1 the second coordinate is 0."""
    from sklearn.decomposition import PCA

    k = min(2, codes.shape[1])
    points = PCA(k, svd_solver="full").fit_transform(codes)
    return np.pad(points, ((0, 0), (0, 2 - k))).astype(np.float32)


def check_size(n: int, perplexity: float) -> None:
    """Raise Problem unless ``n`` images can be mapped, and with this perplexity."""
    if not MIN_POINTS <= n <= MAX_POINTS:
        raise Problem(
            N_("A map needs {low} to {limit} images; there are {n}."),
            n=n, low=MIN_POINTS, limit=MAX_POINTS,
        )  # fmt: skip
    if not 2 <= perplexity <= n / 3:
        raise Problem(
            N_("The perplexity is {value}; with {n} images it must be from 2 to {high}."),
            value=perplexity, n=n, high=n // 3,
        )  # fmt: skip


def sample(n: int, points: int, seed: int) -> np.ndarray:
    """The places, int64 (points,) in rising order, of the images out of ``n`` that a map shows."""
    return np.sort(np.random.default_rng(seed).permutation(n)[: max(0, points)])


def phases(n: int) -> tuple[int, int]:
    """How many iterations t-SNE of ``n`` codes takes: first with exaggeration, then without."""
    early = EARLY_ITERATIONS if n <= BARNES_HUT_POINTS else EARLY_AFTER_SAMPLE
    return early, ITERATIONS


def tsne(
    codes: np.ndarray,
    perplexity: float = 30.0,
    seed: int = 0,
    on_step: OnStep = lambda iteration, positions: False,
) -> np.ndarray:
    """t-SNE positions, float32 (N, 2), of codes (N, d), by openTSNE.

    van der Maaten and Hinton (2008); Poličar, Stražar and Zupan, openTSNE, JSS 109 (2024).
    ``perplexity`` is roughly the number of neighbours that count, 2 to N / 3. Raises Problem when
    there are too few or too many codes or the perplexity doesn't fit them.
    """
    check_size(len(codes), perplexity)
    from openTSNE import TSNE

    optimizer = TSNE(perplexity=perplexity, random_state=seed, n_jobs=-1, theta=THETA)
    if len(codes) > BARNES_HUT_POINTS:
        return _tsne_of_many(codes, optimizer, on_step)
    optimizer.negative_gradient_method = "bh"
    return _optimized(optimizer.prepare_initial(codes.astype(np.float64)), on_step)


def _optimized(embedding: "TSNEEmbedding", on_step: OnStep) -> np.ndarray:
    """The positions after all ``phases``, or when ``on_step`` stops it."""
    stopped = False

    def reporter(before: int) -> Callable[[int, float, np.ndarray], bool]:
        def report(iteration: int, error: float, embedding: np.ndarray) -> bool:
            nonlocal stopped
            stopped = on_step(before + iteration, np.asarray(embedding, dtype=np.float32))
            return stopped

        return report

    before = 0
    for iterations, exaggeration in zip(phases(len(embedding)), (12.0, 1.0), strict=True):
        embedding = embedding.optimize(
            n_iter=iterations,
            exaggeration=exaggeration,
            momentum=0.8,
            callbacks=reporter(before),
            callbacks_every_iters=REPORT_EVERY,
        )
        before += iterations
        if stopped:
            break
    return np.asarray(embedding, dtype=np.float32)


def _tsne_of_many(codes: np.ndarray, optimizer: "TSNE", on_step: OnStep) -> np.ndarray:
    """A sample finds its places within seconds, and the others start where the nearest of it is.

    After Kobak and Berens, "The art of using t-SNE for single-cell transcriptomics", Nature
    Communications 10 (2019). Meanwhile the neighbours of all are looked for; comparing all with
    all takes less time than an approximate search, and misses none.
    """
    from openTSNE.affinity import PerplexityBasedNN
    from openTSNE.nearest_neighbors import PrecomputedNeighbors
    from sklearn.metrics import pairwise_distances_argmin
    from sklearn.neighbors import NearestNeighbors

    perplexity, seed = optimizer.perplexity, optimizer.random_state
    k = min(len(codes) - 1, int(3 * perplexity))  # neighbours, as many as openTSNE takes
    few = sample(len(codes), SAMPLE, seed)
    nearest = pairwise_distances_argmin(codes, codes[few])
    pool = ThreadPoolExecutor(1)
    search: Future[tuple[np.ndarray, np.ndarray]] | None = None
    stopped = False

    def moved(iteration: int, positions: np.ndarray) -> bool:
        nonlocal search, stopped
        if search is None:  # not before the first picture: it takes all processors
            everybody = NearestNeighbors(n_neighbors=k, algorithm="brute").fit(codes)
            search = pool.submit(everybody.kneighbors)
        stopped = on_step(0, positions[nearest])
        return stopped

    few_placed = tsne(codes[few], min(perplexity, len(few) / 3), seed, moved)
    start: np.ndarray = few_placed[nearest]
    pool.shutdown(wait=False)
    if stopped or search is None:
        return start
    distances, neighbours = search.result()
    affinities = PerplexityBasedNN(
        knn_index=PrecomputedNeighbors(neighbours, distances), perplexity=perplexity, n_jobs=-1
    )
    # what stands in one place would stay together; and t-SNE starts small
    apart = np.random.default_rng(seed).normal(0, 0.01 * start.std(), start.shape)
    small = (start + apart) * (1e-4 / start.std())
    optimizer.negative_gradient_method = "fft"
    return _optimized(
        optimizer.prepare_initial(affinities=affinities, initialization=small), on_step
    )
