"""Random numbers that a browser draws as well: ``browser/shared/draws.js`` gives the same ones.

The n-th 32 bits of a seed are SplitMix's: a counter that goes by 2³² divided by the golden ratio
(Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014), here with 32
bits, whose mixing function is one of those that C. Wellons' hash-prospector found. Of normal
numbers each takes two uniform ones (Box and Muller, "A Note on the Generation of Random Normal
Deviates", 1958). These are for what people look at; trainings draw with PyTorch.
"""

import math
from collections.abc import Sequence

import numpy as np
import torch
from torch import Generator, Tensor

GOLDEN = np.uint32(0x9E3779B9)


class Draws:
    """Random numbers that follow from a ``seed``, a whole number from 0 to 2³² - 1."""

    def __init__(self, seed: int) -> None:
        self._start = _mixed(np.array([seed], np.uint32))[0]
        self._drawn = 0

    def uniform(self, n: int) -> np.ndarray:
        """float32 (n,), evenly from 0 up to 1, without 1: 24 bits each."""
        uniform: np.ndarray = (self._bits(n) >> 8).astype(np.float32) * np.float32(2**-24)
        return uniform

    def normal(self, n: int) -> np.ndarray:
        """float32 (n,) of the standard normal distribution, at most 5.8 from 0.

        Computed with double precision: where two machines' logarithms differ in their last bit,
        what is rounded to 24 bits doesn't.
        """
        first, second = (self._bits(2 * n) >> 8).reshape(n, 2).astype(np.float64).T * 2**-24
        radius = np.sqrt(-2 * np.log(first + 2**-24))
        normal: np.ndarray = (radius * np.cos(2 * math.pi * second)).astype(np.float32)
        return normal

    def _bits(self, n: int) -> np.ndarray:
        counter = np.arange(self._drawn + 1, self._drawn + 1 + n, dtype=np.uint32)
        self._drawn += n
        return _mixed(self._start + counter * GOLDEN)


def _mixed(x: np.ndarray) -> np.ndarray:
    x = (x ^ (x >> 16)) * np.uint32(0x21F0AAAD)
    x = (x ^ (x >> 15)) * np.uint32(0x735A2D97)
    mixed: np.ndarray = x ^ (x >> 15)
    return mixed


def uniform(shape: Sequence[int], source: Generator | Draws, like: Tensor) -> Tensor:
    """Numbers of this shape, evenly from 0 to 1, where ``like`` lies."""
    if isinstance(source, Draws):
        drawn = source.uniform(math.prod(shape))
        return torch.from_numpy(drawn).reshape(*shape).to(like.device)
    return torch.rand(*shape, generator=source, device=like.device)


def normal(shape: Sequence[int], source: Generator | Draws, like: Tensor) -> Tensor:
    """Standard normal numbers of this shape, where ``like`` lies and of its type."""
    if isinstance(source, Draws):
        drawn = source.normal(math.prod(shape))
        return torch.from_numpy(drawn).reshape(*shape).to(like.device, like.dtype)
    return torch.randn(*shape, generator=source, device=like.device, dtype=like.dtype)
