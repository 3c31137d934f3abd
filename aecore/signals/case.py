"""A signal that is to be judged: its windows, and which of them a judge may learn from."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from aecore.data import dataset, load
from aecore.data.heartbeats import HEARTBEATS, KINDS, SCALE, recorded
from aecore.data.own_signal import OwnSignal
from aecore.signals import judging
from aecore.signals.judging import Floats, Judge
from aecore.signals.signal import Signal
from aecore.signals.windows import Scale, Windows, kinds_of, marks_of


@dataclass(frozen=True, eq=False)
class Case:
    """The whole of ``signal``, cut into ``windows``, as the data set ``name`` has some of them.

    ``inside``: which of the windows (n,) are of the normal part, if they are in the same signal.
    """

    name: str
    title: str
    signal: Signal
    windows: Windows
    scale: Scale
    inside: NDArray[np.int64] | None = None

    @classmethod
    def named(cls, name: str) -> "Case":
        """That of a data set of windows. Raises Problem."""
        if name == HEARTBEATS.name:
            signal = recorded("test")
            return cls(name, HEARTBEATS.title, signal, Windows.of(signal), SCALE)
        own = dataset(name)
        assert isinstance(own, OwnSignal)
        inside = own.places("train")
        return cls(name, own.title, own.signal, own.windows, own.scale, inside)

    @cached_property
    def pixels(self) -> NDArray[np.uint8]:
        """All windows, uint8 (count, 1, STEPS, FEATURES)."""
        return self.windows.cut(self.signal, self.scale)

    @cached_property
    def normal(self) -> NDArray[np.uint8]:
        """The windows that judges learn from, uint8 (n, 1, STEPS, FEATURES)."""
        return load(self.name, "train").pixels

    @cached_property
    def marks(self) -> NDArray[np.int64]:
        """Which mark each window has half of, see ``marks_of``."""
        return marks_of(self.windows, self.signal)

    @cached_property
    def kinds(self) -> NDArray[np.int64]:
        """What is wrong in each window, as a place in KINDS."""
        return kinds_of(self.windows, self.signal, KINDS)

    def usual(self, judge: Judge, strangeness: Floats) -> float:
        """What 99 of 100 normal windows stay below; ``strangeness`` (count,) is known already."""
        if self.inside is not None:
            return judging.usual(strangeness[self.inside])
        return judging.usual(judge(self.normal)[0])

    def in_units(self, strangeness: Floats) -> Floats:
        """Mean squared errors on the scale 0…1 as root mean square errors in the signal's unit."""
        roots: Floats = np.sqrt(strangeness) * np.float32(self.scale.high - self.scale.low)
        return roots
