"""Windows of a signal, as models take them, and what was found in them laid out along the time.

A window is a stretch of NUMBERS numbers, folded into an image of shape (1, STEPS, FEATURES): row
after row, so that a recurrent model reads a few values at a step and a convolutional one sees
neighbours in time and from one step to the next. Where a window lasts longer, each number is the
mean of ``every`` values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from aecore.signals.signal import Signal

STEPS, FEATURES = 32, 8
NUMBERS = STEPS * FEATURES
SHAPE = (1, STEPS, FEATURES)
CURVE = (40, 64)  # rows and columns of a window's picture
OVERLAP = 8  # windows over each value of the signal, where these don't become too many
MOST_WINDOWS = 80_000  # 20 MB
INSIDE = 0.5  # share of a marked stretch that makes a window strange
NORMAL, UNCLEAR = -1, -2  # windows with nothing marked, and with its edge
ENOUGH = 1_000_000  # values tell a scale
ROOM = 0.25  # of the width of the normal values, above and below


@dataclass(frozen=True)
class Scale:
    """The values ``low`` and ``high`` of a signal become 0 and 255; what is beyond is cut off."""

    low: float
    high: float

    @classmethod
    def around(cls, values: NDArray[np.float32]) -> Self:
        """The scale of a normal signal: all but its rarest values, and room for stranger ones."""
        some = values[:: 1 + len(values) // ENOUGH]
        low, high = (float(level) for level in np.percentile(some, (0.1, 99.9)))
        room = ROOM * (high - low) or 1.0  # a signal that stands still has no width
        return cls(low - room, high + room)

    def levels(self, values: NDArray[np.float32]) -> NDArray[np.uint8]:
        """Values of any shape as uint8."""
        shares = (values - self.low) / (self.high - self.low)
        levels: NDArray[np.uint8] = np.rint(shares.clip(0, 1) * 255).astype(np.uint8)
        return levels

    def values(self, shares: NDArray[np.float32]) -> NDArray[np.float32]:
        """What a model draws, in 0…1, as values of the signal."""
        return self.low + shares * np.float32(self.high - self.low)


@dataclass(frozen=True)
class Windows:
    """``count`` windows of NUMBERS · ``every`` values, one every ``hop`` · ``every`` values."""

    count: int
    hop: int
    every: int = 1

    @classmethod
    def of(cls, signal: Signal, every: int = 1) -> Self:
        """Windows over all of a signal: eight over each value, or fewer over a long one."""
        numbers = len(signal) // every
        hop = NUMBERS // OVERLAP
        while hop < NUMBERS and (numbers - NUMBERS) // hop + 1 > MOST_WINDOWS:
            hop *= 2
        return cls(max(0, (numbers - NUMBERS) // hop + 1), hop, every)

    def cut(self, signal: Signal, scale: Scale) -> NDArray[np.uint8]:
        """All windows, uint8 (count, 1, STEPS, FEATURES)."""
        numbers = scale.levels(self.numbers(signal))
        seen = np.lib.stride_tricks.sliding_window_view(numbers, NUMBERS)[:: self.hop]
        return np.ascontiguousarray(seen).reshape(-1, *SHAPE)

    def numbers(self, signal: Signal) -> NDArray[np.float32]:
        """The numbers that the windows are cut from, float32 (n,)."""
        whole = signal.values[: self.length * self.every]
        means: NDArray[np.float32] = whole.reshape(-1, self.every).mean(1, dtype=np.float32)
        return means

    @property
    def length(self) -> int:
        """How many numbers the windows cover together."""
        return (self.count - 1) * self.hop + NUMBERS if self.count else 0

    def starts(self, rate: float) -> NDArray[np.float64]:
        """When each begins, in seconds from the signal's first value."""
        starts: NDArray[np.float64] = np.arange(0.0, self.count) * (self.hop * self.every / rate)
        return starts

    def seconds(self, rate: float) -> float:
        """How long each lasts."""
        return NUMBERS * self.every / rate


def curves(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Windows (N, 1, STEPS, FEATURES) as pictures of their curves, uint8 (N, 1, *CURVE)."""
    height, width = CURVE
    rows = np.rint((1 - pixels.reshape(len(pixels), width, -1) / 255) * (height - 1))
    # each column reaches to the first number of the next one, so that the line has no gaps
    following = np.concatenate([rows[:, 1:, :1], rows[:, -1:, -1:]], 1)
    reach = np.concatenate([rows, following], 2)
    top, bottom = reach.min(2)[:, None], reach.max(2)[:, None]
    row = np.arange(height)[None, :, None]
    drawn: NDArray[np.uint8] = ((row >= top) & (row <= bottom)).astype(np.uint8)
    return 255 * drawn[:, None]


def marks_of(windows: Windows, signal: Signal) -> NDArray[np.int64]:
    """Which of the signal's marks each window (count,) has at least half of; NORMAL for none.

    UNCLEAR where there is only an edge of a marked stretch.
    """
    starts = windows.starts(signal.rate)
    ends = starts + windows.seconds(signal.rate)
    found = np.full(windows.count, NORMAL)
    for number, mark in enumerate(signal.marks):
        common = np.minimum(ends, mark.end) - np.maximum(starts, mark.start)
        found[(common > 0) & (found == NORMAL)] = UNCLEAR
        found[common >= INSIDE * (mark.end - mark.start)] = number
    return found


def kinds_of(windows: Windows, signal: Signal, kinds: Sequence[str]) -> NDArray[np.int64]:
    """What is wrong in each window (count,), as a place in ``kinds``: 0 for nothing, or UNCLEAR."""
    places = [kinds.index(mark.kind) for mark in signal.marks]
    return np.array([*places, UNCLEAR, 0])[marks_of(windows, signal)]  # the last two by -2 and -1


class Overlay:
    """The mean along the time of what was made of overlapping windows."""

    def __init__(self, windows: Windows) -> None:
        self._hop = windows.hop
        self._sums = np.zeros(windows.length, np.float32)
        self._counts = np.zeros(windows.length, np.float32)

    def add(self, first: int, made: NDArray[np.float32]) -> None:
        """What was made, (n, 1, STEPS, FEATURES), of the n windows from the ``first`` on."""
        for number, one in enumerate(made.reshape(len(made), NUMBERS), first):
            place = slice(number * self._hop, number * self._hop + NUMBERS)
            self._sums[place] += one
            self._counts[place] += 1

    def mean(self) -> NDArray[np.float32]:
        """(length,)"""
        return (self._sums / np.maximum(self._counts, 1)).astype(np.float32)
