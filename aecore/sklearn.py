"""An autoencoder as scikit-learn knows transformers: for its pipelines, searches and tables.

``AutoencoderTransformer("vae", latent_dim=2, random_state=0).fit_transform(X)`` gives a code of two
numbers for each row of ``X``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, prod, sqrt
from typing import Any, Self

import numpy as np
import torch
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils import check_array, check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from aecore import evaluation, parallel
from aecore.data import Images, Shape
from aecore.data.shards import Shards
from aecore.models import Autoencoder, Config, build, check_names, to_input
from aecore.recipe import Recipe, usual_batch_size, usual_epochs
from aecore.seeds import HIGHEST
from aecore.training.loop import fit

AT_ONCE = 250  # images, where all of them need not lie in memory as floats


class AutoencoderTransformer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Codes of rows or images, by any family of MODELS, trained by the recipe and loop of all.

    What it takes as ``X``:

    - a table, float (N, n_features) in any unit, as all of scikit-learn's transformers do. Each
      column is brought to 0…1 by the least and the largest value that ``fit`` sees; later values
      outside count as the nearer of the two. A row becomes a picture of one channel, as nearly
      square as can be, at least 4×4, with zeros after the last number: rows of 784 numbers are
      images of 28×28 again, for families that look at neighbouring pixels;
    - a stack of images, (N, H, W) or (N, C, H, W) with 1 to 4 channels, sides of 4 to 512 pixels,
      uint8 in 0…255 or float in 0…1;
    - a split of a data set, ``aecore.data.load("mnist", "train")``, larger than memory or not. A
      cross-validation, which takes rows apart, is given its ``pixels``.

    What it is made of, all checked by ``fit``:

    - ``family``: a name in MODELS, "deep" unless told. A class-conditional one is told no classes;
    - ``latent_dim``: how many numbers a code has, 1 to 256 (conv: 4096);
    - ``settings``: the family's own, by name, such as ``{"beta": 4.0}`` or ``{"widths": (64,)}``;
    - ``epochs`` 1…10000 and ``batch_size`` 2…65536: None for as many as move the weights about
      2,000 times, and for a power of two up to 256 that makes at least eight batches;
    - ``learning_rate`` above 0 up to 1, None for the family's own; ``weight_decay`` 0…1;
    - ``corruption``, a name in CORRUPTIONS, with strengths up to ``strength`` 0…1: what is done to
      the input while it learns to give back the undamaged (Vincent et al., "Extracting and
      Composing Robust Features with Denoising Autoencoders", ICML 2008);
    - ``random_state``: an int decides weights, order and noise, so that the same machine gives the
      same codes; None or a NumPy ``RandomState`` as elsewhere in scikit-learn.

    What it has learned: ``model_``, the Autoencoder, on the processor so that it can be pickled for
    any machine; ``loss_curve_``, what each epoch's batches lost on average, in nats per image;
    ``mean_`` (n_features_in_,), the training data's, in 0…1; ``n_features_in_``, and
    ``feature_names_in_`` where the columns have names.

    All methods compute with 32-bit numbers. They raise ValueError for data that don't fit, as
    scikit-learn's own do, Problem for a family, setting or recipe outside its range, and
    scikit-learn's NotFittedError before ``fit``.
    """

    def __init__(
        self,
        family: str = "deep",
        latent_dim: int = 32,
        *,
        settings: dict[str, Any] | None = None,
        epochs: int | None = None,
        batch_size: int | None = None,
        learning_rate: float | None = None,
        weight_decay: float = 0.0,
        corruption: str = "none",
        strength: float = 0.0,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.family = family
        self.latent_dim = latent_dim
        self.settings = settings
        self.epochs = epochs
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.weight_decay = weight_decay
        self.corruption = corruption
        self.strength = strength
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Train a new model on at least two rows or images; ``y`` is not looked at."""
        images = self._learn_form(X)
        n, seed = len(images), int(check_random_state(self.random_state).randint(HIGHEST))
        recipe = Recipe(
            epochs=usual_epochs(n) if self.epochs is None else _plain(self.epochs),
            batch_size=usual_batch_size(n) if self.batch_size is None else _plain(self.batch_size),
            learning_rate=self.learning_rate,
            weight_decay=self.weight_decay,
            corruption=self.corruption,
            strength=self.strength,
            seed=seed,
            precision="float32",  # a probe of what is faster would not repeat
        )
        settings = {name: _plain(value) for name, value in (self.settings or {}).items()}
        check_names(self.family, settings)
        settings |= {"latent_dim": _plain(self.latent_dim), "image_shape": self._form.shape}
        with torch.random.fork_rng(devices=[]):  # what others draw from it stays as it was
            torch.manual_seed(seed)
            model = build(self.family, **settings).to(parallel.device())
        self.mean_ = self._mean(images)
        # nothing is kept aside for testing; some images tell of weights that are no numbers
        epochs = fit(model, images, images[:AT_ONCE], recipe)
        self.loss_curve_ = [_judged(model, epoch.train) for epoch in epochs]
        self.model_ = model.cpu()
        return self

    def transform(self, X: Any) -> np.ndarray:
        """Codes, float32 (N, latent_dim), of rows or images like those of ``fit``."""
        check_is_fitted(self)
        return evaluation.encode(self.model_, self._images(X))

    def inverse_transform(self, X: Any) -> np.ndarray:
        """What the model draws of codes (N, latent_dim), in the form and unit that ``fit`` was
        given: float32 (N, n_features), or images of that type (N, H, W) or (N, C, H, W)."""
        check_is_fitted(self)
        codes = check_array(X, dtype=np.float32)
        if codes.shape[1] != self._n_features_out:
            raise ValueError(
                f"X has {codes.shape[1]} numbers in a code, but {type(self).__name__} draws from "
                f"codes of {self._n_features_out}"
            )
        return self._form.given(evaluation.draw(self.model_, codes))

    def score(self, X: Any, y: Any = None) -> float:
        """The share of the variance in rows or images that goes through the code and back.

        R², over all numbers together after each is brought to 0…1: 1 is a perfect copy, 0 as good
        as the mean of the training data, less than 0 worse. ``y`` is not looked at.
        """
        check_is_fitted(self)
        lost = varies = 0.0
        for part in _parts(self._images(X)):
            copies = self._flat(evaluation.reconstruct(self.model_, part))
            originals = self._flat(to_input(part).numpy())
            lost += float(((originals - copies) ** 2).sum())
            varies += float(((originals - self.mean_) ** 2).sum())
        return 1 - lost / varies if varies else float(lost == 0)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.three_d_array = True
        tags.transformer_tags.preserves_dtype = ["float32"]
        return tags

    @property
    def _n_features_out(self) -> int:
        """How many numbers a code has, for ``get_feature_names_out``."""
        return int(self.model_.config.latent_dim)

    def _learn_form(self, X: Any) -> np.ndarray:
        """See whether these are rows or images, and of what kind; give them as the loop has it."""
        if _is_stack(X):
            if hasattr(self, "feature_names_in_"):  # of an earlier table
                del self.feature_names_in_
            self._form: _Table | _Stack = _Stack.of(X)
            self.n_features_in_ = prod(self._form.shape)
            images = self._form.images(X)
            if len(images) < 2:
                raise ValueError(f"there must be at least two images; n_samples={len(images)}")
            return images
        rows = validate_data(self, X, dtype=(np.float32, np.float64), ensure_min_samples=2)
        self._form = _Table.of(rows)
        return self._form.images(rows)

    def _images(self, X: Any) -> np.ndarray:
        """Rows or images like those of ``fit``, as a model is given them. Raises ValueError."""
        if isinstance(self._form, _Stack):
            return self._form.images(X)
        rows = validate_data(self, X, reset=False, dtype=(np.float32, np.float64))
        return self._form.images(rows)

    def _mean(self, images: np.ndarray) -> np.ndarray:
        sums = [self._flat(to_input(part).numpy()).sum(0, np.float64) for part in _parts(images)]
        mean: np.ndarray = (np.sum(sums, 0) / len(images)).astype(np.float32)
        return mean

    def _flat(self, images: np.ndarray) -> np.ndarray:
        """Images (N, C, H, W) as rows (N, n_features_in_), without what fills up a table's."""
        return images.reshape(len(images), -1)[:, : self.n_features_in_]


@dataclass(frozen=True)
class _Table:
    """Rows of numbers, and how they become images and rows again.

    ``low`` and ``span`` (n_features,): a column's least value, and how far it reaches from there.
    """

    low: np.ndarray
    span: np.ndarray

    @classmethod
    def of(cls, rows: np.ndarray) -> "_Table":
        """That of training rows (N, n_features)."""
        low = rows.min(0).astype(np.float64)
        with np.errstate(over="ignore"):
            span = rows.max(0) - low
        if not np.isfinite(span).all():
            raise ValueError("a column reaches too far: its largest less its least value is inf")
        return cls(low, span)

    @property
    def shape(self) -> Shape:
        """(1, H, W) of a row's image: as nearly square as can be."""
        n, least = len(self.low), Config.least_side
        width = max(least, ceil(sqrt(n)))
        return 1, max(least, ceil(n / width)), width

    def images(self, rows: np.ndarray) -> np.ndarray:
        """float32 (N, 1, H, W) in 0…1 of rows (N, n_features)."""
        inside = rows.clip(self.low, self.low + self.span)
        scaled = (inside - self.low) / np.where(self.span, self.span, 1)
        images = np.zeros((len(rows), prod(self.shape)), np.float32)
        images[:, : scaled.shape[1]] = scaled
        return images.reshape(-1, *self.shape)

    def given(self, images: np.ndarray) -> np.ndarray:
        """Rows, float32 (N, n_features), of images (N, 1, H, W) in 0…1."""
        flat = images.reshape(len(images), -1)[:, : len(self.low)]
        rows: np.ndarray = (flat * self.span + self.low).astype(np.float32)
        return rows


@dataclass(frozen=True)
class _Stack:
    """Images: ``shape`` (C, H, W), whether uint8 or float, and whether they came as (N, H, W)."""

    shape: Shape
    whole_numbers: bool
    without_channels: bool

    @classmethod
    def of(cls, stack: Images | np.ndarray) -> "_Stack":
        """That of training images."""
        pixels = stack.pixels if isinstance(stack, Images) else stack
        channels, (height, width) = pixels.shape[1:-2], pixels.shape[-2:]
        return cls((*channels, height, width) if channels else (1, height, width),
                   pixels.dtype == np.uint8, not channels)  # fmt: skip

    def images(self, stack: Any) -> np.ndarray:
        """uint8, or float32 in 0…1, (N, C, H, W) of a stack of that shape. Raises ValueError."""
        if isinstance(stack, Images):
            stack = stack.pixels
        elif not _is_stack(stack):
            raise ValueError(f"expected are images like those of fit, of shape {self.shape}")
        if stack.ndim == 3:
            stack = stack[:, None]
        if stack.shape[1:] != self.shape:
            raise ValueError(f"images have the shape {stack.shape[1:]}, those of fit {self.shape}")
        if stack.dtype == np.uint8:  # PyTorch wants to be able to write
            writeable = isinstance(stack, Shards) or stack.flags.writeable
            same: np.ndarray = stack if writeable else stack.copy()
            return same
        if stack.dtype.kind != "f" or not ((stack >= 0) & (stack <= 1)).all():
            raise ValueError(
                "images are uint8 in 0…255 or floats in 0…1; divide others by their largest value"
            )
        pixels: np.ndarray = stack.astype(np.float32)
        return pixels

    def given(self, images: np.ndarray) -> np.ndarray:
        """Images (N, C, H, W) in 0…1 as they came to ``fit``."""
        if self.whole_numbers:
            images = (images * 255).round().astype(np.uint8)
        return images[:, 0] if self.without_channels else images


def _is_stack(X: Any) -> bool:
    return isinstance(X, Images) or isinstance(X, np.ndarray) and X.ndim in (3, 4)


def _parts(images: np.ndarray) -> Iterator[np.ndarray]:
    for start in range(0, len(images), AT_ONCE):
        yield images[start : start + AT_ONCE]


def _judged(model: Autoencoder, terms: dict[str, float]) -> float:
    """The one number that the terms by which a family is judged come to in an epoch."""
    judged = {name: torch.tensor(terms[name]) for name in model.judged_by}
    return float(model.objective(judged))


def _plain(value: Any) -> Any:
    """A Python number in place of NumPy's: searches draw their settings from arrays."""
    return value.item() if isinstance(value, np.generic) else value
