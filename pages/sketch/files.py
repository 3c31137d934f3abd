"""What Sketch shows as files: the drawing, what a model makes of it, and its code."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ui import cache, coder, saving
from ui.coder import Coder
from ui.i18n import _


def offer(path: Path, image: np.ndarray) -> None:
    """A row of buttons for a drawing, uint8 (C, H, W), and the checkpoint at ``path``."""

    def model() -> Coder:
        return coder.of_model(cache.card(path).name, path)

    def both() -> list[np.ndarray]:
        return [np.stack([image / np.float32(255), model().reconstruct(image[None])[0]])]

    def code() -> Iterator[tuple[object, ...]]:
        return enumerate(model().encode(image[None])[0].tolist(), 1)

    saving.offer(
        "sketch",
        saving.pictures("drawing", _("Pictures"), both),
        saving.table("code", _("Codes"), ("number", "value"), code),
    )
