"""Where a batch of images comes from: the device's memory, or a disk."""

from typing import Protocol

import numpy as np
import torch
from torch import Tensor


class Pixels(Protocol):
    """Images (N, C, H, W), uint8 or float32 in 0…1: a NumPy array, or what reads them from disk
    when asked."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __len__(self) -> int: ...

    def __getitem__(self, indices: np.ndarray) -> np.ndarray: ...


class Batches:
    """Images, and their labels if they have any, by their indices.

    A NumPy array in memory is moved to the device once, as it is: uint8 takes a quarter of the
    memory of floats. Anything else is read anew for each batch, so it may be larger than any
    memory.
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
            images = self._pixels[indices]
        else:
            read = self._pixels[indices.cpu().numpy()]
            images = torch.from_numpy(read).to(self._device)
        return images if images.is_floating_point() else images.float().div_(255)

    def labels(self, indices: Tensor) -> Tensor | None:
        """int64 (B,), or None where there are no labels."""
        return None if self._labels is None else self._labels[indices]


def shuffled(indices: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """``count`` of the indices: once through all of them in random order, or as often as it takes,
    in another order each time."""
    n = len(indices)
    passes = [
        indices[torch.randperm(n, generator=generator, device=indices.device)]
        for _ in range(0, count, n)
    ]
    return torch.cat(passes)[:count]
