"""Images in the formats that everybody uses: their bytes, and what comes back."""

import gzip
import io
import lzma
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from PIL import Image

from aecore.messages import N_

QUALITIES = (1, 5, 10, 20, 35, 50, 75, 90, 95)
JPEG_QUALITY = 75  # the usual one
# LZMA at its best with a dictionary as small as an image, which takes no time to make
SMALL = [{"id": lzma.FILTER_LZMA1, "preset": 9 | lzma.PRESET_EXTREME, "dict_size": 4096}]


def _saved(image: np.ndarray, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image).save(file, kind, **options)
    return file.getvalue()


# of one image, uint8 (H, W); each alone, as files are
LOSSLESS: Mapping[str, Callable[[np.ndarray], bytes]] = MappingProxyType(
    {
        "raw": lambda image: image.tobytes(),
        "png": lambda image: _saved(image, "PNG", optimize=True),
        # quality 100 takes fourteen times as long and saves half a percent
        "webp": lambda image: _saved(image, "WEBP", lossless=True, quality=75, method=6),
        "gzip": lambda image: gzip.compress(image.tobytes(), 9, mtime=0),
        "lzma": lambda image: lzma.compress(image.tobytes(), lzma.FORMAT_ALONE, filters=SMALL),
    }
)
LOSSY = ("jpeg", "jpeg-bare", "webp-lossy")
TITLES = {
    "raw": N_("raw, 8 bits a pixel"),
    "png": "PNG",
    "webp": N_("WebP, lossless"),
    "gzip": "gzip",
    "lzma": "LZMA",
    "gzip-together": N_("gzip of all together"),
    "lzma-together": N_("LZMA of all together"),
    "jpeg": "JPEG",
    "jpeg-bare": N_("JPEG, tables once"),
    "webp-lossy": "WebP",
}


def lossy(image: np.ndarray, name: str, quality: int) -> tuple[int, np.ndarray]:
    """The bytes of an image, uint8 (H, W), in one of LOSSY at a quality of 1 to 100, and what
    comes back, uint8 (H, W).

    Most of a small JPEG are tables that are the same in every file of a quality; "jpeg-bare" leaves
    them out, as whoever keeps many could.
    """
    kind = "WEBP" if name == "webp-lossy" else "JPEG"
    # WebP's best effort; JPEG's tables made for the image pay only where they are counted
    options: dict[str, object] = {"method": 6} if kind == "WEBP" else {"optimize": name == "jpeg"}
    whole = _saved(image, kind, quality=quality, **options)
    with Image.open(io.BytesIO(whole)) as opened:
        back = np.asarray(opened.convert("L"))
    if name == "jpeg-bare":  # streamtype 2: without the tables
        return len(_saved(image, kind, quality=quality, streamtype=2)), back
    return len(whole), back


# of all images, uint8 (N, H, W), in one piece
TOGETHER: Mapping[str, Callable[[np.ndarray], bytes]] = MappingProxyType(
    {
        "gzip-together": lambda images: gzip.compress(images.tobytes(), 9, mtime=0),
        "lzma-together": lambda images: lzma.compress(
            images.tobytes(), preset=9 | lzma.PRESET_EXTREME
        ),
    }
)
