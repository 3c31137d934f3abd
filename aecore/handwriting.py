"""Digits from somebody's hand, drawn or photographed, and their way to MNIST's form."""

import base64
import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from aecore.messages import N_, Problem

SIDE = 280  # of the pad, in its own units: ten to a pixel of MNIST
PIXELS = 28  # a side of MNIST's images
BOX = 20  # and of the box within, which the ink just fits
FINE = 16  # dots a pixel and direction before they are averaged: 257 levels of grey
WIDTHS = (8, 48)  # the pen's, in units of the pad
MAX_STROKES = 100
MAX_POINTS = 20_000  # as a browser sends them; what is kept is thinned
MAX_TEXT = 1500  # characters: an address holds it everywhere
SCAN = "scan-"  # before the text of a digit from a photograph; no drawing's begins so

Point = tuple[int, int]
Stroke = tuple[Point, ...]

_DAMAGED = N_("The drawing in the address is damaged. Take the link anew, or draw it again.")
_TOO_MUCH = N_("A drawing holds up to {strokes} strokes. Undo the last one.")


@dataclass(frozen=True)
class Drawing:
    """Strokes of a round pen of one ``width``; points (x, y) in 0…SIDE, y downwards.

    ``centred``: models get it in MNIST's form, else as it stands on the pad. Raises Problem for
    more than MAX_STROKES strokes or MAX_POINTS points, a ValueError for what lies outside.
    """

    strokes: tuple[Stroke, ...] = ()
    width: int = 24
    centred: bool = True

    def __post_init__(self) -> None:
        if len(self.strokes) > MAX_STROKES or sum(map(len, self.strokes)) > MAX_POINTS:
            raise Problem(_TOO_MUCH, strokes=MAX_STROKES)
        if not WIDTHS[0] <= self.width <= WIDTHS[1]:
            raise ValueError(f"a pen of width {self.width}")
        if not all(self.strokes):
            raise ValueError("a stroke without points")
        if not all(0 <= value <= SIDE for stroke in self.strokes for xy in stroke for value in xy):
            raise ValueError("a point off the pad")

    @property
    def empty(self) -> bool:
        """Whether nothing is drawn yet."""
        return not self.strokes

    @classmethod
    def from_browser(cls, value: Any) -> Self:
        """What the pad sends: ``{"strokes": [[[x, y], …], …], "width": 24, "centred": true}``.

        Raises Problem, and ValueError, KeyError or TypeError for what the pad would not send.
        """
        strokes = tuple(tuple((int(x), int(y)) for x, y in each) for each in value["strokes"])
        return cls(strokes, int(value["width"]), bool(value["centred"]))

    def thinned(self) -> Self:
        """The same drawing with fewer points, so that its ``text`` has at most MAX_TEXT characters.

        It stays within a twentieth of a pixel of MNIST wherever that is enough.
        """
        tolerance = 0.5
        while True:
            strokes = tuple(_thinned(stroke, tolerance) for stroke in self.strokes)
            found = replace(self, strokes=strokes)
            # past the pad's size two points a stroke are left, and those fit
            if len(found.text()) <= MAX_TEXT or tolerance > 2 * SIDE:
                return found
            tolerance *= 2

    def text(self) -> str:
        """The drawing as letters, digits, "-" and "_", for an address; "" when it is empty."""
        if not self.strokes:
            return ""
        numbers = [2 * self.width + self.centred]
        before = (0, 0)
        for stroke in self.strokes:
            numbers.append(len(stroke))
            for point in stroke:
                numbers += [_unsigned(now - was) for now, was in zip(point, before, strict=True)]
                before = point
        packed = b"".join(map(_packed, numbers))
        return base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """What ``text`` has written. Raises Problem for anything else."""
        if not text:
            return cls()
        if len(text) > MAX_TEXT:
            raise Problem(_DAMAGED)
        try:
            numbers = _numbers(_bytes(text))
            width, centred = divmod(next(numbers), 2)
            strokes: list[Stroke] = []
            x, y = 0, 0
            for length in numbers:
                stroke = []
                for _ in range(length):
                    x, y = x + _signed(next(numbers)), y + _signed(next(numbers))
                    stroke.append((x, y))
                strokes.append(tuple(stroke))
            return cls(tuple(strokes), width, bool(centred))
        # cut short, made up, or not from here
        except (ValueError, StopIteration) as error:
            raise Problem(_DAMAGED) from error


@dataclass(frozen=True)
class Scan:
    """A digit from a photograph, in MNIST's form: ``pixels`` are its 28×28 grey levels, row by row.

    Raises ValueError for any other number of them.
    """

    pixels: bytes

    empty: ClassVar[bool] = False
    centred: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if len(self.pixels) != PIXELS**2:
            raise ValueError(f"{len(self.pixels)} pixels")

    def text(self) -> str:
        """The digit as letters, digits, "-" and "_", for an address; none is longer than 1,100."""
        packed = zlib.compress(self.pixels, 9)
        return SCAN + base64.urlsafe_b64encode(packed).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """What ``text`` has written. Raises Problem for anything else."""
        if not text.startswith(SCAN) or len(text) > MAX_TEXT:
            raise Problem(_DAMAGED)
        try:
            packed = _bytes(text.removeprefix(SCAN))
            unpacked = zlib.decompressobj()
            # no more than a digit has, whatever it would become
            pixels = unpacked.decompress(packed, PIXELS**2 + 1)
            if not unpacked.eof:
                raise ValueError("cut short, or longer")
            return cls(pixels)
        except (zlib.error, ValueError) as error:
            raise Problem(_DAMAGED) from error


def from_text(text: str) -> Drawing | Scan:
    """A drawing or a scan from its ``text``. Raises Problem for anything else."""
    return Scan.from_text(text) if text.startswith(SCAN) else Drawing.from_text(text)


def image(made: Drawing | Scan, side: int = PIXELS) -> NDArray[np.uint8]:
    """What a model gets to see of it: uint8 (side, side), light on dark."""
    if isinstance(made, Scan):
        pixels = np.frombuffer(made.pixels, np.uint8).reshape(PIXELS, PIXELS)
        resized = Image.fromarray(pixels).resize((side, side), Image.Resampling.BICUBIC)
        return pixels.copy() if side == PIXELS else np.asarray(resized)
    return in_mnist_form(made, side) if made.centred else as_drawn(made, side)


def in_mnist_form(drawing: Drawing, side: int = PIXELS) -> NDArray[np.uint8]:
    """The drawing as MNIST's authors bring digits to their form, uint8 (side, side), light on dark.

    See ``normalized``; for another ``side`` than 28 the box grows or shrinks with it.
    """
    if not drawing.strokes:
        return np.zeros((side, side), np.uint8)
    x, y = np.array([point for stroke in drawing.strokes for point in stroke]).T
    pen = drawing.width / 2
    left, top = float(x.min()) - pen, float(y.min()) - pen
    across, down = float(x.max()) + pen - left, float(y.max()) + pen - top
    scale = FINE * _inner(side) / max(across, down)
    size = (math.ceil(across * scale), math.ceil(down * scale))
    return normalized(_ink(drawing, left, top, scale, size), side)


def as_drawn(drawing: Drawing, side: int = PIXELS) -> NDArray[np.uint8]:
    """The pad as it is, only coarser: uint8 (side, side), light on dark."""
    fine = side * FINE
    ink = Image.fromarray(_ink(drawing, 0, 0, fine / SIDE, (fine, fine)))
    return np.asarray(ink.reduce(FINE))


def normalized(ink: NDArray[np.uint8], side: int = PIXELS) -> NDArray[np.uint8]:
    """Light ink on black, uint8 (H, W), in MNIST's form: uint8 (side, side).

    What is inked is scaled, its proportions kept, to fit a box of 20×20 pixels with grey levels
    from anti-aliasing; then it is moved by whole pixels until its centre of mass is at the centre
    of the 28×28: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits",
    http://yann.lecun.com/exdb/mnist/. Without ink all stays black.
    """
    form = np.zeros((side, side), np.uint8)
    rows, columns = np.flatnonzero(ink.any(1)), np.flatnonzero(ink.any(0))
    if not len(rows):
        return form
    inked = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    longest = max(inked.shape)
    height, width = (max(1, round(_inner(side) * n / longest)) for n in inked.shape)
    image = Image.fromarray(np.ascontiguousarray(inked))
    small = np.asarray(image.resize((width, height), Image.Resampling.BOX))
    mass = small.sum(dtype=float)
    if not mass:  # so little ink that nothing of it is left
        return form
    middle = side // 2  # index 14 of 28, as in the data set itself
    # a drawing with all its mass at one end must not leave the field at the other
    top, left = (
        min(max(0, round(middle - float((small.sum(1 - axis) @ np.arange(n)) / mass))), side - n)
        for axis, n in enumerate(small.shape)
    )
    form[top : top + height, left : left + width] = small
    return form


def _inner(side: int) -> int:
    """The side of the box that the ink just fits."""
    return max(1, round(side * BOX / PIXELS))


def _ink(
    drawing: Drawing, left: float, top: float, scale: float, size: tuple[int, int]
) -> NDArray[np.uint8]:
    """Black and white, uint8 (H, W): what a window of the pad shows, ``scale`` dots a unit."""
    canvas = Image.new("L", size)
    pen = ImageDraw.Draw(canvas)
    half = drawing.width * scale / 2
    for stroke in drawing.strokes:
        dots = [((x - left) * scale, (y - top) * scale) for x, y in stroke]
        # Pillow's lines have flat ends; a disc at every point makes the pen round
        for x, y in dots:
            pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
        if len(dots) > 1:
            pen.line(dots, fill=255, width=round(2 * half))
    return np.asarray(canvas)


def _thinned(stroke: Stroke, tolerance: float) -> Stroke:
    """The points that keep the line within ``tolerance`` of what it was (Douglas and Peucker)."""
    points = np.array(stroke, float)
    kept = {0, len(stroke) - 1}
    open_spans = [(0, len(stroke) - 1)]
    while open_spans:
        first, last = open_spans.pop()
        if last - first < 2:
            continue
        start, chord = points[first], points[last] - points[first]
        between = points[first + 1 : last] - start
        # distance from the chord itself, not from the endless line through it
        length2 = float(chord @ chord)
        share = (between @ chord / length2).clip(0, 1) if length2 else np.zeros(len(between))
        away = np.hypot(*(between - share[:, None] * chord).T)
        if away.max() > tolerance:
            middle = first + 1 + int(away.argmax())
            kept.add(middle)
            open_spans += [(first, middle), (middle, last)]
    return tuple(stroke[place] for place in sorted(kept))


def _bytes(text: str) -> bytes:
    """What base64 has written, without its padding. Raises ValueError for anything else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)


def _unsigned(value: int) -> int:
    """0, -1, 1, -2, 2 … as 0, 1, 2, 3, 4 …: what is near zero stays short."""
    return 2 * value if value >= 0 else -2 * value - 1


def _signed(value: int) -> int:
    return value // 2 if value % 2 == 0 else -(value + 1) // 2


def _packed(value: int) -> bytes:
    """Seven bits a byte, the lowest first; the eighth says that more follow."""
    found = bytearray()
    while value > 127:
        found.append(value % 128 + 128)
        value //= 128
    return bytes([*found, value])


def _numbers(packed: bytes) -> Iterator[int]:
    """What ``_packed`` has written, one after the other. Raises ValueError at half a number."""
    value, scale = 0, 1
    for byte in packed:
        value += byte % 128 * scale
        scale *= 128
        if byte < 128:
            yield value
            value, scale = 0, 1
    if scale > 1:
        raise ValueError("it ends in the middle of a number")


@cache
def ready() -> tuple[Drawing, ...]:
    """A drawing of each digit, 0 to 9, for those who have no pen at hand."""
    return tuple(
        Drawing(tuple(_on_the_pad(line(points)) for line, points in strokes)) for strokes in _READY
    )


Line = Callable[[Sequence[Point]], Sequence[tuple[float, float]]]


def _straight(points: Sequence[Point]) -> Sequence[tuple[float, float]]:
    return points


def _curved(points: Sequence[Point]) -> Sequence[tuple[float, float]]:
    """A smooth line through all points (Catmull and Rom)."""
    p = np.array([points[0], *points, points[-1]], float)
    t = np.linspace(0, 1, 8, endpoint=False)[:, None]
    found = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        cubic = 3 * b - a - 3 * c + d
        found += (b + t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * cubic)) / 2).tolist()
    return [(x, y) for x, y in (*found, points[-1])]


def _on_the_pad(points: Sequence[tuple[float, float]]) -> Stroke:
    """From a hundred units of height to two hundred of the pad, in its middle."""
    return tuple((round(40 + 2 * x), round(40 + 2 * y)) for x, y in points)


# a stroke a line
_READY: tuple[tuple[tuple[Line, tuple[Point, ...]], ...], ...] = (
    ((_curved, ((55, 0), (26, 16), (14, 52), (24, 86), (46, 100), (74, 86), (86, 48), (76, 14),
                (52, 1))),),
    ((_straight, ((58, 0), (42, 100))),),
    ((_curved, ((18, 22), (36, 3), (62, 3), (75, 24), (62, 54), (36, 80), (12, 97))),
     (_straight, ((12, 97), (46, 93), (86, 96)))),
    ((_curved, ((20, 10), (48, 0), (73, 14), (66, 37), (42, 47))),
     (_curved, ((42, 47), (72, 56), (80, 78), (52, 99), (16, 90)))),
    ((_straight, ((30, 0), (16, 52), (82, 48))), (_straight, ((68, 8), (60, 100)))),
    ((_straight, ((78, 3), (34, 4), (27, 44))),
     (_curved, ((27, 44), (56, 39), (77, 60), (66, 90), (38, 100), (15, 91)))),
    ((_curved, ((66, 2), (38, 26), (21, 64), (32, 95), (58, 97), (73, 76), (56, 58), (32, 66),
                (23, 80))),),
    ((_straight, ((15, 6), (82, 4), (42, 100))),),
    ((_curved, ((74, 14), (48, 1), (26, 16), (37, 37), (63, 60), (71, 84), (48, 100), (26, 84),
                (36, 60), (62, 38), (74, 14))),),
    ((_curved, ((74, 26), (52, 4), (26, 18), (28, 42), (52, 48), (74, 26))),
     (_curved, ((75, 22), (71, 60), (60, 100)))),
)  # fmt: skip
