"""A visitor's own signal: windows of its normal part for training, of the rest for testing.

``signal:PATH`` names a table of times and values, or a signal that was handed over to the app. A
choice stands behind the path, so that runs and checkpoints repeat it::

    signal:river.csv?every=4&normal=10-50

Four values are averaged to a number then, and the tenth to the fiftieth hundredth of the signal
are known to be normal.
"""

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from aecore.data.dataset import Dataset, Images, Shape, Split, check_split
from aecore.messages import N_, Problem
from aecore.signals import kept
from aecore.signals.signal import Signal
from aecore.signals.windows import NUMBERS, SHAPE, Scale, Windows, curves

PREFIX = "signal:"
NORMAL = (0, 50)  # hundredths of the signal
MOST_EVERY = 4096  # values in a number
MOST_TRAINING = 20_000  # windows
MOST_TESTING = 5_000
_CHOICE = re.compile(r"\?every=(\d{1,4})&normal=(\d{1,3})-(\d{1,3})")


@dataclass(frozen=True)
class OwnSignal(Dataset):
    """Windows of NUMBERS · ``every`` values; ``normal`` says which part, in hundredths, is known
    to be normal. Raises Problem for values outside their range."""

    path: Path
    every: int = 1
    normal: tuple[int, int] = NORMAL
    shape: Shape = SHAPE
    classes: tuple[str, ...] = ()
    name: str = field(init=False)
    title: str = field(init=False)
    summary: str = N_("Windows of your own signal; those for training are of its normal part.")

    def __post_init__(self) -> None:
        start, end = self.normal
        if not (1 <= self.every <= MOST_EVERY and 0 <= start < end <= 100):
            raise Problem(
                N_(
                    "There are no windows with every={every} and normal={start}-{end}; expected "
                    "are 1 to {most} values in a number, and hundredths from 0 to 100."
                ),
                every=self.every,
                start=start,
                end=end,
                most=MOST_EVERY,
            )
        choice = "" if (self.every, self.normal) == (1, NORMAL) else self._choice()
        object.__setattr__(self, "name", f"{PREFIX}{self.path}{choice}")
        object.__setattr__(self, "title", self.path.stem)

    @classmethod
    def named(cls, text: str) -> Self:
        """The windows that a name means, with or without ``signal:``. Raises Problem.

        A relative path is completed: a run is resumed from another folder than it began in.
        """
        text = text.removeprefix(PREFIX)
        path, sign, choice = text.rpartition("?")
        found = _CHOICE.fullmatch(sign + choice)
        path = path if found else text
        if not path:
            raise Problem(N_("After signal: the path of a table of times and values is missing."))
        whole = Path(os.path.abspath(os.path.expanduser(path)))
        if not found:
            return cls(whole)
        every, start, end = map(int, found.groups())
        return cls(whole, every, (start, end))

    def _choice(self) -> str:
        return f"?every={self.every}&normal={self.normal[0]}-{self.normal[1]}"

    # a field of other data sets, which the contract can't make a property (see own.py): here it is
    # known when the signal has been read, and nobody assigns to it
    @property
    def train_images(self) -> int:  # type: ignore[override]  # a field elsewhere, never assigned
        """How many windows are for training. Raises Problem."""
        return len(self.places("train"))

    @property
    def signal(self) -> Signal:
        """All of it. Raises Problem."""
        return kept.load(self.path)

    @property
    def windows(self) -> Windows:
        """Those over all of it. Raises Problem where there is none."""
        windows = Windows.of(self.signal, self.every)
        if not windows.count:
            raise Problem(
                N_(
                    "{name} has {n} values, a window {needed}; choose shorter windows, or hand "
                    "over a longer signal."
                ),
                name=self.title,
                n=len(self.signal),
                needed=NUMBERS * self.every,
            )
        return windows

    @property
    def scale(self) -> Scale:
        """What of its values becomes 0…255, by its normal part. Raises Problem."""
        start, end = (round(len(self.signal) * share / 100) for share in self.normal)
        return Scale.around(self.signal.values[start:end])

    def places(self, split: Split) -> np.ndarray:
        """Which of ``windows`` are of a split, int64 (n,): those inside its normal part, or those
        that have nothing of it; of very many some. Raises Problem."""
        check_split(split)
        windows = self.windows
        starts = np.arange(windows.count) * windows.hop
        low, high = (len(self.signal) / self.every * share / 100 for share in self.normal)
        normal = (starts >= low) & (starts + NUMBERS <= high)
        apart = (starts >= high) | (starts + NUMBERS <= low)
        found = np.flatnonzero(normal if split == "train" else apart)
        if len(found) < 2:
            raise Problem(
                N_(
                    "Too few windows of {name} are in its normal part or outside of it: {n}. "
                    "Choose shorter windows, or another normal part."
                ),
                name=self.title,
                n=len(found),
            )
        most = MOST_TRAINING if split == "train" else MOST_TESTING
        return found[np.linspace(0, len(found) - 1, min(most, len(found))).astype(np.intp)]

    def pictured(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Windows as curves."""
        return curves(pixels)

    def on_this_machine(self, split: Split = "test") -> bool:
        """Whether the file is there."""
        return os.path.isfile(self.path)

    def load(self, split: Split) -> Images:
        """The windows of a split, uint8 (N, 1, T, F). Raises Problem."""
        pixels = self.windows.cut(self.signal, self.scale)[self.places(split)]
        return Images(pixels, None, self.name, split)
