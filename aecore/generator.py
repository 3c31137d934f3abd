"""What draws digits: a model or PCA, with the distributions that its codes are drawn from."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aecore import checkpoint, data, evaluation
from aecore.data import Images, Shape
from aecore.models import Autoencoder
from aecore.pca import SHIPPED_PCA, PrincipalComponents
from aecore.priors import Prior, Progress, load_priors, save_priors

SHIPPED_PRIORS = checkpoint.SHIPPED / "generate" / "priors.safetensors"
STANDARD, GAUSSIAN, MIXTURE = "standard", "gaussian", "mixture"
PCA_NUMBERS = 32
FITTED = 20_000  # training digits whose codes distributions are fitted to


@dataclass(frozen=True, eq=False)
class Generator:
    """A decoder of codes with ``numbers`` numbers, and the encoder that belongs to it.

    ``encode`` takes images (N, C, H, W), uint8 or float32 in 0…1, and their classes (N,) to codes
    (N, numbers); ``decode`` takes codes and classes to images float32 in 0…1. Only a
    ``conditional`` model looks at the classes; None: it isn't told any. ``standard``: it was made
    so that its codes are like N(0, I). ``key`` tells it from all others.
    """

    key: str
    numbers: int
    conditional: bool
    standard: bool
    encode: Callable[[np.ndarray, np.ndarray | None], np.ndarray]
    decode: Callable[[np.ndarray, np.ndarray | None], np.ndarray]

    @property
    def ways(self) -> tuple[str, ...]:
        """What codes can be drawn from: STANDARD where it was made for that, and fitted ones."""
        return (STANDARD, GAUSSIAN, MIXTURE) if self.standard else (GAUSSIAN, MIXTURE)

    def fit(self, way: str, known: Images, progress: Progress | None = None) -> Prior:
        """The Gaussian of the codes of known images, or the mixture class by class, where they
        have classes."""
        codes = self.encode(known.pixels, known.labels)
        if way == GAUSSIAN:
            return Prior.gaussian(codes)
        return Prior.mixture(codes, known.labels, progress=progress)


def of_model(model: Autoencoder, key: str) -> Generator:
    """A model as what draws; ``key`` is its checkpoint's digest."""
    prior = getattr(model.config, "prior", "gaussian")  # of an adversarial one
    return Generator(
        key=key,
        numbers=model.config.latent_dim,
        conditional=model.conditional,
        standard=model.kept_together_by() is not None and prior == "gaussian",
        encode=lambda pixels, labels: evaluation.encode(model, pixels, labels),
        decode=lambda codes, labels: evaluation.draw(model, codes, labels),
    )


def of_pca(pca: PrincipalComponents, shape: Shape, numbers: int = PCA_NUMBERS) -> Generator:
    """The straight-line rival: the first principal components of images of this shape."""

    def encode(pixels: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
        unit = pixels.astype(np.float32) / 255 if pixels.dtype == np.uint8 else pixels
        return pca.encode(unit, numbers)

    def decode(codes: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
        drawn: np.ndarray = pca.decode(codes.astype(np.float32)).clip(0, 1)
        return drawn.reshape(-1, *shape)

    return Generator(f"pca {numbers}", numbers, False, False, encode, decode)


def shipped_prior(key: str, way: str, path: Path = SHIPPED_PRIORS) -> Prior | None:
    """The fitted distribution that comes with the app for a shipped model's codes, if it does.

    Raises Problem where the file is damaged.
    """
    if not path.is_file():
        return None
    return load_priors(path).get(f"{key} {way}")


def make_priors() -> None:
    """Fit a Gaussian and a mixture to the codes of every model of digits that is shipped."""
    known = data.load("mnist", "train").take(slice(0, FITTED))
    generators = [of_pca(PrincipalComponents.load(SHIPPED_PCA), known.shape)]
    for path in checkpoint.shipped().values():
        card = checkpoint.describe(path)
        if card.dataset == "mnist" and card.corruption == "none":
            model, _ = checkpoint.load(path)
            generators.append(of_model(model, checkpoint.digest(path)))
    fitted = {
        f"{one.key} {way}": one.fit(way, known)
        for one in generators
        for way in one.ways
        if way != STANDARD
    }
    save_priors(SHIPPED_PRIORS, fitted, {"dataset": "mnist", "images": FITTED})
