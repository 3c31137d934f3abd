"""Images as one block of HTML: crisp pixels, one grey scale, words under each.

``st.image`` sends every image as a file of its own and smooths it. Here a whole picture is one
message with its PNGs inside, so a slider's rerun stays within a few milliseconds. Every function
returns HTML, escaped; ``show`` draws it::

    show(strip([
        Row(_("Original"), [picture(x, alt) for x, alt in ...]),
        Row(_("Reconstruction"), [...]),
    ]))
"""

import base64
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape

import numpy as np
import streamlit as st

from ui.i18n import _, number

ROW = 56  # pixels on the screen: an image in a row
SUBJECT = 168  # and one that is the subject, six for one of 28
SMALL = 4096  # bytes of an image: it is kept as PNG, for the next visitor

# Zero is a middle grey that both themes' backgrounds leave readable; orange and blue stay apart
# for colour-blind eyes. In both themes the same: a teacher's and a student's screen agree.
NEGATIVE = (33, 113, 217)
ZERO = (236, 236, 236)
POSITIVE = (217, 85, 0)

# what ui/style.css draws with
COLOURS = f"""
:root {{ --row: {ROW}px;
  --negative: rgb{NEGATIVE}; --zero: rgb{ZERO}; --positive: rgb{POSITIVE}; }}
"""


@dataclass(frozen=True)
class Picture:
    """One image, ready to be drawn. ``alt`` says what it shows, for those who cannot see it."""

    uri: str
    shape: tuple[int, int]  # height and width in its own pixels
    alt: str
    caption: str = ""
    marked: bool = False


@dataclass(frozen=True)
class Row:
    """A row of a strip with its name at the left, e.g. "Original"."""

    label: str
    pictures: Sequence[Picture]


def show(*parts: str) -> None:
    """Draw pieces of HTML from this module as one block."""
    st.html("".join(parts))


def to_bytes(image: np.ndarray) -> np.ndarray:
    """uint8 (H, W) or (H, W, 3) of an image uint8 0…255 or float 0…1, (H, W) or (C, H, W).

    Two channels show the first; of four the last, transparency, is left out.
    """
    if image.ndim == 3:
        channels = image.shape[0]
        image = np.moveaxis(image[:3], 0, -1) if channels >= 3 else image[0]
    if image.dtype != np.uint8:
        image = (np.nan_to_num(image).clip(0, 1) * 255).round().astype(np.uint8)
    return image


def png_uri(image: np.ndarray) -> str:
    """A data: address with the image as PNG. Takes what ``to_bytes`` takes."""
    pixels = to_bytes(image)
    small = pixels.size <= SMALL
    return (_png_uri if small else _png_uri.__wrapped__)(pixels.tobytes(), pixels.shape)


@lru_cache(maxsize=4096)  # a class looks at the same test images
def _png_uri(content: bytes, shape: tuple[int, ...]) -> str:
    return "data:image/png;base64," + base64.b64encode(_png(content, shape)).decode()


def png(pixels: np.ndarray) -> bytes:
    """uint8 (H, W) or (H, W, 3) as a PNG file."""
    return _png(pixels.tobytes(), pixels.shape)


def _png(content: bytes, shape: tuple[int, ...]) -> bytes:
    """Written by hand: for 28×28 in half the time of Pillow."""
    height, width = shape[:2]
    colour = 2 if len(shape) == 3 else 0
    # every line begins with its filter: 0, none
    lines = np.zeros((height, 1 + len(content) // height), np.uint8)
    lines[:, 1:] = np.frombuffer(content, np.uint8).reshape(height, -1)
    body = zlib.compress(lines.tobytes(), 1)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in (
            (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, colour, 0, 0, 0)),
            (b"IDAT", body),
            (b"IEND", b""),
        )
    )


def picture(image: np.ndarray, alt: str, caption: str = "", marked: bool = False) -> Picture:
    """An image with its words: ``picture(x, _("A handwritten {digit}").format(digit=7))``.

    ``image`` as in ``to_bytes``; ``caption`` stands under it, ``marked`` draws a frame.
    """
    height, width = image.shape[-2:]
    return Picture(png_uri(image), (height, width), alt, caption, marked)


def difference(
    first: np.ndarray, second: np.ndarray, alt: str, caption: str = "", limit: float = 1.0
) -> Picture:
    """The picture of ``first - second``: blue below zero, orange above, light grey at zero.

    Both uint8 0…255 or float 0…1, (H, W) or (C, H, W), channels averaged; differences of
    ±``limit`` (on the 0…1 scale) and more have the full colour. Put ``legend`` beside it.
    """
    return around_zero(_grey(first) - _grey(second), alt, caption, limit)


def around_zero(values: np.ndarray, alt: str, caption: str = "", limit: float = 1.0) -> Picture:
    """The picture of numbers (H, W): blue below zero, orange above, light grey at zero.

    ±``limit`` and more have the full colour. Put ``legend`` beside it.
    """
    places = np.rint((np.nan_to_num(values) / limit).clip(-1, 1) * 255).astype(np.intp) + 255
    return picture(np.moveaxis(_RAMP[places], -1, 0), alt, caption)


def _ramp() -> np.ndarray:
    """uint8 (511, 3): the colours from -1 over 0 to +1."""
    share = np.linspace(-1, 1, 511)[:, None]
    ends = np.where(share < 0, NEGATIVE, POSITIVE)
    return (np.array(ZERO) * (1 - abs(share)) + ends * abs(share)).round().astype(np.uint8)


_RAMP = _ramp()


def unit(image: np.ndarray) -> np.ndarray:
    """An image on the scale 0…1: uint8 is divided by 255, float stays as it is."""
    return image.astype(np.float32) / 255 if image.dtype == np.uint8 else image


def _grey(image: np.ndarray) -> np.ndarray:
    """float (H, W) in 0…1."""
    values = unit(image)
    grey: np.ndarray = values.mean(0) if values.ndim == 3 else values
    return grey


def legend(low: str | None = None, high: str | None = None, limit: float = 1.0) -> str:
    """The colour scale of ``difference``: what blue, grey and orange mean."""
    low = _("too dark") if low is None else low
    high = _("too bright") if high is None else high
    digits = 0 if limit == 1 else 2
    name = escape(_("Scale of differences"))
    return (
        f'<div class="legend"><span>−{number(limit, digits)} {escape(low)}</span>'
        f'<span class="ramp" role="img" aria-label="{name}"></span>'
        f"<span>+{number(limit, digits)} {escape(high)}</span></div>"
    )


def figure(one: Picture, size: int = ROW) -> str:
    """One picture; its longer side takes ``size`` pixels of a laptop's screen, more on a larger."""
    height, width = one.shape
    scale = size / max(height, width)
    across, down = round(width * scale), round(height * scale)
    caption = f"<figcaption>{escape(one.caption)}</figcaption>" if one.caption else ""
    marked = " marked" if one.marked else ""
    return (
        f'<figure class="picture{marked}"><img src="{one.uri}" alt="{escape(one.alt)}" '
        f'width="{across}" height="{down}" style="--w:{across}">{caption}</figure>'
    )


def strip(rows: Sequence[Row], size: int = ROW) -> str:
    """Rows of pictures, column under column, their names at the left.

    On a narrow screen the rows scroll sideways together, so columns stay columns::

        show(strip([Row(_("Original"), originals), Row(_("Noisy"), noisy)], size=72))
    """
    columns = max((len(row.pictures) for row in rows), default=0)
    cells = "".join(
        f'<div class="label">{escape(row.label)}</div>'
        + "".join(figure(one, size) for one in row.pictures)
        + "<span></span>" * (columns - len(row.pictures))
        for row in rows
    )
    names = escape(", ".join(row.label for row in rows))
    # what can scroll must be reachable by keyboard
    return (
        f'<div class="strip" role="group" tabindex="0" aria-label="{names}" '
        f'style="--columns:{columns}">{cells}</div>'
    )


def gallery(pictures: Sequence[Picture], size: int = ROW, fives: bool = False) -> str:
    """Pictures one after the other, wrapping where the screen ends, or after every fifth."""
    kind = "gallery fives" if fives else "gallery"
    return f'<div class="{kind}">{"".join(figure(one, size) for one in pictures)}</div>'


def code_bars(
    code: np.ndarray, alt: str, caption: str = "", height: int = 112, limit: float | None = None
) -> str:
    """A code (d,) as bars around zero, orange up and blue down, as wide as there is room.

    The highest bar is the code's largest absolute value, or ``limit``.
    """
    top = float(np.abs(code).max()) if limit is None else limit
    shares = np.nan_to_num(code / (top or 1)).clip(-1, 1)
    bars = "".join(
        f'<i><b class="{"up" if share >= 0 else "down"}" style="height:{abs(share) * 50:.1f}%">'
        "</b></i>"
        for share in shares.tolist()
    )
    words = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    gap = 1 if len(shares) <= 64 else 0  # more gaps would leave no room for bars
    return (
        f'<figure class="code"><div class="bars" role="img" aria-label="{escape(alt)}" '
        f'style="height:calc({height} * var(--px));gap:{gap}px">{bars}</div>{words}</figure>'
    )


def beside(parts: Iterable[str]) -> str:
    """Pieces of HTML side by side, wrapping where the screen ends."""
    return f'<div class="gallery">{"".join(parts)}</div>'


def waiting(width: int, height: int, caption: str = "") -> str:
    """The frame of a picture that is still being computed, so that nothing jumps later."""
    words = f"<figcaption>{escape(caption)}</figcaption>" if caption else ""
    style = f"width:calc({width} * var(--px));height:calc({height} * var(--px))"
    return f'<figure class="picture"><div class="waiting" style="{style}"></div>{words}</figure>'


def flow(parts: Sequence[str], arrows: Sequence[str] = ()) -> str:
    """Pieces with arrows between them, and words on the arrows if there are any::

    show(flow([figure(x, SUBJECT), code_bars(z, alt), figure(x_hat, SUBJECT)],
              [_("encoder"), _("decoder")]))
    """
    words = [*arrows, *[""] * len(parts)]
    pieces = [parts[0]]
    for part, word in zip(parts[1:], words, strict=False):
        pieces += [f'<div class="arrow">{escape(word)}</div>', part]
    # on a narrow screen more than two pieces stand below each other
    long = " long" if len(parts) > 2 else ""
    return f'<div class="flow{long}">{"".join(pieces)}</div>'
