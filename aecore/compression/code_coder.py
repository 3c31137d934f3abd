"""The codes of a model, or PCA's, at every depth of bits: from images to bytes and back."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from aecore.compression import entropy
from aecore.compression.quantise import DEPTHS, STEPPED, Steps, packed

WAYS = (*(str(bits) for bits in DEPTHS), *(f"{bits}e" for bits in STEPPED))
"""How codes are stored: bits a number, and with an e the same levels entropy-coded."""


@dataclass(frozen=True, eq=False)
class Levels:
    """Steps and, for each number of a code, how often training codes are on each of them.

    ``tables`` (d, 2^bits) are counts.
    """

    steps: Steps
    tables: np.ndarray

    @classmethod
    def fit(cls, codes: np.ndarray, bits: int) -> "Levels":
        """From training codes (N, d)."""
        steps = Steps.fit(codes, bits)
        return cls(steps, entropy.stored(entropy.counts(steps.levels(codes), bits)))

    def first(self, numbers: int) -> "Levels":
        """Those of the first so many numbers of a code: PCA's of every size begin alike."""
        low, high = self.steps.low[:numbers], self.steps.high[:numbers]
        return Levels(Steps(low, high, self.steps.bits), self.tables[:numbers])


def bits_of(way: str) -> int:
    """The bits a number of one of WAYS."""
    return int(way.removesuffix("e"))


@dataclass(frozen=True, eq=False)
class StoredCodes:
    """Codes (N, d), float32, as they come back from ``bytes`` bytes for all together."""

    codes: np.ndarray
    bytes: int

    @cached_property
    def bits_each(self) -> float:
        """Bits of one image's code, mean."""
        return 8 * self.bytes / len(self.codes)


def store(codes: np.ndarray, way: str, levels: Callable[[int], Levels]) -> StoredCodes:
    """Codes (N, d) stored in one of WAYS; ``levels`` gives those of so many bits."""
    bits = bits_of(way)
    if bits == 32:
        return StoredCodes(codes, codes.astype(np.float32).nbytes)
    if bits == 16:
        half = codes.astype(np.float16)
        return StoredCodes(half.astype(np.float32), half.nbytes)
    of_bits = levels(bits)
    found = of_bits.steps.levels(codes)
    if way.endswith("e"):
        length = len(entropy.encode_levels(found, of_bits.tables))
    else:
        length = len(packed(found, bits))
    return StoredCodes(of_bits.steps.values(found), length)
