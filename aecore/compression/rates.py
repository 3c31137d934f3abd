"""Bits an image against how much of it comes back: models, PCA, JPEG, WebP."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from aecore import metrics
from aecore.compression import formats
from aecore.compression.code_coder import WAYS, Levels, store

KINDS = ("model", "pca", *formats.LOSSY)


@dataclass(frozen=True)
class Point:
    """A way to keep images and what it costs: ``bits`` and ``psnr`` (dB), means over test images.

    ``kind`` is one of KINDS, ``name`` the model's, or that of PCA's size; ``way`` one of WAYS or,
    of a format, its quality.
    """

    kind: str
    name: str
    way: str
    bits: float
    psnr: float

    def to_json(self) -> dict[str, Any]:
        """Plain values, rounded as they are shown."""
        return {**asdict(self), "bits": round(self.bits, 2), "psnr": round(self.psnr, 3)}


@dataclass(frozen=True, eq=False)
class Codec:
    """A model or PCA of a size: ``kind``, ``name``; ``encode`` takes uint8 images (N, C, H, W) to
    codes (N, d), ``decode`` these to images in 0…1; ``levels`` gives steps of so many bits."""

    kind: str
    name: str
    encode: Callable[[np.ndarray], np.ndarray]
    decode: Callable[[np.ndarray], np.ndarray]
    levels: Callable[[int], Levels]

    def pictures(self, codes: np.ndarray, way: str) -> tuple[float, np.ndarray]:
        """Bits of a code stored in that way, and what images come back, uint8 (N, C, H, W)."""
        kept = store(codes, way, self.levels)
        drawn = self.decode(kept.codes).clip(0, 1)
        return kept.bits_each, (drawn * 255).round().astype(np.uint8)


def points(codec: Codec, pixels: np.ndarray, ways: Iterable[str] = WAYS) -> Iterator[Point]:
    """A point for each way, on uint8 images (N, C, H, W)."""
    codes, psnr = codec.encode(pixels), {}
    for way in ways:
        bits, drawn = codec.pictures(codes, way)
        same = way.removesuffix("e")  # entropy-coded they are the same pictures
        if same not in psnr:
            psnr[same] = mean_psnr(drawn, pixels)
        yield Point(codec.kind, codec.name, way, bits, psnr[same])


def format_points(pixels: np.ndarray, qualities: Iterable[int]) -> Iterator[Point]:
    """A point for each lossy format and quality, on uint8 images (N, 1, H, W), each alone."""
    for name in formats.LOSSY:
        for quality in qualities:
            found = [formats.lossy(image, name, quality) for image in pixels[:, 0]]
            back = np.stack([picture for _bytes, picture in found])[:, None]
            bits = 8 * float(np.mean([length for length, _picture in found]))
            yield Point(name, name, str(quality), bits, mean_psnr(back, pixels))


def mean_psnr(drawn: np.ndarray, pixels: np.ndarray) -> float:
    """The mean over uint8 images (N, …) of their PSNR in dB."""
    return float(metrics.psnr(_unit(drawn), _unit(pixels)).mean())


def _unit(pixels: np.ndarray) -> np.ndarray:
    return pixels.astype(np.float32) / 255
