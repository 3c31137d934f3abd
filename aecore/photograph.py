"""Digits in a photograph or scan of handwriting, brought to the form of MNIST's.

Paper is the tone around the ink, wherever the light falls; ink is what is clearly darker than the
paper at its own place (or lighter: chalk on a board). Parts that belong to one digit are joined,
and each digit is normalized as MNIST's authors did it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

from aecore.data.pictures import MAX_PIXELS, opened
from aecore.handwriting import BOX, PIXELS, Scan, normalized
from aecore.messages import N_, Problem

SIDE = 1600  # pixels: the longer side of what is looked at; a digit of a full page has 50
SMALLEST_SIDE = 60  # pixels: the shorter side of a picture that can hold a digit
MAX_DIGITS = 200

# The paper's tone is looked for on a coarse grid
CELLS = 100  # along the longer side
WIDEST_STROKE = 20  # cells: what is dark and narrower is not paper
SMOOTH = 4.0  # cells: light changes no faster
CONTRASTING = 0.005  # of the cells: those that differ most from what lies around are inked;
CHALK = 1.5  # they are light if light ones differ so many times as much as dark ones

# Contrasts, in shares of that between paper and the darkest ink. What is printed on lined and
# squared paper has about a quarter of it.
CORE = 0.55  # every stroke has so much somewhere,
EDGE = 0.35  # and goes on as far as there is so much;
SOLID = 0.65  # from here on it is white in MNIST's form, at EDGE it is black
DARKEST = 99.97  # per cent of the pixels are lighter than the darkest ink

FAINT = 0.1  # of the paper's tone: with less contrast it is no ink,
CLEAR = 6.0  # nor with less than so many times the grain of the paper
DARK = 60  # grey levels: paper is lighter, except a blackboard
CROWDED = 0.3  # of the picture: a sheet with writing on it has less ink

SMALLEST = 14  # pixels: the longer side of a digit
PART = 0.35  # of the usual digit's longer side: what is smaller is a part of one, or dirt,
DIRT = 0.06  # and what is smaller than this is dirt
GAP = 0.12  # of the same: parts of a digit are no further apart,
TALL = 1.75  # nor are they taller or wider together
LOW = 0.6  # of the usual height: what is as low as that may stand beside the rest of its digit
FLAT = 2.5  # no digit is so many times as wide as it is high
LONGEST = 0.9  # of the picture: what is longer is the edge of a sheet, or a printed line
THICKEST = 0.55  # of a digit's longer side: what is wider somewhere is no writing,
UNEVEN = 3.0  # nor what is wider than so many times the thickness of its strokes
STRANGE = 0.6  # of the ink in what is no digit: then the picture shows something else

# A stroke's thickness in the box of 20×20 pixels
THIN, USUAL = 1.5, 2.3  # 5 % of MNIST's digits have thinner ones; the median

_SMALL = N_(
    "The picture has {width}×{height} pixels; to find digits on paper it needs at least {least} "
    "a side. Take a larger photograph."
)
_NOTHING = N_(
    "No digit was found in the picture. Expected: dark digits on plain, light paper, with some "
    "paper around each. Come closer, or take a darker pen and more light."
)
_DARK = N_("The photograph is too dark to tell ink from paper. Take it again with more light.")
_STRANGE = N_(
    "This doesn’t look like digits on paper: most of what is dark is no writing. Expected: dark "
    "digits on plain, light paper. Photograph nothing but the paper."
)
_MANY = N_(
    "The picture holds {count} marks that might be digits; up to {most} are read. Photograph a "
    "part of the page."
)

Slices = tuple[slice, slice]


@dataclass(frozen=True, eq=False)
class Digit:
    """A digit that was found.

    pixels: uint8 (28, 28), light on dark, in MNIST's form. box: left, top, right, bottom in
    pixels of the picture, the last two just outside.
    """

    pixels: NDArray[np.uint8]
    box: tuple[int, int, int, int]

    def scan(self) -> Scan:
        """It alone, to be kept and sent as drawings are."""
        return Scan(self.pixels.tobytes())


def photograph(data: bytes, max_pixels: int = MAX_PIXELS) -> Image.Image:
    """The picture in a file: RGB, upright, its longer side at most SIDE pixels.

    Raises Problem for what is no picture, is damaged, or has more than ``max_pixels`` pixels.
    """
    image, _notes = opened(data, (SIDE // 2, SIDE // 2), max_pixels)
    image.thumbnail((SIDE, SIDE), Image.Resampling.BOX)
    return image


def digits_in(picture: Image.Image) -> list[Digit]:
    """The digits on a sheet of paper, in reading order.

    Raises Problem where there is none, where there are more than MAX_DIGITS, and where the
    picture is too small, too dark or shows something else.
    """
    if min(picture.size) < SMALLEST_SIDE:
        width, height = picture.size
        raise Problem(_SMALL, width=width, height=height, least=SMALLEST_SIDE)
    ink = _ink(np.asarray(picture.convert("L"), np.float32))
    edges = ndimage.label(ink > EDGE, np.ones((3, 3)))[0]
    parts = [
        _Part.of(n, box, edges)
        for n, box in enumerate(ndimage.find_objects(edges), 1)
        if ink[box].max(where=edges[box] == n, initial=0) > CORE
    ]
    whole = [part for part in parts if not part.is_cut(ink.shape)]
    writing = [part for part in whole if part.is_writing(ink.shape)]
    usual = _usual_size(writing)
    found = [
        digit
        for digit in _joined([part for part in writing if part.size >= DIRT * usual], usual)
        if digit.size >= max(SMALLEST, PART * usual) and digit.width < FLAT * digit.height
    ]
    area = sum(part.area for part in whole)
    if area > CROWDED * ink.size or sum(part.area for part in writing) < (1 - STRANGE) * area:
        raise Problem(_STRANGE)
    if not found:
        raise Problem(_NOTHING)
    if len(found) > MAX_DIGITS:
        raise Problem(_MANY, count=len(found), most=MAX_DIGITS)
    return [
        Digit(_in_mnist_form(each, edges, ink), each.bounds) for each in _in_reading_order(found)
    ]


def _ink(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """How much darker than the paper it lies on each pixel (H, W) is; the darkest ink is 1.

    Raises Problem where nothing is.
    """
    if _is_light_on_dark(grey):
        grey = 255 - grey
    paper = _paper(grey)
    contrast = (paper - ndimage.gaussian_filter(grey, 1)) / np.maximum(paper, DARK / 2)
    darkest = _tail(contrast)
    grain = 1.4826 * float(np.median(np.abs(contrast - np.median(contrast))))
    if darkest < max(FAINT, CLEAR * grain):
        raise Problem(_DARK if np.median(grey) < DARK else _NOTHING)
    return np.asarray(contrast / darkest, np.float32)


def _tail(values: NDArray[np.float32]) -> float:
    return float(np.percentile(values, DARKEST))


def _coarse(grey: NDArray[np.float32], cells: int) -> NDArray[np.float32]:
    """A picture (H, W) on a grid with so many cells along its longer side."""
    height, width = (max(4, round(cells * n / max(grey.shape))) for n in grey.shape)
    return np.asarray(Image.fromarray(grey).resize((width, height), Image.Resampling.BOX))


def _is_light_on_dark(grey: NDArray[np.float32]) -> bool:
    """Whether what is drawn is lighter than what lies around it, as chalk on a board is."""
    coarse = _coarse(grey, CELLS)
    away = np.sort(coarse - ndimage.median_filter(coarse, WIDEST_STROKE), axis=None)
    few = max(1, round(CONTRASTING * away.size))
    return bool(away[-few:].mean() > -CHALK * away[:few].mean())


def _paper(grey: NDArray[np.float32]) -> NDArray[np.float32]:
    """The tone (H, W) that the paper has, or would have under the ink: it changes slowly."""
    coarse = _coarse(grey, CELLS)
    # a closing fills what is dark and narrow; it is too light by the grain, so it only tells
    # which cells are paper, and the tone of these goes on beneath the ink
    filled = ndimage.grey_closing(coarse, WIDEST_STROKE)
    dark = filled - coarse
    bare = (dark < max(4.0, dark.max() / 4)).astype(np.float32)
    weight = ndimage.gaussian_filter(bare, SMOOTH)
    tone = ndimage.gaussian_filter(bare * coarse, SMOOTH) / np.maximum(weight, 1e-3)
    known = weight > 0.01
    found = Image.fromarray(np.where(known, tone, filled).astype(np.float32))
    return np.asarray(found.resize(grey.shape[::-1], Image.Resampling.BICUBIC))


@dataclass(frozen=True, eq=False)
class _Part:
    """Connected ink, or some that belongs together.

    names: its numbers in the picture of parts. bottom and right lie just outside. area: inked
    pixels. thickness: of its strokes, in pixels, on the mean; widest: the largest.
    """

    names: tuple[int, ...]
    top: int
    bottom: int
    left: int
    right: int
    area: int
    thickness: float
    widest: float

    @classmethod
    def of(cls, name: int, box: Slices, edges: NDArray[np.integer]) -> Self:
        rows, columns = box
        inked = edges[box] == name
        # across a stroke the distance to its edge rises to half its width, and falls again
        depth = ndimage.distance_transform_edt(np.pad(inked, 1))
        return cls(
            (name,),
            rows.start,
            rows.stop,
            columns.start,
            columns.stop,
            int(inked.sum()),
            max(1.0, 4 * float(depth[depth > 0].mean()) - 2),
            2 * float(depth.max()) - 1,
        )

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def size(self) -> int:
        return max(self.width, self.height)

    @property
    def bounds(self) -> tuple[int, int, int, int]:
        """Left, top, right, bottom."""
        return self.left, self.top, self.right, self.bottom

    def is_cut(self, shape: tuple[int, ...]) -> bool:
        """Whether it goes on outside the picture (H, W)."""
        height, width = shape
        return self.top == 0 or self.left == 0 or self.bottom == height or self.right == width

    def is_writing(self, shape: tuple[int, ...]) -> bool:
        """Whether it can be a stroke on a sheet of this shape (H, W)."""
        height, width = shape
        if self.height > LONGEST * height or self.width > LONGEST * width:
            return False
        # dots and commas are thick for their size, and may be a part of something
        return self.size < SMALLEST or self.widest < min(
            THICKEST * self.size, UNEVEN * self.thickness
        )


def _usual_size(parts: Sequence[_Part]) -> float:
    """The size of the part that the middle of all ink is in: dirt is many, but small."""
    if not parts:
        return 0.0
    ordered = sorted(parts, key=lambda part: part.size)
    ink = np.cumsum([part.area for part in ordered])
    return float(ordered[int(np.searchsorted(ink, ink[-1] / 2))].size)


def _both(one: _Part, other: _Part) -> _Part:
    """Two parts as one."""
    area = one.area + other.area
    return _Part(
        one.names + other.names,
        min(one.top, other.top),
        max(one.bottom, other.bottom),
        min(one.left, other.left),
        max(one.right, other.right),
        area,
        (one.area * one.thickness + other.area * other.thickness) / area,
        max(one.widest, other.widest),
    )


def _joined(parts: Sequence[_Part], usual: float) -> list[_Part]:
    """Digits: parts that belong together as one, the largest first."""
    found: list[_Part] = []
    for part in sorted(parts, key=lambda part: -part.area):
        near = [other for other in found if _belong_together(other, part, usual)]
        if near:
            nearest = min(near, key=lambda other: _gap(other, part))
            found[found.index(nearest)] = _both(nearest, part)
        else:
            found.append(part)
    return found


def _gap(one: _Part, other: _Part) -> float:
    across = max(one.left, other.left) - min(one.right, other.right)
    down = max(one.top, other.top) - min(one.bottom, other.bottom)
    return max(across, down, 0)


def _belong_together(one: _Part, other: _Part, usual: float) -> bool:
    """Whether ``other``, the smaller, is a part of the same digit.

    The bar of a 5 lies above its belly or beside it; the digits of a number stand side by side,
    each as high as the other.
    """
    if _gap(one, other) > GAP * usual or _both(one, other).size > TALL * max(usual, one.size):
        return False
    shared = min(one.right, other.right) - max(one.left, other.left)
    return other.height < LOW * usual or shared > other.width / 2


def _in_reading_order(digits: Sequence[_Part]) -> list[_Part]:
    """Line after line, each from left to right; the sheet may be held askew."""
    lines: list[list[_Part]] = []
    for digit in sorted(digits, key=lambda digit: digit.left):
        # the line whose last digit has most of its height in common with this one
        shared = [
            min(line[-1].bottom, digit.bottom) - max(line[-1].top, digit.top) for line in lines
        ]
        if shared and max(shared) > 0.4 * min(
            digit.height, lines[int(np.argmax(shared))][-1].height
        ):
            lines[int(np.argmax(shared))].append(digit)
        else:
            lines.append([digit])
    lines.sort(key=lambda line: float(np.mean([digit.top + digit.bottom for digit in line])))
    return [digit for line in lines for digit in line]


def _in_mnist_form(
    digit: _Part, edges: NDArray[np.integer], ink: NDArray[np.float32]
) -> NDArray[np.uint8]:
    """Its own ink alone, uint8 (28, 28), light on dark."""
    rows, columns = slice(digit.top, digit.bottom), slice(digit.left, digit.right)
    own = np.isin(edges[rows, columns], digit.names)
    solid = np.where(own, ((ink[rows, columns] - EDGE) / (SOLID - EDGE)).clip(0, 1), 0)
    scale = digit.size / BOX  # pixels of the picture in one of the box
    if digit.thickness < THIN * scale:
        # a fine pen would leave grey lines that no digit of MNIST has
        wider = (USUAL * scale - digit.thickness) / 2
        room = int(np.ceil(wider)) + 1
        solid = np.pad(solid, room)
        away = ndimage.distance_transform_edt(solid < 0.5)
        solid = np.maximum(solid, (wider + 0.5 - away).clip(0, 1))
    return normalized(np.rint(255 * solid).astype(np.uint8), PIXELS)
