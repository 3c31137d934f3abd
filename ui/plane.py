"""A plane of codes: its axes, what is decoded from it, and the test images on it."""

import io
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from math import erf, prod, sqrt
from pathlib import Path
from statistics import NormalDist
from typing import Literal

import numpy as np
import streamlit as st

from aecore import checkpoint
from aecore.checkpoint import Card
from aecore.data import Images
from aecore.messages import Problem
from ui import cache, figures, images
from ui.i18n import _

Spacing = Literal["linear", "quantile"]

FAR = 4.0  # how far a point may be moved where the axis has no end
MOST_PIXELS = 4_000_000  # of all tiles together
MOST_TILES = 30  # a side
LEAST_TILES = 5
DOTS = 1000  # pixels a side of the picture of points
NORMAL = NormalDist()


@dataclass(frozen=True)
class Axis:
    """Where a value lies on an axis of the picture, as a share 0…1 of its length.

    "linear": from -reach to reach. "quantile": equal steps hold equal shares of a normal
    distribution, so the axis has no end and ``reach`` means nothing.
    """

    spacing: Spacing
    reach: float

    @property
    def limit(self) -> float:
        """How far from zero a point may be moved."""
        return self.reach if self.spacing == "linear" else FAR

    def share(self, values: np.ndarray) -> np.ndarray:
        """Shares 0…1 of values; outside of it for what the picture doesn't show."""
        if self.spacing == "linear":
            return (values / self.reach + 1) / 2
        cumulative: np.ndarray = np.vectorize(lambda v: (1 + erf(v / sqrt(2))) / 2, "d")(values)
        return cumulative

    def middles(self, n: int) -> np.ndarray:
        """The values in the middle of n equal tiles (n,)."""
        shares = (np.arange(n) + 0.5) / n
        if self.spacing == "linear":
            return (2 * shares - 1) * self.reach
        return np.array([NORMAL.inv_cdf(share) for share in shares])

    def ticks(self) -> list[float]:
        """The values to write beside the axis."""
        if self.spacing == "quantile":
            return [-2, -1, -0.5, 0, 0.5, 1, 2]
        step = 0.5 if self.reach <= 1.5 else 1.0
        steps = int(self.reach / step)
        return [k * step for k in range(-steps, steps + 1)]


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane among the codes: code = centre + spread · position on the axes.

    A variational model's plane is that of its prior, so there centre is 0 and spread 1; any other
    is ``measured`` in standard deviations of the test images' codes. ``decode`` takes codes (B, 2)
    to uint8 images (B, C, H, W); ``names`` are those of the two numbers; ``key`` tells it from all
    others; ``holes``: nothing in the training kept its codes together.
    """

    key: str
    shape: tuple[int, int, int]
    decode: Callable[[np.ndarray], np.ndarray]
    codes: Callable[[], np.ndarray] | None
    centre: np.ndarray
    spread: np.ndarray
    names: tuple[str, str]
    measured: bool
    holes: bool

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

    def image(self, x: float, y: float) -> np.ndarray:
        """The image at a place of the plane, uint8 (C, H, W)."""
        drawn: np.ndarray = self.decode(self.centre + self.spread * np.array([[x, y]]))[0]
        return drawn


def of_model(path: Path, card: Card, shown: Images | None) -> Plane:
    """The plane of a checkpoint whose codes have two numbers. Raises Problem."""
    from aecore import evaluation
    from aecore.models import Variational

    model, _card = cache.model(path)
    key = checkpoint.digest(path)
    holes = not isinstance(model, Variational)
    if holes and shown is not None:  # where its plane lies depends on whose codes are measured
        key += "-".join(str(part) for part in identity(shown))

    def codes() -> np.ndarray:
        assert shown is not None
        return _codes(key, *identity(shown), lambda x: evaluation.encode(model, x), shown.pixels)

    return _plane(
        key,
        card.image_shape,
        lambda z: evaluation.decode(model, z),
        None if shown is None else codes,
        ("z₁", "z₂"),
        measured=holes,
        holes=holes,
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

    def codes() -> np.ndarray:
        return _codes("pca", *identity(shown), lambda x: pca.encode(x / 255, 2), shown.pixels)

    def decode(z: np.ndarray) -> np.ndarray:
        flat = (pca.decode(z.astype(np.float32)).clip(0, 1) * 255).round().astype(np.uint8)
        return flat.reshape(-1, *card.image_shape)

    names = (_("1st principal component"), _("2nd principal component"))
    key = f"pca {identity(shown)}"
    return _plane(key, card.image_shape, decode, codes, names, measured=True, holes=False)


def _plane(
    key: str,
    shape: tuple[int, int, int],
    decode: Callable[[np.ndarray], np.ndarray],
    codes: Callable[[], np.ndarray] | None,
    names: tuple[str, str],
    measured: bool,
    holes: bool,
) -> Plane:
    if codes is None or not measured:
        return Plane(key, shape, decode, codes, np.zeros(2), np.ones(2), names, False, holes)
    z = codes()
    # a dead axis, on which all codes agree, has no spread
    spread = np.maximum(z.std(0), 1e-6)
    return Plane(key, shape, decode, codes, z.mean(0), spread, names, True, holes)


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


def grid(plane: Plane, axis: Axis, n: int) -> str:
    """The picture of n×n tiles, the second axis upwards, as a data: address."""
    return _grid(plane.key, axis, n, plane)


@st.cache_data(max_entries=64, show_spinner=False)
def _grid(key: str, axis: Axis, n: int, _plane: Plane) -> str:
    middles = axis.middles(n)
    across, up = np.meshgrid(middles, middles[::-1])
    z = _plane.centre + _plane.spread * np.stack([across.ravel(), up.ravel()], 1)
    tiles = _plane.decode(z)
    channels, height, width = _plane.shape
    # (n², C, H, W) -> (C, n·H, n·W)
    rows = tiles.reshape(n, n, channels, height, width).transpose(2, 0, 3, 1, 4)
    return images.png_uri(rows.reshape(channels, n * height, n * width))


def dots(plane: Plane, axis: Axis, shown: Images) -> str:
    """The test images as points in the colours of their classes, as a data: address.

    Transparent elsewhere; it lies over the picture of ``grid``.
    """
    return _dots(plane.key, axis, *identity(shown), plane, shown.labels)


@st.cache_data(max_entries=16, show_spinner=False)
def _dots(
    key: str,
    axis: Axis,
    data: str,
    changed: int,
    decoded: bool,
    _plane: Plane,
    _labels: np.ndarray | None,
) -> str:
    from PIL import Image

    positions = _plane.positions()
    if positions is None:
        return ""
    shares = axis.share(positions)
    places = np.floor(shares * DOTS).astype(int)
    # drawn in a fixed random order, so that no class always lies on top
    order = np.random.default_rng(0).permutation(len(places))
    inside = order[((places[order] >= 0) & (places[order] < DOTS)).all(1)]
    colour = np.full(len(places), 1) if _labels is None else 1 + _labels % 10
    canvas = np.zeros((DOTS + 4, DOTS + 4), np.uint8)  # 0 is transparent
    x, y = places[inside, 0] + 2, DOTS - 1 - places[inside, 1] + 2
    for dx, dy in _DISC:
        canvas[y + dy, x + dx] = colour[inside]
    picture = Image.fromarray(canvas[2:-2, 2:-2], "P")
    palette = [figures.class_colour(label) for label in range(10)]
    flat = [int(colour[i : i + 2], 16) for colour in palette for i in (1, 3, 5)]
    picture.putpalette([0, 0, 0, *flat])
    file = io.BytesIO()
    picture.save(file, "PNG", transparency=0)
    return "data:image/png;base64," + b64encode(file.getvalue()).decode()


_DISC = [(dx, dy) for dx in range(-2, 3) for dy in range(-2, 3) if dx * dx + dy * dy <= 5]
