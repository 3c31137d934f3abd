"""What can be measured of a digit's strokes: how far it leans, how thick they are."""

import numpy as np
from numpy.typing import NDArray


def slant(images: np.ndarray) -> NDArray[np.float64]:
    """How far the top of each image leans to the right, per height: (N,), the tangent of an angle.

    ``images`` (N, 1, H, W), uint8 or float, light ink on black. From the second moments of the ink
    about its centre of mass, as digits are straightened by them (e.g. LeCun et al., "Gradient-Based
    Learning Applied to Document Recognition", Proc. IEEE 86, 1998). 0 without ink.
    """
    ink = images[:, 0].astype(np.float64)
    mass = np.maximum(ink.sum((1, 2)), 1e-12)

    def mean(values: np.ndarray) -> np.ndarray:
        """Over the ink of each image: (1 or N, H, W) -> (N, 1, 1)."""
        found: np.ndarray = (ink * values).sum((1, 2)) / mass
        return found[:, None, None]

    down, across = np.indices((1, *ink.shape[1:]))[1:]
    y, x = down - mean(down), across - mean(across)
    lean: NDArray[np.float64] = -mean(x * y) / np.maximum(
        mean(y * y), 1e-12
    )  # rows count downwards
    return lean[:, 0, 0]


def thickness(images: np.ndarray) -> NDArray[np.float64]:
    """How thick the strokes of each image are on average, in pixels: (N,). 0 without ink.

    ``images`` (N, 1, H, W), uint8 0…255 or float 0…1, light ink on black. A stroke of length l and
    thickness t has l·t of ink and edges of 2·l; the edges' length is the image's total variation.
    """
    ink = images[:, 0].astype(np.float64) / (255 if images.dtype == np.uint8 else 1)
    framed = np.pad(ink, ((0, 0), (1, 1), (1, 1)))
    down, across = np.diff(framed, axis=1)[:, :, :-1], np.diff(framed, axis=2)[:, :-1]
    edges = np.hypot(down, across).sum((1, 2))
    found: NDArray[np.float64] = 2 * ink.sum((1, 2)) / np.maximum(edges, 1e-12)
    return found


def sheared(images: np.ndarray, lean: float) -> NDArray[np.uint8]:
    """Images (N, C, H, W), uint8, whose tops lean further to the right by ``lean`` per height.

    Each row moves as a whole, the middle one stays; black comes in from the sides.
    """
    height, width = images.shape[2:]
    rows = np.arange(height)[:, None]
    moved = np.arange(width) - lean * (height // 2 - rows)  # where each pixel comes from
    left = np.floor(moved).astype(int)
    share = moved - left
    padded = np.pad(images.astype(np.float32), ((0, 0), (0, 0), (0, 0), (1, 1)))
    near, far = (padded[:, :, rows, (left + step + 1).clip(0, width + 1)] for step in (0, 1))
    found: NDArray[np.uint8] = (near * (1 - share) + far * share).round().astype(np.uint8)
    return found
