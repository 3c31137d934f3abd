"""Distributions of codes to draw from: the standard normal, a Gaussian, a mixture of Gaussians.

A decoder draws a digit that nobody wrote from a code that no image has. Which codes are likely is
what a prior says: a variational or adversarial model was made for N(0, I); of any other the
distribution of its codes is fitted afterwards (Ghosh et al., "From Variational to Deterministic
Autoencoders", ICLR 2020).
"""

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np

from aecore import checkpoint
from aecore.map_file import read_tensors
from aecore.messages import N_, Problem
from aecore.seeds import check_seed

Progress = Callable[[float], None]  # told the share 0…1 that is done; may raise to stop
EACH = 6  # components a class
FEWEST = 8  # images a component for each number: with fewer it learns single ones by heart
LEAST_VARIANCE = 1e-4  # added to every variance, in units of the codes' own
UNTOLD = -1  # the class of a component that stands for all
HOTTEST = 2.0  # temperature


@dataclass(frozen=True, eq=False)
class Prior:
    """A mixture of K Gaussians over codes of d numbers; one Gaussian is a mixture of one.

    ``weights`` (K,) sum to 1; ``means`` (K, d); ``factors`` (K, d, d) lower triangular, the
    Cholesky factors of the covariances; ``classes`` (K,) tell which class of images a component
    stands for, UNTOLD for all.
    """

    weights: np.ndarray
    means: np.ndarray
    factors: np.ndarray
    classes: np.ndarray

    @classmethod
    def standard(cls, d: int) -> Self:
        """N(0, I) of d numbers."""
        return cls(np.ones(1), np.zeros((1, d)), np.eye(d)[None], np.full(1, UNTOLD))

    @classmethod
    def gaussian(cls, codes: np.ndarray) -> Self:
        """The Gaussian with the mean and covariance of codes (N, d)."""
        return cls._mixture(codes, 1, 0, UNTOLD)

    @classmethod
    def gaussians(cls, codes: np.ndarray, labels: np.ndarray) -> Self:
        """A Gaussian for each class of codes (N, d) with labels (N,)."""
        return cls.mixture(codes, labels, 1)

    @classmethod
    def mixture(
        cls,
        codes: np.ndarray,
        labels: np.ndarray | None,
        each: int = EACH,
        seed: int = 0,
        progress: Progress | None = None,
    ) -> Self:
        """``each`` components for every class of codes (N, d), found by expectation–maximisation.

        Without labels (N,) one mixture for all, of three times as many. Of few images fewer
        components. Raises Problem for a bad seed, and what ``progress`` raises.
        """
        check_seed(seed)
        if labels is None:
            return cls._mixture(codes, 3 * each, seed, UNTOLD)
        parts = []
        kinds = np.unique(labels)
        for done, label in enumerate(kinds, 1):
            mine = labels == label
            if mine.sum() > 1:
                part = cls._mixture(codes[mine], each, seed, int(label))
                parts.append((part, mine.mean()))
            if progress:
                progress(done / len(kinds))
        return cls(
            np.concatenate([share * part.weights for part, share in parts]),
            np.concatenate([part.means for part, _ in parts]),
            np.concatenate([part.factors for part, _ in parts]),
            np.concatenate([part.classes for part, _ in parts]),
        )

    @classmethod
    def _mixture(cls, codes: np.ndarray, components: int, seed: int, label: int) -> Self:
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.mixture import GaussianMixture

        codes = codes.astype(np.float64)
        components = max(1, min(components, len(codes) // (FEWEST * codes.shape[1])))
        # codes of one model may be a hundred times as wide as those of another
        scale = max(float(codes.std()), 1e-6)
        found = GaussianMixture(
            components, reg_covar=LEAST_VARIANCE, random_state=seed, max_iter=60, tol=1e-2
        )
        with warnings.catch_warnings():  # a few steps are enough to draw from
            warnings.simplefilter("ignore", ConvergenceWarning)
            found.fit(codes / scale)
        factors = np.linalg.cholesky(found.covariances_) * scale
        return cls(found.weights_, found.means_ * scale, factors, np.full(components, label))

    @property
    def numbers(self) -> int:
        """How many a code has."""
        return int(self.means.shape[1])

    @property
    def tells_classes(self) -> bool:
        """Whether one may ask it for codes of a class."""
        return bool((self.classes != UNTOLD).all())

    def draw(
        self,
        n: int,
        seed: int,
        temperature: float = 1.0,
        asked: np.ndarray | None = None,
    ) -> np.ndarray:
        """Codes, float32 (n, d); of the classes ``asked`` (n,) if its components tell them.

        ``temperature`` 0…HOTTEST widens or narrows every Gaussian; at 0 only their means are
        drawn. The same seed draws the same directions at every temperature. Raises Problem for a
        bad seed.
        """
        check_seed(seed)
        random = np.random.default_rng(seed)
        lot, noise = random.random(n), random.standard_normal((n, self.numbers))
        chosen = np.empty(n, np.intp)
        told = self.tells_classes and asked is not None
        kinds = np.asarray(asked) if told else np.full(n, UNTOLD)
        for kind in np.unique(kinds):
            mine = np.flatnonzero(kinds == kind)
            open_to = np.flatnonzero(self.classes == kind) if told else np.arange(len(self.weights))
            if not len(open_to):
                raise Problem(N_("There is no class {label} among these codes."), label=int(kind))
            edges = self.weights[open_to].cumsum()
            at = np.searchsorted(edges / edges[-1], lot[mine], side="right")
            chosen[mine] = open_to[at.clip(max=len(open_to) - 1)]
        away = np.einsum("nij,nj->ni", self.factors[chosen], noise)
        codes: np.ndarray = (self.means[chosen] + temperature * away).astype(np.float32)
        return codes

    def log_density(self, codes: np.ndarray) -> np.ndarray:
        """ln p(z) in nats of codes (N, d): (N,)."""
        from scipy.linalg import solve_triangular
        from scipy.special import logsumexp

        terms = np.empty((len(codes), len(self.weights)))
        half = 0.5 * self.numbers * np.log(2 * np.pi)
        for k, (mean, factor) in enumerate(zip(self.means, self.factors, strict=True)):
            away = solve_triangular(factor, (codes - mean).T.astype(np.float64), lower=True)
            terms[:, k] = -half - np.log(np.diag(factor)).sum() - 0.5 * (away**2).sum(0)
        density: np.ndarray = logsumexp(terms + np.log(self.weights), axis=1)
        return density


def save_priors(path: Path, priors: Mapping[str, Prior], facts: Mapping[str, Any]) -> None:
    """Write several, each under its key, as one safetensors file with 16-bit numbers.

    ``facts`` say what they were fitted to. Raises OSError.
    """
    import torch

    tensors: dict[str, torch.Tensor] = {}
    for n, prior in enumerate(priors.values()):
        below = np.tril_indices(prior.numbers)
        parts = {
            "weights": prior.weights,
            "means": prior.means,
            "factors": prior.factors[:, below[0], below[1]],
            "classes": prior.classes.astype(np.int16),
        }
        tensors |= {f"{n}.{role}": torch.from_numpy(array) for role, array in parts.items()}
    kept = {**facts, "keys": list(priors)}
    checkpoint.write(path, tensors, {"format": 1, "kind": "priors", "facts": kept}, half=True)


def load_priors(path: Path) -> dict[str, Prior]:
    """Read what ``save_priors`` has written. Raises Problem."""
    facts = checkpoint.read_header(path).ours.get("facts")
    keys = facts.get("keys") if isinstance(facts, dict) else None
    damaged = Problem(N_("“{name}” is damaged."), name=path.name)
    if not isinstance(keys, list):
        raise damaged
    dimensions = {"weights": 1, "means": 2, "factors": 2, "classes": 1}
    expected = {f"{n}.{role}": size for n in range(len(keys)) for role, size in dimensions.items()}
    tensors = read_tensors(path, "priors", expected)
    if not all(np.isfinite(array).all() for array in tensors.values()):
        raise damaged
    found = {}
    for n, key in enumerate(keys):
        weights, means, below, classes = (tensors[f"{n}.{role}"] for role in dimensions)
        k, d = means.shape
        fits = weights.shape == classes.shape == (k,) and below.shape == (k, d * (d + 1) // 2)
        if not (fits and k and d and weights.min() >= 0 and weights.sum() > 0):
            raise damaged
        factors = np.zeros((k, d, d))
        rows, columns = np.tril_indices(d)
        factors[:, rows, columns] = below
        shares = weights.astype(float) / weights.astype(float).sum()
        found[str(key)] = Prior(shares, means.astype(float), factors, classes.astype(np.intp))
    return found
