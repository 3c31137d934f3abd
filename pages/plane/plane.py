"""A plane of codes: where real images lie on it, and what is decoded from it."""

from collections.abc import Callable
from dataclasses import dataclass
from math import prod, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np
import streamlit as st

from aecore import checkpoint
from aecore.checkpoint import Card
from aecore.data import Images
from aecore.messages import N_, Problem
from ui import cache
from ui.i18n import _

if TYPE_CHECKING:
    from aecore.decoder_layers import DecoderLayers

Spacing = Literal["linear", "quantile"]

HOME = 3.0  # how far even axes reach in the first view
MOST_PIXELS = 4_000_000  # of all tiles together
MOST_TILES = 30  # a side
LEAST_TILES = 5
HOLES = N_(
    "Nothing in its training keeps this model's codes together, so its plane may have holes, where "
    "no image has its code."
)
FAR = 99  # percentile of the distances from a real code to its nearest


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane among the codes: code = centre + spread · position on the axes.

    Where a prior keeps codes together the plane is that of the prior, so there centre is 0 and
    spread 1; any other is ``measured`` in standard deviations of the test images' codes.
    ``decode`` takes codes (B, 2) to uint8 images (B, C, H, W), ``encode`` images to codes;
    ``layers`` gives the decoder for a browser, or raises Problem; ``codes`` are those of the test
    images, None without these;
    ``names`` are those of the two numbers; ``key`` tells it from all others; ``note``
    says what kept its codes together in the training, or that nothing did.
    """

    key: str
    shape: tuple[int, int, int]
    encode: Callable[[np.ndarray], np.ndarray]
    decode: Callable[[np.ndarray], np.ndarray]
    layers: Callable[[], "DecoderLayers"]
    codes: Callable[[], np.ndarray] | None
    centre: np.ndarray
    spread: np.ndarray
    names: tuple[str, str]
    measured: bool
    note: str

    def most_tiles(self) -> int:
        """How many tiles a side can be drawn without keeping people waiting."""
        fitting = int(sqrt(MOST_PIXELS / prod(self.shape)))
        return min(MOST_TILES, max(LEAST_TILES + 1, fitting))

    def axis_names(self) -> tuple[str, str]:
        """The axes' names, with the unit if they have one."""
        words = _("{axis}, in standard deviations") if self.measured else "{axis}"
        first, second = (words.format(axis=name) for name in self.names)
        return first, second

    def positions(self) -> np.ndarray | None:
        """Where the test images lie, (N, 2) on the axes; None without images."""
        return None if self.codes is None else (self.codes() - self.centre) / self.spread

    def position_of(self, image: np.ndarray) -> np.ndarray:
        """Where an image, uint8 (C, H, W), lies: (2,) on the axes."""
        position: np.ndarray = (self.encode(image[None])[0] - self.centre) / self.spread
        return position

    def images(self, positions: np.ndarray) -> np.ndarray:
        """The images at places (B, 2) on the axes, uint8 (B, C, H, W)."""
        drawn: np.ndarray = self.decode(self.centre + self.spread * positions)
        return drawn


def tile_positions(spacing: Spacing, n: int) -> np.ndarray:
    """The middles of the first view's n×n tiles, (n², 2) on the axes, from the top left on."""
    shares = (np.arange(n) + 0.5) / n
    if spacing == "linear":
        middles = (2 * shares - 1) * HOME
    else:
        middles = np.array([NormalDist().inv_cdf(share) for share in shares])
    across, up = np.meshgrid(middles, middles[::-1])
    return np.stack([across.ravel(), up.ravel()], 1)


def far_from_all(positions: np.ndarray) -> float:
    """The distance beyond which a place counts as far from all real codes (N, 2).

    Of 100 real codes, 99 have another one nearer than that.
    """
    from sklearn.neighbors import NearestNeighbors

    if len(positions) < 2:
        return 0.0
    distances, _places = NearestNeighbors(n_neighbors=2).fit(positions).kneighbors(positions)
    return float(np.percentile(distances[:, 1], FAR))


def typical(positions: np.ndarray) -> np.ndarray:
    """The one of these places (N, 2) that is nearest to their median, (2,)."""
    middle = np.median(positions, axis=0)
    place: np.ndarray = positions[((positions - middle) ** 2).sum(1).argmin()]
    return place


def of_model(path: Path, card: Card, shown: Images | None) -> Plane:
    """The plane of a checkpoint whose codes have two numbers. Raises Problem."""
    from aecore import decoder_layers, evaluation

    model, _card = cache.model(path)
    key = checkpoint.digest(path)
    together = model.kept_together_by()
    if shown is not None:  # where the codes lie, and the plane of measured ones, depend on it
        key += "-".join(str(part) for part in identity(shown))

    def encode(pixels: np.ndarray) -> np.ndarray:
        return evaluation.encode(model, pixels)

    def codes() -> np.ndarray:
        assert shown is not None
        return _codes(key, *identity(shown), encode, shown.pixels)

    return _plane(
        key,
        card.image_shape,
        encode,
        lambda z: evaluation.decode(model, z),
        lambda: decoder_layers.of_model(model),
        None if shown is None else codes,
        ("z₁", "z₂"),
        measured=together is None,
        note=HOLES if together is None else together,
    )


def of_pca(card: Card, shown: Images | None) -> Plane | None:
    """The plane of the first two principal components of the images a model learned from.

    None where these are not on this machine or have another shape.
    """
    if shown is None or shown.dataset != card.dataset:
        return None
    try:
        pca = cache.pca(card.dataset)
    except Problem:
        return None
    if len(pca.mean) != prod(card.image_shape) or len(pca.components) < 2:
        return None

    def encode(pixels: np.ndarray) -> np.ndarray:
        return pca.encode(pixels / 255, 2)

    def codes() -> np.ndarray:
        return _codes("pca", *identity(shown), encode, shown.pixels)

    def decode(z: np.ndarray) -> np.ndarray:
        flat = (pca.decode(z.astype(np.float32)).clip(0, 1) * 255).round().astype(np.uint8)
        return flat.reshape(-1, *card.image_shape)

    def layers() -> "DecoderLayers":
        from aecore import decoder_layers

        return decoder_layers.of_pca(pca, 2, card.image_shape)

    names = (_("1st principal component"), _("2nd principal component"))
    key = f"pca {identity(shown)}"
    made = (encode, decode, layers, codes, names)
    return _plane(key, card.image_shape, *made, measured=True, note="")


def _plane(
    key: str,
    shape: tuple[int, int, int],
    encode: Callable[[np.ndarray], np.ndarray],
    decode: Callable[[np.ndarray], np.ndarray],
    layers: Callable[[], "DecoderLayers"],
    codes: Callable[[], np.ndarray] | None,
    names: tuple[str, str],
    measured: bool,
    note: str,
) -> Plane:
    if codes is None or not measured:
        centre, spread = np.zeros(2), np.ones(2)
        made = (encode, decode, layers, codes, centre, spread, names)
        return Plane(key, shape, *made, measured=False, note=note)
    z = codes()
    # a dead axis, on which all codes agree, has no spread
    spread = np.maximum(z.std(0), 1e-6)
    made = (encode, decode, layers, codes, z.mean(0), spread, names)
    return Plane(key, shape, *made, measured=True, note=note)


def identity(shown: Images) -> tuple[str, int, bool]:
    """What tells these images from all others, for caches."""
    return shown.dataset, cache.changed(shown.dataset), shown.decoded


@st.cache_resource(max_entries=16, show_spinner=False)
def _codes(
    key: str,
    data: str,
    changed: int,
    decoded: bool,
    _encode: Callable[[np.ndarray], np.ndarray],
    _pixels: np.ndarray,
) -> np.ndarray:
    return _encode(_pixels)
