"""What Latent plane shows as files: codes of the test images, the tiles, and the page itself."""

from collections.abc import Iterator

import numpy as np

from aecore.data import dataset
from pages.plane.place import Spacing
from pages.plane.plane import Plane, tile_positions
from ui import saving
from ui.i18n import _


def offer(plane: Plane, spacing: Spacing, n: int) -> None:
    """A row of buttons."""
    files = [saving.pictures("tiles", _("Tiles"), lambda: _tiles(plane, spacing, n))]
    shown = plane.shown
    if shown is not None:
        heads = ("image", "class", "code 1", "code 2")
        files += [
            saving.table("codes", _("Codes"), heads, lambda: _rows(plane)),
            saving.arrays("codes", _("Codes"), lambda: _arrays(plane)),
        ]
    saving.offer("plane", *files, home=saving.Home("plane", plane.key))


def _tiles(plane: Plane, spacing: Spacing, n: int) -> list[np.ndarray]:
    drawn = plane.images(tile_positions(spacing, n))
    return [drawn[start : start + n] for start in range(0, len(drawn), n)]


def _rows(plane: Plane) -> Iterator[tuple[object, ...]]:
    assert plane.shown is not None
    names, labels = dataset(plane.shown.dataset).classes, plane.shown.labels
    for i, (first, second) in enumerate(plane.codes.tolist()):
        name = "" if labels is None else names[int(labels[i])]
        yield i, name, f"{first:.6g}", f"{second:.6g}"


def _arrays(plane: Plane) -> dict[str, np.ndarray]:
    assert plane.shown is not None
    found = {"codes": plane.codes}
    if plane.shown.labels is not None:
        found["labels"] = plane.shown.labels
    sigmas = plane.posterior(plane.shown.pixels)
    if sigmas is not None:
        found["sigmas"] = sigmas * plane.spread
    return found
