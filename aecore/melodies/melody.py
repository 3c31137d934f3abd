"""A melody as models take it: a symbol for each sixteenth, and a tune as it is written.

88 symbols begin a note, from A0 to C8, one begins a rest, and one holds what was begun. The form is
that of Roberts et al., "A Hierarchical Latent Vector Model for Learning Long-Term Structure in
Music", arXiv:1803.05428.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

STEPS = 32  # sixteenths of a window: two bars of 4/4
PITCHES = 88
LOWEST = 21  # MIDI's number of A0
REST, HOLD = PITCHES, PITCHES + 1
SYMBOLS = PITCHES + 2
SHAPE = (1, STEPS, SYMBOLS)  # of a window whose symbols are drawn as ones among zeros

LONGEST = 20_000  # sixteenths of a tune: 1,250 bars of 4/4


@dataclass(frozen=True, eq=False)
class Tune:
    """A melody of one voice.

    notes: float32 (n, 3): onset and length in sixteenths, and MIDI's number of the pitch; in order,
    no two at once. bar: sixteenths in a bar. barlines: float32 (k,), where bars begin.
    """

    title: str
    notes: NDArray[np.float32]
    bar: int = 16
    barlines: NDArray[np.float32] = field(default_factory=lambda: np.zeros(1, np.float32))

    @property
    def length(self) -> int:
        """In sixteenths, at most LONGEST."""
        if not len(self.notes):
            return 0
        return int(min(LONGEST, np.ceil((self.notes[:, 0] + self.notes[:, 1]).max())))


@dataclass(frozen=True, eq=False)
class Tunes:
    """Tunes, and how many were left out, by the reason."""

    tunes: tuple[Tune, ...]
    left_out: Mapping[str, int] = field(default_factory=dict)


def symbols_of(tune: Tune) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The symbols of a tune, uint8 (length,), and where a note was too short for a sixteenth.

    Onsets go to the nearest sixteenth; of two notes on the same one the first is lost.
    """
    length = tune.length
    starts = np.floor(tune.notes[:, 0] + 0.5).astype(np.int64)
    ends = np.floor(tune.notes[:, 0] + tune.notes[:, 1] + 0.5).astype(np.int64)
    ends = np.maximum(ends, starts + 1)
    inside = starts < length
    symbols = np.full(length, HOLD, np.uint8)
    symbols[starts[inside]] = tune.notes[inside, 2].astype(np.int64) - LOWEST  # the last one stays
    lost = np.zeros(length, np.bool_)
    lost[starts[1:][inside[1:] & (starts[1:] == starts[:-1])]] = True
    changes = np.bincount(starts[inside], minlength=length + 1).astype(np.int64)
    changes -= np.bincount(np.minimum(ends[inside], length), minlength=length + 1)
    silent = np.cumsum(changes)[:length] == 0
    symbols[silent & ~np.concatenate([[False], silent[:-1]])] = REST
    return symbols, lost


def window(symbols: NDArray[np.uint8], start: int) -> NDArray[np.uint8]:
    """STEPS symbols from ``start`` on; what sounds there already begins anew."""
    cut = symbols[start : start + STEPS].copy()
    if cut[0] == HOLD:
        before = symbols[:start]
        cut[0] = before[before != HOLD][-1]
    return cut


def notes_of(symbols: NDArray[np.integer]) -> NDArray[np.int64]:
    """The notes of symbols (T,): int64 (n, 3) of onset, length in steps and MIDI pitch.

    A hold with nothing before it is silence, so any symbols are a melody.
    """
    begins = np.flatnonzero(symbols != HOLD)
    lengths = np.diff(np.append(begins, len(symbols)))
    what = np.asarray(symbols, np.int64)[begins]
    sounds = what < PITCHES
    return np.stack([begins, lengths, what + LOWEST], 1)[sounds]


def transposed(symbols: NDArray[np.uint8], semitones: int | NDArray[np.integer]) -> NDArray:
    """Symbols (…, T) with every note so many semitones higher. Raises ValueError where one
    would leave the 88 pitches."""
    sounds = symbols < PITCHES
    moved = symbols.astype(np.int64) + np.where(sounds, semitones, 0)
    if (moved[sounds] < 0).any() or (moved[sounds] >= PITCHES).any():
        raise ValueError("a note leaves the 88 pitches")
    return moved.astype(np.uint8)


def one_hot(symbols: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Windows (N, T) as examples, uint8 (N, 1, T, SYMBOLS): 255 for the symbol of each step."""
    examples = np.zeros((*symbols.shape, SYMBOLS), np.uint8)
    np.put_along_axis(examples, symbols[..., None].astype(np.intp), 255, axis=-1)
    return examples[:, None]


def most_likely(examples: NDArray) -> NDArray[np.uint8]:
    """The symbols, uint8 (N, T), that stand out in examples or predictions (N, 1, T, SYMBOLS)."""
    symbols: NDArray[np.uint8] = examples[:, 0].argmax(-1).astype(np.uint8)
    return symbols
