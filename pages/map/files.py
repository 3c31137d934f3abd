"""What Map shows as files: where the images lie, their codes, and the page itself."""

from collections.abc import Iterator

import numpy as np

from pages.map.shown import ShownMap
from ui import saving
from ui.i18n import _
from ui.saving import File


def offer(one: ShownMap, positions: np.ndarray) -> None:
    """A row of buttons; ``positions`` (N, 2) are those on the screen."""
    everything = np.arange(len(positions))
    saving.offer(
        "map",
        places("positions", _("Positions"), one, everything, positions),
        saving.arrays("codes", _("Positions and codes"), lambda: _arrays(one, positions)),
        home=saving.Home("map", one.content),
    )


def places(name: str, label: str, one: ShownMap, which: np.ndarray, positions: np.ndarray) -> File:
    """Number, class and place of each of these points of a map."""
    heads = ("image", "class", "x", "y")
    return saving.table(name, label, heads, lambda: _rows(one, which, positions))


def _rows(one: ShownMap, which: np.ndarray, positions: np.ndarray) -> Iterator[tuple[object, ...]]:
    for i, (x, y) in zip(which.tolist(), positions[which].tolist(), strict=True):
        name = "" if one.labels is None else one.name_of(int(one.labels[i]))
        yield i if one.ids is None else int(one.ids[i]), name, f"{x:.6g}", f"{y:.6g}"


def _arrays(one: ShownMap, positions: np.ndarray) -> dict[str, np.ndarray]:
    found = {"positions": positions, "codes": one.map.codes}
    if one.labels is not None:
        found["labels"] = one.labels
    return found if one.ids is None else {**found, "images": one.ids}
