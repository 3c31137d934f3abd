"""New, or copied? The known image that is nearest to a drawn one."""

from dataclasses import dataclass

import numpy as np

from aecore.pca import PrincipalComponents
from aecore.placing import Nearest

NUMBERS = 48  # principal components: few enough to look at 60,000 images at once
CLOSEST = 24  # by these, of which the pixels then tell the nearest


@dataclass(frozen=True)
class Match:
    """The nearest known images of M others: their places (M,) and distances (M,).

    Distances are Euclidean over pixels in 0…1: 0 for a copy; of two images of 28×28 at most 28.
    """

    places: np.ndarray
    distances: np.ndarray


class KnownImages:
    """Images that a model has learned from, ready to be asked which is nearest to others.

    Principal components find a few candidates; their pixels decide among them.
    """

    def __init__(self, pixels: np.ndarray, pca: PrincipalComponents) -> None:
        """``pixels``: uint8 (N, C, H, W); ``pca`` of images of this shape."""
        self.pixels = pixels
        self._pca = pca
        self._k = min(NUMBERS, len(pca.components))
        parts = (_unit(pixels[start : start + 5000]) for start in range(0, len(pixels), 5000))
        self._nearest = Nearest(np.concatenate([pca.encode(part, self._k) for part in parts]))

    def nearest(self, images: np.ndarray) -> Match:
        """Of images (M, C, H, W), uint8 or float in 0…1, the nearest known ones."""
        asked = _unit(images)
        candidates, _ = self._nearest.of(self._pca.encode(asked, self._k), CLOSEST)
        apart = np.stack(
            [
                np.linalg.norm((_unit(self.pixels[row]) - one).reshape(len(row), -1), axis=1)
                for row, one in zip(candidates, asked, strict=True)
            ]
        )
        best = apart.argmin(1)
        rows = np.arange(len(asked))
        return Match(candidates[rows, best], apart[rows, best])


def _unit(images: np.ndarray) -> np.ndarray:
    if images.dtype == np.uint8:
        return images.astype(np.float32) / 255
    return images.astype(np.float32, copy=False)
