"""A plane of codes: where real images lie on it, and what is decoded from it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import prod, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Literal

import numpy as np
import streamlit as st

from aecore.checkpoint import Card
from aecore.data import Images, Shape
from aecore.messages import N_, Problem
from ui import cache, coder
from ui.coder import Coder
from ui.i18n import _

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
    spread 1; any other is ``measured`` in standard deviations of the test images' codes. ``shape``
    is that of an image, ``shown`` are the test images, None without these; ``names`` are those of
    the two numbers; ``key`` tells it from all others; ``note`` says what kept its codes together in
    the training, or that nothing did. ``spreads`` is what ``posterior`` asks.
    """

    key: str
    shape: Shape
    coder: Coder
    shown: Images | None
    centre: np.ndarray
    spread: np.ndarray
    names: tuple[str, str]
    measured: bool
    note: str
    spreads: Callable[[np.ndarray], np.ndarray | None] | None = None

    def most_tiles(self) -> int:
        """How many tiles a side can be drawn without keeping people waiting."""
        fitting = int(sqrt(MOST_PIXELS / prod(self.shape)))
        return min(MOST_TILES, max(LEAST_TILES + 1, fitting))

    def axis_names(self) -> tuple[str, str]:
        """The axes' names, with the unit if they have one."""
        words = _("{axis}, in standard deviations") if self.measured else "{axis}"
        first, second = (words.format(axis=name) for name in self.names)
        return first, second

    @cached_property
    def positions(self) -> np.ndarray:
        """Where the test images lie, (N, 2) on the axes; (0, 2) without images."""
        found: np.ndarray = (self.codes - self.centre) / self.spread
        return found

    @property
    def codes(self) -> np.ndarray:
        """The codes of the test images, (N, 2); (0, 2) without images."""
        return np.zeros((0, 2)) if self.shown is None else _codes(self.coder, self.shown)

    def position_of(self, image: np.ndarray) -> np.ndarray:
        """Where an image, uint8 (C, H, W), lies: (2,) on the axes."""
        position: np.ndarray = (self.coder.encode(image[None])[0] - self.centre) / self.spread
        return position

    def posterior(self, pixels: np.ndarray) -> np.ndarray | None:
        """Standard deviations (N, 2), on the axes, of the distributions that the encoder predicts
        for images uint8 (N, C, H, W); None where a code is a point."""
        sigmas = None if self.spreads is None else self.spreads(pixels)
        return None if sigmas is None else sigmas / self.spread

    def images(self, positions: np.ndarray) -> np.ndarray:
        """The images at places (B, 2) on the axes, uint8 (B, C, H, W)."""
        drawn = self.coder.decode(self.centre + self.spread * positions)
        pixels: np.ndarray = (drawn.clip(0, 1) * 255).round().astype(np.uint8)
        return pixels


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


def test_images(card: Card) -> Images | None:
    """The test images to draw as points, if there are any of the model's shape."""
    try:
        return cache.images_for(card)
    except Problem:
        return None


def of_model(path: Path, card: Card, shown: Images | None) -> Plane:
    """The plane of a checkpoint whose codes have two numbers. Raises Problem."""
    from aecore import evaluation

    model = cache.model(path)[0]
    together = model.kept_together_by()
    return _plane(
        coder.of_model(card.name, path),
        card.image_shape,
        shown,
        ("z₁", "z₂"),
        measured=together is None,
        note=HOLES if together is None else together,
        spreads=lambda pixels: evaluation.posterior_spread(model, pixels),
    )


def of_pca(card: Card, shown: Images | None) -> Plane | None:
    """The plane of the first two principal components of the images a model learned from.

    None where these are not on this machine or have another shape.
    """
    if shown is None or shown.dataset != card.dataset:
        return None
    pca = coder.rival(card)
    if pca is None or pca.latent_dim < 2:
        return None
    names = (_("1st principal component"), _("2nd principal component"))
    return _plane(pca, card.image_shape, shown, names, measured=True, note="")


def _plane(
    coder: Coder,
    shape: Shape,
    shown: Images | None,
    names: tuple[str, str],
    measured: bool,
    note: str,
    spreads: Callable[[np.ndarray], np.ndarray | None] | None = None,
) -> Plane:
    key, centre, spread = coder.key, np.zeros(2), np.ones(2)
    if shown is not None:  # where the codes lie, and the plane of measured ones, depend on it
        key += "-".join(str(part) for part in cache.identity(shown))
        if measured:
            codes = _codes(coder, shown)
            # a dead axis, on which all codes agree, has no spread
            centre, spread = codes.mean(0), np.maximum(codes.std(0), 1e-6)
    measured = measured and shown is not None
    return Plane(key, shape, coder, shown, centre, spread, names, measured, note, spreads)


def _codes(coder: Coder, shown: Images) -> np.ndarray:
    return _kept_codes(coder.key, *cache.identity(shown), coder, shown.pixels)


@st.cache_resource(max_entries=16, show_spinner=False)
def _kept_codes(
    key: str, data: str, changed: int, decoded: bool, _coder: Coder, _pixels: np.ndarray
) -> np.ndarray:
    return _coder.encode(_pixels)
