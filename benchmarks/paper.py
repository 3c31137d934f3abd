"""Photographs of handwriting on paper, made of real digits: for measuring and for tests.

What a phone does to a sheet: light that falls off towards one corner, the grain of paper and
sensor, a little blur, a hand that holds it askew. The digits are MNIST's, enlarged to strokes with
sharp edges, so that nothing of their grey levels is left to be found again.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

WIDTH, HEIGHT = 800, 600
MARGIN = 20  # pixels of paper around a digit, at least
COLUMNS = 5  # digits in a row of a page
PAPER, INK = (185, 215), (25, 70)  # grey levels, from and to
GRADIENT = 50  # grey levels, ± from corner to corner
GRAIN, TEXTURE = (3.0, 8.0), 3.0  # grey levels: of each pixel, and in patches of a few
BLUR = (0.5, 1.6)  # pixels
TILT = 8  # degrees, either way
RULING = 0.25  # of the ink's contrast: what is printed on lined and squared paper


@dataclass(frozen=True, eq=False)
class Written:
    """A photograph and, in reading order, where the middle (x, y) of each digit on it is."""

    image: Image.Image
    places: tuple[tuple[float, float], ...]


def photograph(digit: NDArray[np.uint8], rng: np.random.Generator, ruling: str = "") -> Written:
    """One digit, uint8 (28, 28), at 20 to 45 % of the height, somewhere on the paper.

    ``ruling``: "", "lined" or "squared".
    """
    ink = np.zeros((HEIGHT, WIDTH))
    stroke = strokes(digit, rng.uniform(0.2, 0.45) * HEIGHT, rng.uniform(-TILT, TILT))
    height, width = stroke.shape
    top = rng.integers(MARGIN, HEIGHT - MARGIN - height)
    left = rng.integers(MARGIN, WIDTH - MARGIN - width)
    ink[top : top + height, left : left + width] = stroke
    return Written(taken(ink, rng, ruling), ((left + width / 2, top + height / 2),))


def page(digits: NDArray[np.uint8], rng: np.random.Generator, ruling: str = "") -> Written:
    """A sheet held upright with digits, uint8 (N, 28, 28), in rows, none quite on its line."""
    ink = np.zeros((2 * HEIGHT, 2 * HEIGHT * 3 // 4))
    rows = -(-len(digits) // COLUMNS)
    down, across = ink.shape[0] / (rows + 0.4), ink.shape[1] / (COLUMNS + 0.4)
    usual = 0.55 * min(across, down)
    places = []
    for n, digit in enumerate(digits):
        stroke = strokes(digit, usual * rng.uniform(0.85, 1.15), rng.uniform(-TILT, TILT))
        height, width = stroke.shape
        row, column = divmod(n, COLUMNS)
        x, y = (column + 0.7) * across, (row + 0.7) * down
        x, y = np.array([x, y]) + rng.uniform(-0.08, 0.08, 2) * usual
        top, left = round(y - height / 2), round(x - width / 2)
        ink[top : top + height, left : left + width] = stroke
        places.append((float(x), float(y)))
    return Written(taken(ink, rng, ruling), tuple(places))


def strokes(digit: NDArray[np.uint8], height: float, tilt: float) -> NDArray[np.float64]:
    """A digit's ink (H, W), 0…1, enlarged to that height and turned by ``tilt`` degrees."""
    rows, columns = np.flatnonzero(digit.any(1)), np.flatnonzero(digit.any(0))
    cut = digit[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = height / len(cut)
    large = Image.fromarray(np.pad(cut, 2)).resize(
        (round(scale * (cut.shape[1] + 4)), round(scale * (len(cut) + 4))),
        Image.Resampling.BICUBIC,
    )
    turned = large.rotate(tilt, Image.Resampling.BICUBIC, expand=True)
    # where the grey levels of a smooth enlargement pass the middle, there a stroke ends
    return np.clip((np.asarray(turned, float) - 127) / 40 + 0.5, 0, 1)


def taken(ink: NDArray[np.float64], rng: np.random.Generator, ruling: str = "") -> Image.Image:
    """The photograph of a sheet with that ink (H, W), 0…1, on it."""
    height, width = ink.shape
    paper, pen = rng.uniform(*PAPER), rng.uniform(*INK)
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    corner = rng.choice([-1, 1], 2)
    light = GRADIENT * (corner[0] * x + corner[1] * y) / 2
    patches = ndimage.gaussian_filter(rng.normal(size=ink.shape), 4)
    texture = TEXTURE * patches / patches.std()
    # ink does not lie evenly
    pressed = ink * (1 - 0.15 * rng.uniform() * (1 + np.sin(x * 9 + y * 7)) / 2)
    printed = np.zeros(ink.shape)
    step = round(height / 24)
    if ruling:
        printed[step // 2 :: step] = printed[step // 2 + 1 :: step] = RULING
    if ruling == "squared":
        printed[:, step // 2 :: step] = printed[:, step // 2 + 1 :: step] = RULING
    seen = paper + light + texture - (paper - pen) * np.maximum(pressed, printed)
    blurred = ndimage.gaussian_filter(seen, rng.uniform(*BLUR))
    grain = rng.normal(0, rng.uniform(*GRAIN), ink.shape)
    return Image.fromarray(np.clip(blurred + grain, 0, 255).astype(np.uint8))
