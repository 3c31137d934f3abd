"""One picture from somebody's disk or camera, read safely and brought to a model's shape."""

import io
import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from aecore.data.dataset import Shape
from aecore.messages import N_, Problem

MAX_PIXELS = 40_000_000  # in one frame, as the header has it; checked before anything is decoded

# Pillow knows many more formats, some of which start other programs
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")

# modes that hold more than 8 bits per pixel: 16-bit unsigned, 32-bit signed, 32-bit float
DEEP_MODES = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")

_NO_PICTURE = N_(
    "This is not a picture that can be read, or it is damaged. Expected: PNG, JPEG, GIF, BMP, WebP "
    "or TIFF."
)
_FRAMES = N_("The picture has several frames or pages; only the first one is used.")
_CMYK = N_("The picture is made for print (CMYK); its colours are converted to RGB.")
_DEEP = N_(
    "The picture has more than 8 bits per pixel; its darkest value becomes 0, its brightest 255."
)
_CLEAR = N_("The transparent parts of the picture become white.")


@dataclass(frozen=True, eq=False)
class ReadPicture:
    """pixels: uint8 (C, H, W), 0…255. notes: sentences on what was changed, to be translated."""

    pixels: NDArray[np.uint8]
    notes: tuple[str, ...] = ()


def read_picture(
    data: bytes, shape: Shape = (1, 28, 28), max_pixels: int = MAX_PIXELS
) -> ReadPicture:
    """Decode a picture and fit it into ``shape``, (1, H, W) grey or (3, H, W) RGB.

    Turned as its EXIF entry says; its proportions are kept, and what stays empty is filled with
    the tone of its own edge, so that no frame appears. A picture that has the size already keeps
    every pixel. Black ink on white paper stays black on white, see ``looks_inverted``.
    Raises Problem for what is no picture, is damaged, or has more than ``max_pixels`` pixels.
    """
    channels, height, width = shape
    if channels not in (1, 3):
        raise Problem(
            N_("Pictures have 1 channel (grey) or 3 (colour); this model expects {channels}."),
            channels=channels,
        )
    image, notes = opened(data, (width, height), max_pixels)
    pixels = np.asarray(_fit(image.convert("L" if channels == 1 else "RGB"), (width, height)))
    return ReadPicture(pixels.reshape(height, width, channels).transpose(2, 0, 1).copy(), notes)


def opened(
    data: bytes, size: tuple[int, int], max_pixels: int = MAX_PIXELS
) -> tuple[Image.Image, tuple[str, ...]]:
    """A picture as RGB, upright and opaque, and sentences on what was changed, to be translated.

    A JPEG that is much larger than ``size`` (width, height) is decoded at a half, a quarter or an
    eighth of its own. Raises Problem as ``read_picture`` does.
    """
    try:
        # Pillow warns about sizes, which are checked here, and about details of metadata
        with warnings.catch_warnings(action="ignore"):
            return _decode(data, size, max_pixels)
    except Problem:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise _too_large(max_pixels) from error  # Pillow refuses the largest before we see a size
    except Exception as error:
        # broken files make Pillow's readers raise almost anything: OSError, SyntaxError,
        # ValueError, struct.error, KeyError, EOFError, …
        raise Problem(_NO_PICTURE) from error


def looks_inverted(pixels: NDArray[np.uint8]) -> bool:
    """Whether a picture (C, H, W) is dark on light, as ink on paper is.

    MNIST is light on dark. The edge is taken for the background.
    """
    edge = np.median(_edge(pixels.mean(axis=0)))
    middle = (float(pixels.min()) + float(pixels.max())) / 2
    return bool(edge > middle)


def invert(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The negative of uint8 pixels of any shape."""
    return np.asarray(255 - pixels, dtype=np.uint8)


def _too_large(max_pixels: int) -> Problem:
    return Problem(
        N_("The picture has more than {limit} million pixels. Make it smaller, then try again."),
        limit=max_pixels // 1_000_000,
    )


def _decode(
    data: bytes, size: tuple[int, int], max_pixels: int
) -> tuple[Image.Image, tuple[str, ...]]:
    """The first frame as RGB, upright and opaque, and what was done to it."""
    notes = []
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if getattr(image, "is_animated", False):
            notes.append(_FRAMES)
        # after is_animated, since looking for a second frame may enlarge a GIF
        if image.width * image.height > max_pixels:
            raise _too_large(max_pixels)
        # a JPEG can be decoded at 1/2, 1/4, 1/8 of its size; twice the target loses nothing
        image.draft(None, (2 * size[0], 2 * size[1]))
        image.load()
        upright = ImageOps.exif_transpose(image)
    if upright.mode == "CMYK":
        notes.append(_CMYK)
    if upright.mode in DEEP_MODES:
        notes.append(_DEEP)
        upright = _to_8_bit(upright)
    if upright.has_transparency_data:
        seen = upright.convert("RGBA")
        if np.asarray(seen.getchannel("A")).min() < 255:
            notes.append(_CLEAR)
        upright = Image.new("RGB", seen.size, "white")
        upright.paste(seen, mask=seen)
    return upright.convert("RGB"), tuple(notes)


def _to_8_bit(image: Image.Image) -> Image.Image:
    """Scale the range of values that really occur to 0…255; a flat picture becomes black."""
    values = np.array(image, dtype=np.float32)
    finite = np.isfinite(values)
    low = float(values.min(where=finite, initial=np.inf))
    high = float(values.max(where=finite, initial=-np.inf))
    values[~finite] = low
    if low >= high:
        return Image.new("L", image.size)
    # in place, because a large picture takes 160 MB here; clipped, because float32 may round up
    values -= low
    values *= 255 / (high - low)
    return Image.fromarray(np.rint(values, out=values).clip(0, 255, out=values).astype(np.uint8))


def _fit(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Resize to fit into ``size``, keep the proportions, fill the rest with the edge's tone."""
    if image.size == size:
        return image
    scale = min(size[0] / image.width, size[1] / image.height)
    inner = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.resize(inner, Image.Resampling.BICUBIC, reducing_gap=3.0)
    pixels = np.asarray(small).reshape(inner[1], inner[0], -1).transpose(2, 0, 1)
    tone = tuple(int(np.median(_edge(channel))) for channel in pixels)
    fitted = Image.new(image.mode, size, tone if len(tone) > 1 else tone[0])
    fitted.paste(small, ((size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2))
    return fitted


def _edge(plane: NDArray[np.number]) -> NDArray[np.number]:
    """The outermost pixels of a plane (H, W), as one row."""
    return np.concatenate([plane[0], plane[-1], plane[:, 0], plane[:, -1]])
