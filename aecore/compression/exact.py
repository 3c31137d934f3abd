"""Networks that compute the same on every machine, to the last bit.

An entropy decoder must find exactly the probabilities that the encoder had, but the sum of 32-bit
numbers depends on the order in which a processor adds them. Here every weight is a whole number of
at most 7 bits times a power of two of its row, and every number that goes in has 8 bits. Then all
products and sums are whole multiples of one power of two with less than 24 bits, which 32-bit
numbers hold exactly, so that no order can change them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from aecore.messages import N_, Problem

WEIGHT = 127  # the largest whole number of a weight
MOST_SHIFT = 10  # weights are multiples of 2^-10 at the finest
BIAS = 256  # biases are multiples of 1/256
INPUT = 256  # what goes in is a multiple of 1/256, below 1 …
HIDDEN = 64  # … and what hidden layers hand on one of 1/64, below 4
TOP = 255  # the largest whole number of either
EXACT = 2**24  # whole numbers up to here are exact in 32-bit floating point


@dataclass(frozen=True)
class ExactLayer:
    """W x + b: ``weight`` int8 (out, in) · 2^-``shift``, uint8 (out,), ``bias`` int16 (out,) / 256.

    Raises Problem for sizes that don't fit, and numbers whose sums wouldn't be exact.
    """

    weight: np.ndarray
    shift: np.ndarray
    bias: np.ndarray

    def __post_init__(self) -> None:
        outputs = len(self.weight)
        shapes = self.shift.shape == self.bias.shape == (outputs,) and self.weight.ndim == 2
        kinds = (self.weight.dtype, self.shift.dtype, self.bias.dtype)
        if not shapes or kinds != (np.int8, np.uint8, np.int16) or (self.shift > MOST_SHIFT).any():
            raise Problem(N_("The tables of the lossless coder are damaged."))
        # in units of 2^-shift / 256, of which hidden numbers have up to four times as many
        sums = np.abs(self.weight.astype(np.int64)).sum(1) * TOP * (INPUT // HIDDEN)
        biases = np.abs(self.bias.astype(np.int64)) << self.shift
        if (sums + biases >= EXACT).any():
            raise Problem(N_("The tables of the lossless coder are damaged."))

    def __call__(self, x: np.ndarray) -> np.ndarray:
        """(N, out) of (N, in), both float32 on their grids."""
        weight, bias = self._floats
        result: np.ndarray = x @ weight + bias
        return result

    @cached_property
    def _floats(self) -> tuple[np.ndarray, np.ndarray]:
        weight = self.weight.astype(np.float32) / (1 << self.shift.astype(np.int32))[:, None]
        return weight.T.astype(np.float32), self.bias.astype(np.float32) / np.float32(BIAS)

    @property
    def size(self) -> int:
        """Its bytes."""
        return int(self.weight.nbytes + self.shift.nbytes + self.bias.nbytes)


def hidden(sums: np.ndarray) -> np.ndarray:
    """The activation: negative numbers become 0, others are cut down to 8 bits."""
    whole: np.ndarray = np.floor(sums * HIDDEN).clip(0, TOP)
    return whole / np.float32(HIDDEN)


def run(layers: Sequence[ExactLayer], x: np.ndarray) -> np.ndarray:
    """The last layer's sums (N, out) for float32 (N, in), with ``hidden`` between the layers."""
    for layer in layers[:-1]:
        x = hidden(layer(x))
    return layers[-1](x)
