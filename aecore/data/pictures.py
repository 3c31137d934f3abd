"""One picture from somebody's disk or camera, read safely and brought to a model's shape."""

import io
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from aecore.data.dataset import Shape
from aecore.kinds import ACCEPTED, HEAD, kind_of
from aecore.messages import N_, Problem

MAX_PIXELS = 40_000_000  # in one frame, as the header has it; checked before anything is decoded

# Pillow knows many more formats, some of which start other programs
FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "PPM", "AVIF")

# modes that hold more than 8 bits per pixel: 16-bit unsigned, 32-bit signed, 32-bit float
DEEP_MODES = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")

HEIC = N_(
    "HEIC pictures cannot be read here. Save them as JPEG or PNG; an iPhone takes JPEG when its "
    "camera's format is set to “Most Compatible”."
)
_NO_PICTURE = N_("This is not a picture that can be read, or it is damaged. Expected: {formats}.")
_FRAMES = N_("The picture has several frames or pages; only the first one is used.")
_CMYK = N_("The picture is made for print (CMYK); its colours are converted to RGB.")
_DEEP = N_(
    "The picture has more than 8 bits per pixel; its darkest value becomes 0, its brightest 255."
)
_CLEAR = N_("The transparent parts of the picture become white.")
_CLEAR_DARK = N_("The transparent parts of the picture become black: what is drawn is light.")
_ALPHA = N_("The picture has one colour only; what is seen is how opaque it is, white on black.")

VISIBLE = 127  # of 255; below, a pixel's colour is often whatever a program left there
ONE_COLOUR = 16  # levels by which the colour of a drawing in one colour may vary
NEAR_WHITE = 64  # levels; a drawing so near to white is lost on it

# how far the values of a picture reach, by the kind of number, "I" or "F": lowest and highest
Reach = tuple[str, float, float]


class Scales:
    """The scales on which the pictures of a set are brought to 0…255, so that they compare.

    One for whole numbers and one for fractions, measured when the first is asked for.
    """

    def __init__(self, reaches: Callable[[], Iterable[Reach]]) -> None:
        self._reaches = reaches
        self._found: dict[str, tuple[float, float]] = {}

    def __getitem__(self, kind: str) -> tuple[float, float]:
        """The lowest and the highest value of that kind of number, "I" or "F"."""
        if not self._found:
            for each, low, high in self._reaches():
                before = self._found.get(each, (low, high))
                self._found[each] = min(low, before[0]), max(high, before[1])
        return self._found[kind]


@dataclass(frozen=True, eq=False)
class ReadPicture:
    """pixels: uint8 (C, H, W), 0…255. notes: sentences on what was changed, to be translated."""

    pixels: NDArray[np.uint8]
    notes: tuple[str, ...] = ()


def read_picture(
    data: bytes,
    shape: Shape = (1, 28, 28),
    max_pixels: int = MAX_PIXELS,
    scales: Scales | None = None,
) -> ReadPicture:
    """Decode a picture and fit it into ``shape``, (1, H, W) grey or (3, H, W) RGB.

    Turned as its EXIF entry says; its proportions are kept, and what stays empty is filled with
    the tone of its own edge, so that no frame appears. A picture that has the size already keeps
    every pixel. Black ink on white paper stays black on white, see ``looks_inverted``. A picture
    of more than 8 bits is brought to 0…255 by ``scales``, alone by its own values.
    Raises Problem for what is no picture, is damaged, or has more than ``max_pixels`` pixels.
    """
    channels, height, width = shape
    if channels not in (1, 3):
        raise Problem(
            N_("Pictures have 1 channel (grey) or 3 (colour); this model expects {channels}."),
            channels=channels,
        )
    with _told(data, max_pixels):
        image, notes = _decode(data, (width, height), max_pixels)
        if image.mode in DEEP_MODES:
            notes = (*notes, _DEEP)
            image = _to_8_bit(image, scales)
        opaque, note = _opaque(image, channels)
        return ReadPicture(_fitted(opaque, shape), (*notes, note) if note else notes)


def opened(
    data: bytes, size: tuple[int, int], max_pixels: int = MAX_PIXELS
) -> tuple[Image.Image, tuple[str, ...]]:
    """A picture as RGB, upright and opaque, and sentences on what was changed, to be translated.

    A JPEG that is much larger than ``size`` (width, height) is decoded at a half, a quarter or an
    eighth of its own. Raises Problem as ``read_picture`` does.
    """
    with _told(data, max_pixels):
        image, notes = _decode(data, size, max_pixels)
        if image.mode in DEEP_MODES:
            notes = (*notes, _DEEP)
            image = _to_8_bit(image, None)
        opaque, note = _opaque(image, 3)
        return opaque.convert("RGB"), (*notes, note) if note else notes


def fit_pixels(pixels: NDArray[np.uint8], shape: Shape) -> NDArray[np.uint8]:
    """Fit uint8 (H, W), (H, W, 3) RGB or (H, W, 4) RGBA into ``shape`` as ``read_picture`` does."""
    if pixels.shape == shape[1:] and shape[0] == 1:
        return pixels[np.newaxis]
    image = Image.fromarray(np.ascontiguousarray(pixels))
    return _fitted(_opaque(image, shape[0])[0], shape)


def reach_of(data: bytes, max_pixels: int = MAX_PIXELS) -> Reach | None:
    """How far a picture's values reach; None for one of 8 bits, or that cannot be read."""
    try:
        with _told(data, max_pixels):
            with _opened(data, max_pixels) as image:
                if image.mode not in DEEP_MODES:
                    return None
                values = np.asarray(image, dtype=np.float32)
    except Problem:
        return None
    finite = np.isfinite(values)
    if not finite.any():
        return None
    low, high = values.min(where=finite, initial=np.inf), values.max(where=finite, initial=-np.inf)
    return image.mode[0], float(low), float(high)


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


@contextmanager
def _told(data: bytes, max_pixels: int) -> Iterator[None]:
    """Whatever Pillow raises becomes a Problem."""
    try:
        # Pillow warns about sizes, which are checked here, and about details of metadata
        with warnings.catch_warnings(action="ignore"):
            yield
    except Problem:
        raise
    except (Image.DecompressionBombError, MemoryError) as error:
        raise _too_large(max_pixels) from error  # Pillow refuses the largest before we see a size
    except Exception as error:
        # broken files make Pillow's readers raise almost anything: OSError, SyntaxError,
        # ValueError, struct.error, KeyError, EOFError, …
        if kind_of(data[:HEAD]) == "heic":
            raise Problem(HEIC) from error
        raise Problem(_NO_PICTURE, formats=ACCEPTED) from error


def _opened(data: bytes, max_pixels: int) -> Image.Image:
    """The first frame, not yet decoded. Raises Problem for one of too many pixels."""
    image = Image.open(io.BytesIO(data), formats=FORMATS)
    if image.width * image.height > max_pixels:
        raise _too_large(max_pixels)
    return image


def _decode(
    data: bytes, size: tuple[int, int], max_pixels: int
) -> tuple[Image.Image, tuple[str, ...]]:
    """The first frame, upright, and what was done to it."""
    notes = []
    with _opened(data, max_pixels) as image:
        if getattr(image, "is_animated", False):
            notes.append(_FRAMES)
        # once more after is_animated, since looking for a second frame may enlarge a GIF
        if image.width * image.height > max_pixels:
            raise _too_large(max_pixels)
        # a JPEG can be decoded at 1/2, 1/4, 1/8 of its size; twice the target loses nothing
        image.draft(None, (2 * size[0], 2 * size[1]))
        image.load()
        upright = ImageOps.exif_transpose(image)
    if upright.mode == "CMYK":
        notes.append(_CMYK)
    return upright, tuple(notes)


def _opaque(image: Image.Image, channels: int) -> tuple[Image.Image, str]:
    """A picture on a ground on which its drawing is seen, and a note on it or "".

    A drawing in one colour is what its opacity says; in RGB it keeps this colour. The ground is
    white, but black where a drawing would be lost on white.
    """
    if not image.has_transparency_data:
        return image, ""
    seen = image.convert("RGBA")
    alpha = np.asarray(seen.getchannel("A"))
    if alpha.min() == 255:
        return seen.convert("RGB"), ""
    ground, note = "white", _CLEAR
    if alpha.max() > VISIBLE:
        drawn = np.asarray(seen)[alpha > VISIBLE][:, :3]
        if channels == 1 and np.ptp(drawn, axis=0).max() <= ONE_COLOUR:
            return seen.getchannel("A"), _ALPHA
        tones = np.asarray(seen.convert("L"))[alpha > VISIBLE]
        if np.median(tones) > 255 - NEAR_WHITE:
            ground, note = "black", _CLEAR_DARK
    flat = Image.new("RGB", seen.size, ground)
    flat.paste(seen, mask=seen)
    return flat, note


def _to_8_bit(image: Image.Image, scales: Scales | None) -> Image.Image:
    """Bring values to 0…255, on the scale of their set or else so that their own range fills it; a
    flat picture becomes black."""
    values = np.array(image, dtype=np.float32)
    finite = np.isfinite(values)
    if scales is not None and finite.any():
        low, high = scales[image.mode[0]]
    else:
        low = float(values.min(where=finite, initial=np.inf))
        high = float(values.max(where=finite, initial=-np.inf))
    values[~finite] = low
    if low >= high:
        return Image.new("L", image.size)
    # in place, because a large picture takes 160 MB here; clipped, because float32 may round up
    values -= low
    values *= 255 / (high - low)
    return Image.fromarray(np.rint(values, out=values).clip(0, 255, out=values).astype(np.uint8))


def _fitted(image: Image.Image, shape: Shape) -> NDArray[np.uint8]:
    """Grey or RGB as ``shape`` (C, H, W) says, and of its size."""
    channels, height, width = shape
    pixels = np.asarray(_fit(image.convert("L" if channels == 1 else "RGB"), (width, height)))
    return pixels.reshape(height, width, channels).transpose(2, 0, 1).copy()


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
