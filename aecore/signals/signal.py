"""What a signal is: values at even steps of time, and stretches of it that are marked."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Mark:
    """A stretch of a signal that is known to be strange: ``kind``, from ``start`` to ``end`` in
    seconds from the signal's first value."""

    kind: str
    start: float
    end: float


@dataclass(frozen=True, eq=False)
class Signal:
    """float32 values (N,), ``rate`` of them a second, the first at ``begins`` seconds.

    ``marks`` are in the order of time; ``unit`` is that of the values, "" where none is known.
    """

    values: NDArray[np.float32]
    rate: float
    marks: Sequence[Mark] = ()
    begins: float = 0.0
    unit: str = ""

    def __len__(self) -> int:
        return len(self.values)

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return len(self.values) / self.rate
