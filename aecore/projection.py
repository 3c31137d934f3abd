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
LOWEST_PERPLEXITY = 2

# measured on the 10,000 test digits' codes: more iterations and a finer θ take twice the time and
# change the kNN accuracy by less than 0.001
EARLY_ITERATIONS = 150  # clusters pull apart
ITERATIONS = 300  # then they find their shape
THETA = 0.8  # how coarsely Barnes and Hut sum up what is far away
BARNES_HUT_POINTS = 20_000  # beyond, interpolation ("fft") is faster, and a sample comes first
SAMPLE = 5_000  # of more codes than that
EARLY_AFTER_SAMPLE = 75  # iterations: its islands are there already
ROUNDING = 1e-6  # of a number: less than that tells no code from another
TINY, HUGE = 1e-12, 1e6  # how far codes may reach so that their squares don't lose all digits
REPORT_EVERY = 10  # iterations between reports

OnStep = Callable[[int, np.ndarray], bool]
"""Called with the iteration and the positions (N, 2) so far; True stops and keeps them.

The iteration is 0 while a sample of many codes finds its places.
"""


def first_two_components(codes: np.ndarray) -> np.ndarray:
    """PCA of codes (N, d) to (N, 2) float32; what d or N is too small for is 0."""
    from sklearn.decomposition import PCA

    k = min(2, *codes.shape)
    with np.errstate(invalid="ignore"):  # equal codes have no variance to be shared out
        points = PCA(k, svd_solver="full").fit_transform(codes)
    return np.pad(points, ((0, 0), (0, 2 - k))).astype(np.float32)


def check_size(n: int, perplexity: float) -> None:
    """Raise Problem unless ``n`` images can be mapped, and with this perplexity."""
    if not MIN_POINTS <= n <= MAX_POINTS:
        raise Problem(
            N_("A map needs {low} to {limit} examples; there are {n}."),
            n=n,
            low=MIN_POINTS,
            limit=MAX_POINTS,
        )
    if not LOWEST_PERPLEXITY <= perplexity <= highest_perplexity(n):
        raise Problem(
            N_("The perplexity is {value}; with {n} examples it must be from {low} to {high}."),
            value=perplexity,
            low=LOWEST_PERPLEXITY,
            n=n,
            high=int(highest_perplexity(n)),
        )


def highest_perplexity(n: int) -> float:
    """What is possible with ``n`` codes: openTSNE takes three times as many neighbours of each."""
    return (n - 1) / 3


def check_differ(codes: np.ndarray) -> None:
    """Raise Problem when codes (N, d), finite numbers, are all the same."""
    if _spread(codes) == 0:
        raise Problem(
            N_(
                "All {n} codes are the same, so there is nothing to map. Choose other data, or a "
                "model that tells these apart."
            ),
            n=len(codes),
        )


def different(codes: np.ndarray) -> int:
    """How many different codes there are among codes (N, d), rounding errors left aside."""
    steps = np.rint(codes / max(_spread(codes), TINY) / (10 * ROUNDING))
    return len(np.unique(steps, axis=0))


def _spread(codes: np.ndarray) -> float:
    """How far codes (N, d) reach along their longest axis; 0 where only rounding errors do."""
    low, high = codes.min(0).astype(np.float64), codes.max(0).astype(np.float64)
    spread = float((high - low).max())
    return spread if spread > ROUNDING * max(float(abs(low).max()), float(abs(high).max())) else 0.0


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
    """t-SNE positions, float32 (N, 2), of codes (N, d), finite numbers, by openTSNE.

    van der Maaten and Hinton (2008); Poličar, Stražar and Zupan, openTSNE, JSS 109 (2024).
    ``perplexity`` is roughly the number of neighbours that count, 2 to (N - 1) / 3. Raises Problem
    when there are too few or too many codes, when the perplexity doesn't fit them and when all are
    the same.
    """
    check_size(len(codes), perplexity)
    check_differ(codes)
    if not TINY < _spread(codes) < HUGE:
        codes = (codes / _spread(codes)).astype(np.float32)  # a map doesn't depend on the scale
    if codes.shape[1] == 1:  # PCA, from which t-SNE starts, needs two numbers
        codes = np.pad(codes, ((0, 0), (0, 1)))
    return _tsne(codes, perplexity, seed, on_step)


def _tsne(codes: np.ndarray, perplexity: float, seed: int, on_step: OnStep) -> np.ndarray:
    """The same, of codes (N, d), d > 1, that have been checked."""
    from openTSNE import TSNE

    optimizer = TSNE(perplexity=perplexity, random_state=seed, n_jobs=-1, theta=THETA)
    if _spread(codes) == 0:  # a sample's may all be the same; PCA has no axis for them
        optimizer.initialization = "random"
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

    few_placed = _tsne(codes[few], min(perplexity, highest_perplexity(len(few))), seed, moved)
    start: np.ndarray = few_placed[nearest]
    pool.shutdown(wait=False)
    if stopped or search is None:
        return start
    distances, neighbours = search.result()
    affinities = PerplexityBasedNN(
        knn_index=PrecomputedNeighbors(neighbours, distances), perplexity=perplexity, n_jobs=-1
    )
    # what stands in one place would stay together; and t-SNE starts small
    size = start.std() or 1.0  # 0 where the whole sample has one code
    apart = np.random.default_rng(seed).normal(0, 0.01 * size, start.shape)
    small = (start + apart) * (1e-4 / size)
    optimizer.negative_gradient_method = "fft"
    return _optimized(
        optimizer.prepare_initial(affinities=affinities, initialization=small), on_step
    )
