"""The shipped family of one model in many sizes: the same layers around 1 to 256 numbers."""

import json
from dataclasses import dataclass
from pathlib import Path

from aecore import checkpoint
from aecore.messages import N_, Problem

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)
FOLDER = checkpoint.SHIPPED / "inside"
FIGURES = checkpoint.SHIPPED / "inside.json"  # what benchmarks/inside.py --keep found


def models() -> dict[int, Path]:
    """The checkpoint of each size."""
    return {size: FOLDER / f"dial-{size}.safetensors" for size in SIZES}


@dataclass(frozen=True)
class Errors:
    """Mean squared errors on MNIST's 10,000 test digits, images in 0…1: of the model and of PCA of
    each of SIZES, and of the mean image, for which no number is needed."""

    model: tuple[float, ...]
    pca: tuple[float, ...]
    mean_image: float

    def crossing(self) -> int | None:
        """The smallest size from which on PCA is never worse; None where it is at the largest."""
        better = [
            size
            for size, ours, straight in zip(SIZES, self.model, self.pca, strict=True)
            if straight > ours
        ]
        beyond = [size for size in SIZES if not better or size > better[-1]]
        return beyond[0] if beyond else None


def errors(path: Path = FIGURES) -> Errors:
    """The figures as they were measured. Raises Problem for a damaged file."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["dial"]
        rows = [found["sizes"][str(size)] for size in SIZES]
        return Errors(
            tuple(float(row["mse"]) for row in rows),
            tuple(float(row["pca_mse"]) for row in rows),
            float(found["mean_image_mse"]),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Problem(
            N_("The file “{name}” is damaged. Install the app again."), name=path.name
        ) from error
