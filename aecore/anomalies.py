"""How strange images are: scores of autoencoders, and their rivals.

A score is fitted to normal images alone and gives every image a number: the higher, the stranger::

    strangeness = SCORES["pca"].fit(Normal(train.pixels))
    print(detection.auroc(strangeness(normal), strangeness(strange)))
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, TypedDict

import numpy as np

from aecore.checkpoint import SHIPPED
from aecore.messages import N_, Problem
from aecore.pca import PrincipalComponents
from aecore.registry import Registry

if TYPE_CHECKING:
    from aecore.models import Autoencoder

ONE_CLASS = SHIPPED / "anomalies"  # autoencoders that know one digit each
FIGURES = SHIPPED / "anomalies.json"  # what benchmarks/anomalies.py --keep found
BLUR = 1 / 28  # of an image's side: σ of the blur before images are compared
RESERVE = 0.1  # of the normal images' mean ink: what an empty image counts as
GAUSSIANS = 5  # of the mixture on the codes
CODE_WEIGHT = 0.3  # of the code beside the error, both in standard deviations
PCA_NUMBERS = 32
NEIGHBOURS = 5  # whose mean distance is the kNN score
LOF_NEIGHBOURS = 20
FITTED = 7000  # normal images at most that a rival is fitted to, for its time grows faster
SVM_OUTSIDE = 0.1  # share of the normal images that its border may leave out
SVM_FITTED = 2000  # its time grows with the square; with all of them its area is the same
FLOOR = 0.01  # of a Gaussian's variance, where all codes together have 1
TINY = 1e-12  # an error of zero has no logarithm

Strangeness = Callable[[np.ndarray], np.ndarray]
"""Takes images, uint8 (N, C, H, W), and gives each a number (N,): the higher, the stranger."""


@dataclass(frozen=True, eq=False)
class Normal:
    """Normal images, uint8 (N, C, H, W), two at least, and an autoencoder that was trained on such
    images, if there is one."""

    pixels: np.ndarray
    model: "Autoencoder | None" = None

    @cached_property
    def some(self) -> np.ndarray:
        """At most FITTED of them, evenly from all, as float32 (n, D) in 0…1."""
        return flat(self.pixels[evenly(len(self.pixels), FITTED)])

    def trained(self) -> "Autoencoder":
        """The autoencoder. Raises Problem where there is none."""
        if self.model is None:
            raise Problem(N_("This score needs an autoencoder. Train one on the normal images."))
        return self.model


class Score(NamedTuple):
    """A way to tell how strange images are; ``title`` and ``summary`` are words for people.

    ``fit`` learns what is normal; ``by_model``: an autoencoder does it. ``log``: its numbers are
    positive and spread over orders of magnitude, so that their logarithm makes the better axis.
    """

    title: str
    summary: str
    fit: Callable[[Normal], Strangeness]
    by_model: bool = False
    log: bool = False


def evenly(n: int, most: int) -> np.ndarray:
    """Places of at most so many of ``n`` images, evenly from all of them."""
    return np.linspace(0, n - 1, min(n, most)).round().astype(np.intp)


def flat(pixels: np.ndarray) -> np.ndarray:
    """uint8 images (N, C, H, W) as float32 (N, D) in 0…1."""
    return pixels.reshape(len(pixels), -1).astype(np.float32) / 255


def blurred(images: np.ndarray) -> np.ndarray:
    """Float images (N, C, H, W), blurred by a Gaussian whose σ is a pixel of 28."""
    from scipy.ndimage import gaussian_filter1d

    for axis in (2, 3):
        images = gaussian_filter1d(images, BLUR * images.shape[axis], axis, mode="constant")
    return images


def error_by_ink(pixels: np.ndarray, x_hat: np.ndarray, reserve: float) -> np.ndarray:
    """What blurred images and reconstructions differ by, squared and summed, for a unit of ink.

    ``pixels`` uint8 (N, C, H, W), ``x_hat`` float in 0…1 alike, ``reserve`` in pixels: ink that
    every image has beside its own. Gives (N,).
    """
    x = pixels / np.float32(255)
    error: np.ndarray = (blurred(x_hat - x) ** 2).sum((1, 2, 3)) / (x.sum((1, 2, 3)) + reserve)
    return error


def _by_error(normal: Normal) -> Strangeness:
    from aecore import evaluation, metrics

    model = normal.trained()
    return lambda pixels: metrics.mse(
        evaluation.reconstruct(model, pixels), pixels / np.float32(255)
    )


def _by_ink(normal: Normal) -> Strangeness:
    from aecore import evaluation

    model, reserve = normal.trained(), _reserve(normal)
    return lambda pixels: error_by_ink(pixels, evaluation.reconstruct(model, pixels), reserve)


def _reserve(normal: Normal) -> float:
    return max(RESERVE * float(normal.some.sum(1).mean()), TINY)


def _by_code(normal: Normal) -> Strangeness:
    """The error by ink and how rare the code is, each in standard deviations of normal images."""
    from sklearn.mixture import GaussianMixture

    from aecore import evaluation

    model, reserve = normal.trained(), _reserve(normal)
    codes = evaluation.encode(model, normal.pixels)
    evaluation.check_codes(codes)
    whiten = _whitening(codes)
    different = len(np.unique(codes, axis=0))
    mixture = GaussianMixture(min(GAUSSIANS, different), reg_covar=FLOOR, random_state=0)
    mixture.fit(whiten(codes))

    def parts(pixels: np.ndarray, codes: np.ndarray) -> np.ndarray:
        error = error_by_ink(pixels, evaluation.draw(model, codes), reserve)
        return np.stack([np.log(error + TINY), -mixture.score_samples(whiten(codes))])

    usual = parts(normal.pixels, codes)
    middle, spread = usual.mean(1, keepdims=True), usual.std(1, keepdims=True) + TINY

    def strangeness(pixels: np.ndarray) -> np.ndarray:
        error, rare = (parts(pixels, evaluation.encode(model, pixels)) - middle) / spread
        both: np.ndarray = error + CODE_WEIGHT * rare
        return both

    return strangeness


def _whitening(codes: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Moves and stretches codes (N, d) so that these have mean 0 and the identity as covariance.

    As far as they vary: directions in which they don't, of dead numbers, stay out of it.
    """
    middle = codes.mean(0, dtype=np.float64)
    variances, directions = np.linalg.eigh(np.cov(codes, rowvar=False).reshape(codes.shape[1], -1))
    alive = variances >= FLOOR**2 * variances.max()
    scale = directions[:, alive] / np.sqrt(np.maximum(variances[alive], TINY))
    return lambda z: (z - middle) @ scale


def _by_pca(normal: Normal) -> Strangeness:
    pca = PrincipalComponents.fit(normal.pixels, PCA_NUMBERS)

    def strangeness(pixels: np.ndarray) -> np.ndarray:
        x = flat(pixels)
        error: np.ndarray = ((pca.reconstruct(x, PCA_NUMBERS) - x) ** 2).mean(1)
        return error

    return strangeness


def _by_neighbours(normal: Normal) -> Strangeness:
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=min(NEIGHBOURS, len(normal.some))).fit(normal.some)

    def strangeness(pixels: np.ndarray) -> np.ndarray:
        distances: np.ndarray = near.kneighbors(flat(pixels))[0].mean(1)
        return distances

    return strangeness


def _by_lof(normal: Normal) -> Strangeness:
    from sklearn.neighbors import LocalOutlierFactor

    neighbours = min(LOF_NEIGHBOURS, len(normal.some) - 1)
    lof = LocalOutlierFactor(neighbours, novelty=True).fit(normal.some)
    return lambda pixels: -lof.score_samples(flat(pixels))


def _by_forest(normal: Normal) -> Strangeness:
    from sklearn.ensemble import IsolationForest

    forest = IsolationForest(random_state=0).fit(normal.some)
    return lambda pixels: -forest.score_samples(flat(pixels))


def _by_svm(normal: Normal) -> Strangeness:
    from sklearn.metrics.pairwise import rbf_kernel
    from sklearn.svm import OneClassSVM

    some = normal.some[evenly(len(normal.some), SVM_FITTED)]
    width = 1 / max(some.shape[1] * float(some.var()), TINY)
    svm = OneClassSVM(nu=SVM_OUTSIDE, gamma=width).fit(some)
    border, weights = svm.support_vectors_.astype(np.float32), svm.dual_coef_[0]

    def strangeness(pixels: np.ndarray) -> np.ndarray:
        # as svm.score_samples, whose kernel takes thirty times as long
        found: np.ndarray = -(rbf_kernel(flat(pixels), border, width) @ weights)
        return found

    return strangeness


SCORES: Registry[Score] = Registry(unknown=N_("There is no score “{name}”. There are: {known}."))
for _name, _score in {
    "code": Score(
        N_("Error and code"),
        N_("the error by ink together with how rare the code is among normal codes"),
        _by_code,
        by_model=True,
    ),
    "ink": Score(
        N_("Error by ink"),
        N_("what blurred image and reconstruction differ by, for each unit of ink"),
        _by_ink,
        by_model=True,
        log=True,
    ),
    "error": Score(
        N_("Error"),
        N_("the mean squared error of the reconstruction"),
        _by_error,
        by_model=True,
        log=True,
    ),
    "pca": Score(
        N_("PCA"),
        N_("the mean squared error of 32 principal components of the normal images"),
        _by_pca,
        log=True,
    ),
    "knn": Score(
        N_("kNN"),
        N_("the mean distance to the 5 nearest normal images"),
        _by_neighbours,
    ),
    "lof": Score(
        N_("LOF"),
        N_("how much sparser it is around the image than around its 20 nearest normal ones"),
        _by_lof,
        log=True,
    ),
    "forest": Score(
        N_("Isolation forest"),
        N_("how few random cuts separate the image from normal ones"),
        _by_forest,
    ),
    "svm": Score(
        N_("One-class SVM"),
        N_("how far the image is outside of a smooth border around normal ones"),
        _by_svm,
    ),
}.items():
    SCORES.add(_name, _score)


class Figures(TypedDict):
    """Areas under the ROC: of each score the ``mean`` over the digits; of each of the ``digits``
    and each score "auroc", "low" and "high" of its interval, and "seconds"."""

    mean: dict[str, float]
    digits: dict[str, dict[str, dict[str, float]]]


def figures() -> Figures | None:
    """What was measured with one digit normal and the others strange; None if it isn't here."""
    try:
        found: Figures = json.loads(FIGURES.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found
