"""Codes with few bits a number: rounded to the middles of equal steps."""

from dataclasses import dataclass

import numpy as np

from aecore.messages import N_, Problem, out_of_range

DEPTHS = (32, 16, 8, 4, 2)  # bits a number
STEPPED = (8, 4, 2)  # those of equal steps; 16 and 32 are floating point
CUT = (0.0, 0.01, 0.1, 0.3, 1.0, 2.0, 4.0, 7.0, 10.0, 15.0)  # percent, at either end


@dataclass(frozen=True, eq=False)
class Steps:
    """Equal steps for each number of a code: ``low`` and ``high`` (d,) are the ends of all of them.

    ``bits`` from 1 to 8 give 2^bits steps. Raises Problem for others.
    """

    low: np.ndarray
    high: np.ndarray
    bits: int

    def __post_init__(self) -> None:
        if not 1 <= self.bits <= 8:
            raise out_of_range(N_("number of bits"), self.bits, 1, 8)
        if self.low.shape != self.high.shape or not (self.low <= self.high).all():
            raise Problem(N_("The steps of these codes are damaged."))

    @classmethod
    def fit(cls, codes: np.ndarray, bits: int) -> "Steps":
        """Those that leave the least squared error on codes (N, d), usually of training images.

        Few steps are better spent where most codes are: of each number a share at both ends is
        cut off, from CUT, for all numbers the same.
        """
        ends = np.percentile(codes, [*CUT, *(100 - share for share in CUT)], axis=0)
        candidates = [
            cls(low.astype(np.float32), high.astype(np.float32), bits)
            for low, high in zip(ends[: len(CUT)], ends[len(CUT) :], strict=True)
        ]
        return min(candidates, key=lambda each: float(((each.rounded(codes) - codes) ** 2).mean()))

    @property
    def width(self) -> np.ndarray:
        """How wide a step is, (d,); of a number that is always the same it is 1."""
        wide = (self.high - self.low) / 2**self.bits
        return np.where(wide > 0, wide, 1).astype(np.float32)

    def levels(self, codes: np.ndarray) -> np.ndarray:
        """The steps that codes (N, d) are on: uint8 (N, d) in 0…2^bits - 1."""
        steps = np.floor((codes - self.low) / self.width)
        found: np.ndarray = steps.clip(0, 2**self.bits - 1).astype(np.uint8)
        return found

    def values(self, levels: np.ndarray) -> np.ndarray:
        """The middles of these steps, float32 (N, d)."""
        middles: np.ndarray = self.low + (levels.astype(np.float32) + np.float32(0.5)) * self.width
        return middles

    def rounded(self, codes: np.ndarray) -> np.ndarray:
        """Codes (N, d) with so many bits a number, as float32."""
        return self.values(self.levels(codes))


def packed(levels: np.ndarray, bits: int) -> bytes:
    """Levels (N, d) with ``bits`` (1 to 8) each, one after the other."""
    as_bits = np.unpackbits(levels[..., None], axis=-1)[..., 8 - bits :]
    return np.packbits(as_bits).tobytes()


def unpacked(data: bytes, bits: int, shape: tuple[int, int]) -> np.ndarray:
    """What ``packed`` was given, uint8 of that shape. Raises Problem when there is too little."""
    count = shape[0] * shape[1]
    if len(data) * 8 < count * bits:
        raise Problem(N_("The compressed data is cut short or damaged."))
    as_bits = np.unpackbits(np.frombuffer(data, np.uint8), count=count * bits)
    padded = np.zeros((count, 8), np.uint8)
    padded[:, 8 - bits :] = as_bits.reshape(count, bits)
    return np.packbits(padded).reshape(shape)
