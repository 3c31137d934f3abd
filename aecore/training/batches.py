"""Where a batch of images comes from: the device's memory, or a disk."""

from typing import Protocol

import numpy as np
import torch
from torch import Tensor


class Pixels(Protocol):
    """uint8 images (N, C, H, W): a NumPy array, or what reads them from disk when asked."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, indices: np.ndarray) -> np.ndarray: ...


class Batches:
    """Images, and their labels if they have any, by their indices.

    A NumPy array in memory is moved to the device once, as uint8: a quarter of the memory of
    floats. Anything else is read anew for each batch, so it may be larger than any memory.
    """

    def __init__(self, pixels: Pixels, labels: np.ndarray | None, device: torch.device) -> None:
        self._device = device
        self._pixels: Pixels | Tensor = pixels
        if isinstance(pixels, np.ndarray) and not isinstance(pixels, np.memmap):
            self._pixels = torch.from_numpy(pixels).to(device)
        self._labels = None if labels is None else torch.from_numpy(labels).to(device)

    def __len__(self) -> int:
        return len(self._pixels)

    def images(self, indices: Tensor) -> Tensor:
        """float32 (B, C, H, W) in 0…1 of indices (B,), on the device."""
        if isinstance(self._pixels, Tensor):
            return self._pixels[indices].float().div_(255)
        read = self._pixels[indices.cpu().numpy()]
        return torch.from_numpy(read).to(self._device).float().div_(255)

    def labels(self, indices: Tensor) -> Tensor | None:
        """int64 (B,), or None where there are no labels."""
        return None if self._labels is None else self._labels[indices]
