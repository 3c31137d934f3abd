"""What a model of melodies has to beat: the nearest window, a Markov chain, a cross-fade."""

from collections import Counter, defaultdict

import numpy as np
from numpy.typing import NDArray

from aecore.melodies.melody import HOLD, STEPS

ORDER = 3  # symbols that the chain remembers

Symbols = NDArray[np.uint8]


def nearest(known: Symbols, windows: Symbols, count: int = 1) -> NDArray[np.int64]:
    """The ``count`` of the ``known`` windows (N, T) that share most steps with each of ``windows``
    (M, T): int64 (M, count), the nearest first."""
    columns = np.ascontiguousarray(known.T)  # a step of all windows lies together
    found = np.empty((len(windows), count), np.int64)
    for row, one in zip(found, windows, strict=True):
        shared = np.zeros(len(known), np.uint8)
        for column, symbol in zip(columns, one, strict=True):
            shared += column == symbol
        best = np.argpartition(shared, -count)[-count:] if count < len(known) else shared.argsort()
        row[:] = best[np.argsort(-shared[best].astype(int), kind="stable")]
    return found


def edit_distance(one: Symbols, other: Symbols) -> int:
    """How many symbols have to be put in, taken out or changed to make one (T,) of the other."""
    row = np.arange(len(other) + 1)
    for n, symbol in enumerate(one, 1):
        # taken out or changed; what is put in comes from the left, of all places at once
        best = np.minimum(row[1:] + 1, row[:-1] + (other != symbol))
        steps = np.arange(1, len(other) + 1)
        best = np.minimum.accumulate(np.append(n, best - steps)) + np.append(0, steps)
        row = best
    return int(row[-1])


def cross_fade(one: Symbols, other: Symbols, points: int, rng: np.random.Generator) -> Symbols:
    """From one window (T,) to another, (points, T): more and more steps, drawn at random, are the
    other's."""
    place = rng.permutation(len(one)) / len(one)
    shares = np.linspace(0, 1, points)
    return np.where(place < shares[:, None], other, one).astype(np.uint8)


class MarkovChain:
    """Which symbol follows ORDER others, at which of the window's steps' places in a quarter.

    Where these never came together, fewer of them are asked.
    """

    def __init__(self, windows: Symbols) -> None:
        """Counts in windows (N, T)."""
        self._counts: dict[tuple[int, ...], Counter[int]] = defaultdict(Counter)
        for window in windows.tolist():
            for step, symbol in enumerate(window):
                for order in range(min(step, ORDER) + 1):
                    self._counts[self._key(window[step - order : step], step)][symbol] += 1

    @staticmethod
    def _key(before: list[int], step: int) -> tuple[int, ...]:
        return (step if step < ORDER else step % 4 + STEPS, *before)

    def _known(self, before: list[int], step: int) -> Counter[int]:
        for order in range(min(step, ORDER), -1, -1):
            found = self._counts.get(self._key(before[step - order : step], step))
            if found:
                return found
        return Counter({HOLD: 1})

    def guessed(self, windows: Symbols) -> Symbols:
        """The likeliest symbol of each step of windows (N, T), told the true ones before it."""
        guesses = [
            [self._known(window, step).most_common(1)[0][0] for step in range(len(window))]
            for window in windows.tolist()
        ]
        return np.array(guesses, np.uint8)

    def drawn(self, count: int, rng: np.random.Generator) -> Symbols:
        """New windows (count, STEPS)."""
        windows = []
        for _ in range(count):
            window: list[int] = []
            for step in range(STEPS):
                known = self._known(window, step)
                weights = np.array(list(known.values()), float)
                window.append(int(rng.choice(list(known), p=weights / weights.sum())))
            windows.append(window)
        return np.array(windows, np.uint8)
