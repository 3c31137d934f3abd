"""The model that Start shows, without PyTorch: a server's first visitor shall not wait for that.

What it computes is the same for everybody who has drawn nothing, so it is computed once.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aecore import checkpoint, metrics
from aecore.fully_connected import FullyConnected
from ui import cache, coder, images

KEPT = 32  # batches; a visitor who draws, or looks at another example, asks for one more


@dataclass(frozen=True, eq=False)
class Walked:
    """N images on their way through the model: codes (N, d), copies (N, C, H, W) in 0…1, and the
    mean squared errors of both the copies and those of PCA with as many numbers, each (N,)."""

    codes: NDArray[np.float32]
    copies: NDArray[np.float32]
    errors: NDArray[np.float64]
    straight: NDArray[np.float64]


def walked(path: Path, pixels: NDArray[np.uint8]) -> Walked:
    """Images uint8 (N, C, H, W) through the checkpoint at ``path``. Raises Problem."""
    return _walked(path, checkpoint.digest(path), pixels.tobytes(), pixels.shape)


def grey(path: Path, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Copies (N, C, H, W) by the same network before it has learned. Raises Problem."""
    return _grey(path, checkpoint.digest(path), pixels.tobytes(), pixels.shape)


@lru_cache(maxsize=2)
def _model(path: Path, _digest: str) -> FullyConnected:
    return FullyConnected.load(path)


@lru_cache(maxsize=KEPT)
def _walked(path: Path, digest: str, content: bytes, shape: tuple[int, ...]) -> Walked:
    pixels = np.frombuffer(content, np.uint8).reshape(shape)
    model = _model(path, digest)
    codes = model.encode(pixels)
    copies = model.decode(codes)
    pca = coder.pca(cache.MNIST, codes.shape[1])
    unit = images.unit(pixels)
    errors, straight = (metrics.mse(drawn, unit) for drawn in (copies, pca.reconstruct(pixels)))
    return Walked(codes, copies, errors, straight)


@lru_cache(maxsize=2)
def _grey(path: Path, digest: str, content: bytes, shape: tuple[int, ...]) -> NDArray[np.float32]:
    pixels = np.frombuffer(content, np.uint8).reshape(shape)
    return _model(path, digest).untrained().reconstruct(pixels)
