"""Simulated heartbeats: windows of an electrocardiogram, for training only of a healthy heart.

The test signal has marked stretches in which something is wrong. Both are made at run time by
aecore.signals.ecg, the same on every machine.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from aecore.data.dataset import Dataset, Images, Shape, Split, check_split
from aecore.messages import N_
from aecore.signals import ecg
from aecore.signals.signal import Mark, Signal
from aecore.signals.windows import SHAPE, Scale, Windows, curves, kinds_of

RATE = 128  # values a second
MINUTES = {"train": 30, "test": 15}
SEEDS = {"train": 0, "test": 1}
BEAT, BEAT_SPREAD = 60 / 68, 0.04  # seconds from one R peak to the next
NOISE = 0.02  # millivolts: standard deviation of what every electrode adds
SCALE = Scale(-0.55, 1.45)  # millivolts that become 0…255

NORMAL, EARLY, MISSING, MISSHAPEN, NOISY = KINDS = (
    N_("normal"),
    N_("early beat"),
    N_("missing beat"),
    N_("misshapen beat"),
    N_("noise"),
)
EACH = 12  # marked stretches of each kind in the test signal
STRANGE = KINDS[1:]


@lru_cache(maxsize=2)
def recorded(split: Split) -> Signal:
    """The signal of a split in millivolts; that for testing with its strange stretches marked."""
    check_split(split)
    rng = np.random.default_rng(SEEDS[split])
    seconds = MINUTES[split] * 60
    every = ecg.intervals(seconds + 4 * BEAT, BEAT, BEAT_SPREAD, rng)
    disturb = _disturbed if split == "test" else _healthy
    beats, marks = disturb(np.cumsum(every) - 2 * BEAT, seconds, rng)
    values = ecg.draw(beats, seconds, RATE)
    values += rng.normal(0, NOISE, len(values)).astype(np.float32)
    for mark in marks:
        if mark.kind == NOISY:
            some = slice(round(mark.start * RATE), round(mark.end * RATE))
            values[some] += _electrode_noise(len(values[some]), rng)
    return Signal(values, RATE, marks, unit="mV")


def _healthy(
    peaks: NDArray[np.float64], seconds: float, rng: np.random.Generator
) -> tuple[ecg.Beats, list[Mark]]:
    return ecg.Beats.at(peaks), []


def _disturbed(
    peaks: NDArray[np.float64], seconds: float, rng: np.random.Generator
) -> tuple[ecg.Beats, list[Mark]]:
    """Something wrong every now and then, far enough apart to be told from each other."""
    beats = ecg.Beats.at(peaks.copy())
    inside = np.flatnonzero((peaks > 6) & (peaks < seconds - 6))
    kinds = rng.permutation(np.repeat(np.array(STRANGE), EACH))
    room = len(inside) // len(kinds)  # beats for each
    marks = []
    for place, kind in enumerate(kinds.tolist()):
        k = int(inside[place * room + rng.integers(room - 5)])
        marks.append(_CHANGES[kind](beats, k, rng))
    return beats, marks


def _early(beats: ecg.Beats, k: int, rng: np.random.Generator) -> Mark:
    """The beat comes before its time; the pause behind it makes up for that."""
    since = beats.peaks[k] - beats.peaks[k - 1]
    beats.peaks[k] -= since * rng.uniform(0.2, 0.4)
    return Mark(EARLY, float(beats.peaks[k - 1]), float(beats.peaks[k + 1]))


def _missing(beats: ecg.Beats, k: int, rng: np.random.Generator) -> Mark:
    """The beat doesn't come."""
    beats.pushes[k] = 0
    return Mark(MISSING, float(beats.peaks[k - 1]), float(beats.peaks[k + 1]))


def _misshapen(beats: ecg.Beats, k: int, rng: np.random.Generator) -> Mark:
    """It starts in the wrong place of the heart: no P wave, all of it wider, T upside down."""
    wider = rng.uniform(1.5, 2.5)
    beats.widths[k, 1:4] *= wider
    # a wave is as high as a·b²: what is wider is pushed less, and is a little higher in the end
    beats.pushes[k, 1:4] *= 1.2 / wider**2
    beats.pushes[k, 0] = 0
    beats.pushes[k, 4] *= -rng.uniform(0.5, 1.5)
    at = float(beats.peaks[k])
    return Mark(MISSHAPEN, at - 0.35, at + 0.5)


def _noise(beats: ecg.Beats, k: int, rng: np.random.Generator) -> Mark:
    """An electrode that is loose, or a muscle that trembles."""
    at = float(beats.peaks[k])
    return Mark(NOISY, at - 0.4, at + float(rng.uniform(0.4, 1.2)))


def _electrode_noise(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Trembling in millivolts that swells and fades."""
    strength = rng.uniform(0.08, 0.25) * np.sin(np.pi * np.arange(count) / count)
    noise: NDArray[np.float32] = (rng.normal(0, 1, count) * strength).astype(np.float32)
    return noise


_CHANGES: dict[str, Callable[[ecg.Beats, int, np.random.Generator], Mark]] = {
    EARLY: _early,
    MISSING: _missing,
    MISSHAPEN: _misshapen,
    NOISY: _noise,
}


@dataclass(frozen=True)
class Heartbeats(Dataset):
    """Windows of two seconds, one every quarter of a second.

    Those for testing that have only an edge of a marked stretch in them are left out.
    """

    name: str = "heartbeats"
    title: str = N_("Heartbeats (simulated)")
    summary: str = N_(
        "Windows of two seconds of a simulated electrocardiogram; those for training are normal, "
        "of those for testing some have early, missing or misshapen beats, or noise."
    )
    classes: tuple[str, ...] = KINDS
    shape: Shape = SHAPE
    train_images: int = 7193

    @property
    def learned(self) -> tuple[int, ...]:
        """Training windows are all normal."""
        return (KINDS.index(NORMAL),)

    def pictured(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Windows as curves."""
        return curves(pixels)

    def on_this_machine(self, split: Split = "test") -> bool:
        """True: they are made here."""
        return True

    def load(self, split: Split) -> Images:
        """The windows of a split in their order, uint8 (N, 1, T, F)."""
        signal = recorded(split)
        windows = Windows.of(signal)
        labels = kinds_of(windows, signal, KINDS)
        clear = labels >= 0
        return Images(windows.cut(signal, SCALE)[clear], labels[clear], self.name, split)


HEARTBEATS = Heartbeats()
