"""The melodies that the app shows without any tune on the machine: codes of a window of each test
tune and of some training tunes.

They are decoded where they are shown; the tunes themselves are not in the file.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from aecore import checkpoint
from aecore.map_file import read_tensors
from aecore.melodies.properties import PROPERTIES
from aecore.messages import N_, Problem

TUNES = checkpoint.SHIPPED / "music" / "tunes.safetensors"
_DIMENSIONS = {"codes": 2, "collections": 1, "axes": 2, "middle": 1, "directions": 2}


@dataclass(frozen=True, eq=False)
class Shown:
    """Codes of melodies, one of each tune.

    codes: float (N, d). collections: int (N,), an index into COLLECTIONS. middle: (d,), the mean
    code. axes: (2, d), the two directions in which codes differ most, of length 1. directions:
    (k, d), those of ``properties.directions`` for these codes.
    """

    codes: NDArray[np.floating]
    collections: NDArray[np.integer]
    axes: NDArray[np.floating]
    middle: NDArray[np.floating]
    directions: NDArray[np.floating]

    def __len__(self) -> int:
        return len(self.codes)

    @classmethod
    def of(
        cls,
        codes: NDArray[np.floating],
        collections: NDArray[np.integer],
        directions: NDArray[np.floating],
    ) -> Self:
        """Codes with their own two principal directions, and those of properties."""
        middle = codes.mean(0)
        _left, _sizes, axes = np.linalg.svd(codes - middle, full_matrices=False)
        return cls(codes, collections, axes[:2], middle, directions)

    def places(self) -> NDArray[np.floating]:
        """Where the codes lie on the plane of both directions, (N, 2)."""
        found: NDArray[np.floating] = (self.codes - self.middle) @ self.axes.T
        return found

    def save(self, path: Path = TUNES) -> None:
        """Write as safetensors with 16 bits a number. Raises OSError."""
        import torch

        tensors = {name: torch.from_numpy(getattr(self, name)) for name in _DIMENSIONS}
        path.parent.mkdir(exist_ok=True)
        checkpoint.write(path, tensors, {"format": 1, "kind": "tunes"}, half=True)

    @classmethod
    def load(cls, path: Path = TUNES) -> Self:
        """Read the file. Raises Problem for anything that is none."""
        found = read_tensors(path, "tunes", _DIMENSIONS)
        numbers = found["codes"].shape[1:]
        shapes = {
            "axes": (2, *numbers),
            "middle": numbers,
            "directions": (len(PROPERTIES), *numbers),
        }
        if any(found[name].shape != shape for name, shape in shapes.items()):
            raise Problem(N_("“{name}” is damaged."), name=path.name)
        return cls(**found)
