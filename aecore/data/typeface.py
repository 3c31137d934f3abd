"""Digits of typefaces, drawn in MNIST's form with any slant, width and weight.

Each digit is kept as its signed distance field, how far inside or outside the ink a place is
(after C. Green, "Improved Alpha-Tested Magnification for Vector Textures and Special Effects",
SIGGRAPH 2007), so that a stroke grows by moving the threshold.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from scipy.ndimage import distance_transform_edt, map_coordinates

from aecore.handwriting import BOX, PIXELS

# Pillow looks for them where each system keeps its fonts. Debian's first, then those of Windows and
# macOS. Each is one design of digits: an oblique of a sans is only its slant, which is varied here.
FILES = (
    *(f"DejaVu{name}.ttf" for name in (
        "Sans", "Sans-Bold", "Sans-ExtraLight", "SansCondensed", "SansMono", "SansMono-Bold",
        "Serif", "Serif-Bold", "Serif-Italic", "SerifCondensed")),
    *(f"Liberation{name}.ttf" for name in (
        "Sans-Regular", "Sans-Bold", "SansNarrow-Regular", "Mono-Regular", "Mono-Bold",
        "Serif-Regular", "Serif-Bold", "Serif-Italic", "Serif-BoldItalic")),
    *("arial.ttf", "times.ttf", "timesi.ttf", "georgia.ttf", "verdana.ttf", "cour.ttf",
      "comic.ttf", "segoepr.ttf"),
    *("Arial.ttf", "Times New Roman.ttf", "Times New Roman Italic.ttf", "Georgia.ttf",
      "Verdana.ttf", "Courier New.ttf", "Comic Sans MS.ttf", "Bradley Hand Bold.ttf"),
)  # fmt: skip
SIZE = 64  # points in which a digit is looked at
FIELD = 112  # a side of its distance field, in the same dots
AT_ONCE = 2000  # images
THINNEST = 0.4  # of a digit's thinnest strokes so much stays


@dataclass(frozen=True, eq=False)
class Glyph:
    """A digit of a typeface; lengths are in heights of the digit.

    field: (FIELD, FIELD), how far each dot is inside the ink; outside it is negative.
    dots: how many of them the digit is high. middle: row and column of its centre of mass.
    outline: (K, 2), down and across, the outermost places of each row seen from there.
    thin: half of what its thinnest strokes measure.
    """

    field: NDArray[np.float32]
    dots: int
    middle: NDArray[np.float64]
    outline: NDArray[np.float64]
    thin: float


@cache
def fonts() -> dict[str, ImageFont.FreeTypeFont]:
    """The fonts that are on this machine by their names, always the same order.

    Pillow's own, Aileron, is there where no other is.
    """
    own = ImageFont.load_default(SIZE)
    assert isinstance(own, ImageFont.FreeTypeFont)
    found = [own]
    for file in FILES:
        try:
            found.append(ImageFont.truetype(file, SIZE))
        except OSError:  # not on this machine
            continue
    return {" ".join(map(str, font.getname())): font for font in found}


@cache
def glyphs(font: str) -> tuple[Glyph, ...]:
    """The ten digits, 0 to 9, of one of ``fonts``."""
    return tuple(_glyph(fonts()[font], str(digit)) for digit in range(10))


def _glyph(font: ImageFont.FreeTypeFont, digit: str) -> Glyph:
    canvas = Image.new("L", (FIELD, FIELD))
    ImageDraw.Draw(canvas).text((FIELD / 2, FIELD / 2), digit, 255, font, anchor="mm")
    ink = np.asarray(canvas) > 127
    rows = np.flatnonzero(ink.any(1))
    dots = int(rows[-1] - rows[0] + 1)
    away = distance_transform_edt(ink) - distance_transform_edt(~ink)
    inside = np.argwhere(ink)
    middle = inside.mean(0)
    ends = [(row, column) for row in rows for column in np.flatnonzero(ink[row])[[0, -1]]]
    ridge = ink & (away >= _highest_around(away))
    thin = float(np.quantile(away[ridge], 0.1)) / dots
    field = (away / dots).astype(np.float32)
    return Glyph(field, dots, middle, (np.array(ends) - middle) / dots, thin)


def _highest_around(away: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of each place's four neighbours the highest."""
    around = [np.roll(away, step, axis) for step in (-1, 1) for axis in (0, 1)]
    highest: NDArray[np.float64] = np.max(around, axis=0)
    return highest


def draw(
    shapes: Sequence[Glyph],
    slant: NDArray[np.floating],
    width: NDArray[np.floating],
    weight: NDArray[np.floating],
) -> NDArray[np.uint8]:
    """Digits in MNIST's form, uint8 (N, 1, 28, 28), light on dark, an image each.

    ``slant`` (N,): how far the top leans to the right, in heights; ``width`` (N,): 1 is the font's
    own; ``weight`` (N,): by how much a stroke is thicker, in heights; below 0 thinner, as far as
    the digit stays whole.
    """
    found = [
        _draw(shapes[i : i + AT_ONCE], *(each[i : i + AT_ONCE] for each in (slant, width, weight)))
        for i in range(0, len(shapes), AT_ONCE)
    ]
    return np.concatenate(found)


def _draw(
    shapes: Sequence[Glyph],
    slant: NDArray[np.floating],
    width: NDArray[np.floating],
    weight: NDArray[np.floating],
) -> NDArray[np.uint8]:
    kept = list(dict.fromkeys(shapes))
    place = {shape: n for n, shape in enumerate(kept)}
    which = np.array([place[shape] for shape in shapes])
    fields = np.stack([shape.field for shape in kept])
    dots = np.array([shape.dots for shape in shapes])[:, None]
    middle_row, middle_column = np.array([shape.middle for shape in shapes]).T[..., None]
    thinner = np.array([-(1 - THINNEST) * shape.thin for shape in shapes])
    grown = np.maximum(weight / 2, thinner)[:, None]
    lean, stretch = slant[:, None], width[:, None]
    # the box that the ink just fits, from the outermost places
    longest = max(len(shape.outline) for shape in kept)
    outlines = np.stack([np.resize(shape.outline, (longest, 2)) for shape in shapes])
    down, across = outlines[..., 0], outlines[..., 1] * stretch - outlines[..., 0] * lean
    spans = [np.ptp(each, axis=1, keepdims=True) + 2 * grown for each in (down, across)]
    scale = BOX / np.maximum(*spans)  # pixels to a height
    # where each pixel lies on its glyph: (N, 784)
    y, x = (at.ravel() / scale for at in np.indices((PIXELS, PIXELS)) - PIXELS // 2)
    rows, columns = y * dots + middle_row, (x + y * lean) / stretch * dots + middle_column
    layers = np.broadcast_to(which[:, None], rows.shape)
    away = map_coordinates(fields, [layers, rows, columns], order=1, mode="nearest")
    ink = (0.5 + scale * (away + grown)).clip(0, 1)
    pixels: NDArray[np.uint8] = (ink * 255).round().astype(np.uint8)
    return pixels.reshape(-1, 1, PIXELS, PIXELS)
