"""What Reconstruct shows as files: pictures, the error of each image, and codes."""

from collections.abc import Iterator, Sequence

import numpy as np

from pages.reconstruct.copies import Copies
from ui import saving
from ui.i18n import _
from ui.subject import Subject


def offer(chosen: Subject, copies: Sequence[Copies]) -> None:
    """A row of buttons for these images and what coders make of them."""
    heads = ("image", "class", *(f"MSE {each.coder.name}" for each in copies))

    def rows() -> Iterator[tuple[object, ...]]:
        for n, name in enumerate(chosen.classes):
            yield n + 1, name, *(f"{each.mse[n]:.6g}" for each in copies)

    def codes() -> dict[str, np.ndarray]:
        return {each.coder.name: each.codes for each in copies}

    saving.offer(
        "reconstruct",
        saving.pictures(
            "pictures", _("Pictures"), lambda: [chosen.pixels, *(each.x_hat for each in copies)]
        ),
        saving.table("errors", _("Errors"), heads, rows),
        saving.arrays("codes", _("Codes"), codes),
    )
