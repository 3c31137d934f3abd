"""Codes in two dimensions: PCA, t-SNE, and maps as files."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from aecore import checkpoint
from aecore.messages import N_, Problem
from aecore.neighbours import Misplaced

if TYPE_CHECKING:
    from openTSNE import TSNE, TSNEEmbedding

MAP = checkpoint.SHIPPED / "map.safetensors"
SHIPPED_PCA = checkpoint.SHIPPED / "pca.safetensors"
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
KINDS = {
    "map": N_("a map"),
    "moving": N_("a map in the making"),
    "pca": N_("principal components"),
    "bench": N_("three maps"),
}
REPORT_EVERY = 10  # iterations between reports

OnStep = Callable[[int, np.ndarray], bool]
"""Called with the iteration and the positions (N, 2) so far; True stops and keeps them.

The iteration is 0 while a sample of many codes finds its places.
"""


@dataclass(frozen=True)
class PrincipalComponents:
    """PCA of images: the best straight-line code of every size up to its number of components.

    ``mean`` (D,) and ``components`` (k, D), orthonormal, for images in 0…1 with D pixels.
    """

    mean: np.ndarray
    components: np.ndarray

    @classmethod
    def fit(cls, pixels: np.ndarray, k: int = 256) -> Self:
        """PCA of uint8 images (N, C, H, W); at most k, N and D components."""
        from sklearn.decomposition import PCA

        flat = pixels.reshape(len(pixels), -1).astype(np.float32) / 255
        pca = PCA(min(k, *flat.shape), svd_solver="covariance_eigh").fit(flat)
        return cls(pca.mean_.astype(np.float32), pca.components_.astype(np.float32))

    def encode(self, images: np.ndarray, k: int) -> np.ndarray:
        """Codes (N, k) of images (N, C, H, W) in 0…1."""
        codes: np.ndarray = (images.reshape(len(images), -1) - self.mean) @ self.components[:k].T
        return codes

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """Flat images (N, D) of codes (N, k); straight lines may leave 0…1 a little."""
        images: np.ndarray = codes @ self.components[: codes.shape[1]] + self.mean
        return images

    def reconstruct(self, images: np.ndarray, k: int) -> np.ndarray:
        """Images (N, C, H, W) in 0…1 through k numbers and back; MSE 0.0168 for MNIST, k = 32."""
        return self.decode(self.encode(images, k)).reshape(images.shape)

    def save(self, path: Path) -> None:
        """Write as safetensors with 16-bit numbers. Raises OSError."""
        import torch

        tensors = {
            "mean": torch.from_numpy(self.mean),
            "components": torch.from_numpy(self.components),
        }
        checkpoint.write(path, tensors, {"format": 1, "kind": "pca"}, half=True)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read what ``save`` has written. Raises Problem."""
        tensors = read_tensors(path, "pca", {"mean": 1, "components": 2})
        return cls(tensors["mean"].astype(np.float32), tensors["components"].astype(np.float32))


@dataclass(frozen=True)
class Map:
    """Codes (N, d) float32, their t-SNE positions (N, 2) float32 and labels (N,) uint8.

    ``facts``: checkpoint, dataset, split, perplexity, seed, seconds, iterations, knn_accuracy and
    trustworthiness (10 neighbours, both 0…1), and the same two for PCA's positions. ``misplaced``
    is None in maps of older versions.
    """

    codes: np.ndarray
    positions: np.ndarray
    labels: np.ndarray
    facts: dict[str, Any]
    misplaced: Misplaced | None = None

    def save(self, path: Path) -> None:
        """Write as safetensors; codes with 16-bit numbers. Raises OSError."""
        import torch

        tensors = {
            "codes": torch.from_numpy(self.codes).half(),
            "positions": torch.from_numpy(self.positions),
            "labels": torch.from_numpy(self.labels),
        }
        if self.misplaced is not None:
            tensors["torn"] = torch.from_numpy(self.misplaced.torn)
            tensors["close"] = torch.from_numpy(self.misplaced.close)
        checkpoint.write(path, tensors, {"format": 1, "kind": "map", "facts": self.facts})


def load_map(path: Path = MAP) -> Map:
    """Read a map. Raises Problem for anything that is none."""
    dimensions = {"codes": 2, "positions": 2, "labels": 1, "torn": 1, "close": 1}
    tensors = read_tensors(path, "map", dimensions, optional=("torn", "close"))
    facts = checkpoint.read_header(path).ours["facts"]
    found = Misplaced(tensors["torn"], tensors["close"]) if "torn" in tensors else None
    codes = tensors["codes"].astype(np.float32)
    return Map(codes, tensors["positions"], tensors["labels"], facts, found)


@dataclass(frozen=True)
class MovingMap:
    """A map while t-SNE works on it: positions (N, 2) float32, labels (N,) uint8.

    ``facts``: dataset, split, images (that there are), points, seed, iteration, and ``sample``,
    how many find their places while the others stand where the nearest of these is, else 0.
    """

    positions: np.ndarray
    labels: np.ndarray
    facts: dict[str, Any]

    def save(self, path: Path) -> None:
        """Write as safetensors, positions with 16 bits in their square. Raises OSError."""
        import torch

        tensors = {
            "positions": torch.from_numpy(in_16_bits(self.positions)),
            "labels": torch.from_numpy(self.labels),
        }
        checkpoint.write(path, tensors, {"format": 1, "kind": "moving", "facts": self.facts})


def in_16_bits(positions: np.ndarray) -> np.ndarray:
    """Positions (N, 2) as uint16 in a square around them, their middle in its; one scale."""
    low, high = positions.min(0), positions.max(0)
    scale = 1 / max(float((high - low).max()), 1e-12)
    shares = (positions - (low + high) / 2) * scale + 0.5
    whole: np.ndarray = np.rint(shares * 65535).clip(0, 65535).astype(np.uint16)
    return whole


def load_moving(path: Path) -> MovingMap:
    """Read what t-SNE has written so far, positions in 0…65535. Raises Problem."""
    tensors = read_tensors(path, "moving", {"positions": 2, "labels": 1})
    facts = checkpoint.read_header(path).ours["facts"]
    return MovingMap(tensors["positions"].astype(np.float32), tensors["labels"], facts)


def read_tensors(
    path: Path, kind: str, dimensions: dict[str, int], optional: Sequence[str] = ()
) -> dict[str, np.ndarray]:
    """The tensors of a file of one of our KINDS, by name, each with so many dimensions.

    Raises Problem for a file of another kind, a damaged one, and a missing tensor that is not
    ``optional``.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    header = checkpoint.read_header(path)
    lengths = {name: len(shape) for name, shape in header.shapes.items()}
    absent = [name for name in optional if name not in lengths]
    expected = {name: n for name, n in dimensions.items() if name not in absent}
    if header.ours.get("kind") != kind or lengths != expected:
        raise Problem(
            N_("“{name}” doesn't hold {kind} of the Autoencoder Explorer."),
            name=path.name,
            kind=KINDS[kind],
        )
    try:
        return dict(load_file(path))
    except (SafetensorError, OSError) as error:
        raise Problem(N_("“{name}” is damaged."), name=path.name) from error


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
