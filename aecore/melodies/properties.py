"""What one can count in a melody, and the directions in which codes have more of it."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from aecore.melodies.melody import STEPS, notes_of

Symbols = NDArray[np.uint8]

# how strong each sixteenth is: a bar's first, its middle, the other quarters, eighths, and the rest
STRENGTH = np.array([sum(not step % every for every in (2, 4, 8, 16)) for step in range(STEPS)])


def note_count(symbols: Symbols) -> float:
    """How many notes begin."""
    return float(len(notes_of(symbols)))


def height(symbols: Symbols) -> float:
    """MIDI's number of the mean pitch, by how long each sounds; NaN without notes."""
    notes = notes_of(symbols)
    return float(np.average(notes[:, 2], weights=notes[:, 1])) if len(notes) else float("nan")


def syncopation(symbols: Symbols) -> float:
    """How many notes begin on a sixteenth and sound through a stronger one.

    After C. Longuet-Higgins and C. Lee, "The Rhythmic Interpretation of Monophonic Music", Music
    Perception 1 (1984).
    """
    return float(
        sum(
            STRENGTH[start + 1 : start + length].max(initial=0) > STRENGTH[start]
            for start, length, _pitch in notes_of(symbols)
        )
    )


PROPERTIES: dict[str, Callable[[Symbols], float]] = {
    "notes": note_count,
    "height": height,
    "syncopation": syncopation,
}


def directions(codes: NDArray[np.floating], melodies: Symbols) -> NDArray[np.float32]:
    """For each of PROPERTIES the difference, (3, d), of two mean codes: of the upper quarter of the
    ``melodies`` (N, STEPS), by that property, and of the lower one; ``codes`` (N, d) are theirs."""
    found = []
    for measure in PROPERTIES.values():
        upper, lower = _quarters(np.array([measure(one) for one in melodies]))
        found.append(codes[upper].mean(0) - codes[lower].mean(0))
    return np.array(found, np.float32)


def _quarters(values: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who is in the upper quarter (N,), who in the lower one; both with all that are equal.

    Where most have the same value it is those above it, and those who have it or less.
    """
    low, high = np.nanpercentile(values, (25, 75))
    return values >= high if high > low else values > high, values <= low
