"""How likely each of the 256 grey levels is, pixel by pixel, from what a decoder knows already.

It knows the pixels before this one, line by line, and the picture that the code gives. The
features of a pixel and its network are exact (see exact.py), and so are the probabilities made
from them: both sides of the entropy coder find the very same.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from aecore.compression.exact import INPUT, ExactLayer, run

GREYS = 256
MARGIN = 3  # pixels of black around the image
# (row, column) of the pixels that are known already, from this one; the first are its neighbours
KNOWN = (
    *((0, -1), (0, -2), (-1, 0), (-1, -1), (-1, 1), (-2, 0)),
    *((0, -3), (-1, -3), (-1, -2), (-1, 2), (-1, 3)),
    *((-2, -2), (-2, -1), (-2, 1), (-2, 2), (-3, -1), (-3, 0), (-3, 1)),
)
NEIGHBOURS = 6
SPECIAL = (0, 251, 252, 253, 254, 255)  # black, and the whites, of which an image has its own
AROUND = tuple((row, column) for row in range(-2, 3) for column in range(-2, 3))
NEAR = tuple((row, column) for row in range(-1, 2) for column in range(-1, 2))
VISIBLE = 4  # grey levels of a decoded pixel from which on there may be a stroke

OCTAVE = 16  # steps of a logit that double a probability
ONE = 2**16  # the weight of the likeliest grey level
# 2^16 · 2^(-steps / 16); from 17 octaves on it rounds to nothing, and 1 is kept for every level
WEIGHTS = np.array(
    [round(ONE * 2.0 ** (-steps / OCTAVE)) for steps in range(17 * OCTAVE)], np.int32
)
FEATURES = len(KNOWN) + NEIGHBOURS * len(SPECIAL) + 2 + len(AROUND)


def framed(pixels: np.ndarray) -> np.ndarray:
    """uint8 (N, H, W) with a margin of black, so that every pixel has all its neighbours."""
    return np.pad(pixels, ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN)))


def features(
    known: np.ndarray,
    decoded: np.ndarray,
    images: np.ndarray,
    rows: np.ndarray | int,
    columns: np.ndarray | int,
) -> np.ndarray:
    """float32 (n, FEATURES) of pixels, multiples of 1/256 in 0…1.

    ``known`` and ``decoded`` are framed images, uint8 (N, H + 6, W + 6); ``images`` (n,), ``rows``
    and ``columns`` say which pixels. Of ``known`` only what comes before these is looked at.
    """
    found = np.empty((len(images), FEATURES), np.float32)
    at = 0
    for row, column in KNOWN:
        found[:, at] = known[images, rows + (MARGIN + row), columns + (MARGIN + column)]
        at += 1
    for special in SPECIAL:
        found[:, at : at + NEIGHBOURS] = (found[:, :NEIGHBOURS] == special) * np.float32(255)
        at += NEIGHBOURS
    found[:, at], found[:, at + 1] = 8 * rows, 8 * columns
    at += 2
    for row, column in AROUND:
        found[:, at] = decoded[images, rows + (MARGIN + row), columns + (MARGIN + column)]
        at += 1
    found /= np.float32(INPUT)
    return found


def busy(known: np.ndarray, decoded: np.ndarray, row: int, column: int) -> np.ndarray:
    """bool (N,): whether anything but black is near a pixel; of all others one table is enough."""
    found = np.zeros(len(known), bool)
    for down, across in KNOWN:
        found |= known[:, row + MARGIN + down, column + MARGIN + across] > 0
    for down, across in NEAR:
        found |= decoded[:, row + MARGIN + down, column + MARGIN + across] > VISIBLE
    return found


@dataclass(frozen=True)
class Predictor:
    """The network over the features, and ``quiet`` (256,), how often each level was found in a
    training pixel that isn't ``busy``, plus 1."""

    layers: Sequence[ExactLayer]
    quiet: np.ndarray

    def busy_probabilities(self, x: np.ndarray) -> np.ndarray:
        """float32 (n, 256) for features (n, FEATURES); each row adds up to 1."""
        steps = np.floor(run(self.layers, x) * OCTAVE).astype(np.int32)
        below = steps.max(1, keepdims=True) - steps
        weights = 1 + WEIGHTS[np.minimum(below, len(WEIGHTS) - 1)]
        shares: np.ndarray = weights / weights.sum(1, keepdims=True)  # whole numbers below 2^53
        return shares.astype(np.float32)

    def quiet_probabilities(self) -> np.ndarray:
        """float32 (256,)."""
        shares: np.ndarray = self.quiet / self.quiet.sum(dtype=np.int64)
        return shares.astype(np.float32)


@dataclass(frozen=True)
class LevelDecoder:
    """From a code's levels to the picture that the predictor looks at, exactly.

    ``levels`` is how many steps a number of a code has, at most 256.
    """

    layers: Sequence[ExactLayer]
    levels: int
    side: int

    def __call__(self, levels: np.ndarray) -> np.ndarray:
        """uint8 (N, side, side) of whole numbers 0…levels - 1, (N, d)."""
        x = levels.astype(np.float32) * np.float32(INPUT // self.levels) / INPUT
        steps = np.floor(run(self.layers, x) * OCTAVE).clip(-STEEP, STEEP).astype(np.int32)
        grey: np.ndarray = GREY[steps + STEEP]
        return grey.reshape(-1, self.side, self.side)


STEEP = 127  # steps of 1/16: beyond them a picture is black or white
GREY = np.array(
    [round(255 / (1 + np.exp(-steps / OCTAVE))) for steps in range(-STEEP, STEEP + 1)], np.uint8
)
