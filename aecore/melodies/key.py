"""The key of a melody, by how long each pitch class sounds.

C. Krumhansl, E. Kessler, "Tracing the dynamic changes in perceived tonal organization in a spatial
representation of musical keys", Psychological Review 89 (1982): the profile of a key that
correlates most with the melody's.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

MAJOR = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
MINOR = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
C, A = 0, 9  # pitch classes
SCALES = {False: (0, 2, 4, 5, 7, 9, 11), True: (0, 2, 3, 5, 7, 8, 10)}  # major, natural minor


class Key(NamedTuple):
    """The pitch class 0…11 of its tonic, C being 0, and whether it is minor."""

    tonic: int
    minor: bool

    def shift(self) -> int:
        """Semitones, −6…5, to C major or A minor."""
        return ((A if self.minor else C) - self.tonic + 6) % 12 - 6

    def pitches(self) -> tuple[int, ...]:
        """The seven pitch classes of its scale."""
        return tuple((self.tonic + step) % 12 for step in SCALES[self.minor])


def pitch_classes(notes: NDArray[np.number]) -> NDArray[np.float64]:
    """The share of the time, (12,), that each pitch class has in notes (n, 3): see Tune."""
    summed = np.bincount(notes[:, 2].astype(np.int64) % 12, weights=notes[:, 1], minlength=12)
    found: NDArray[np.float64] = summed / max(1e-9, summed.sum())
    return found


def key_of(notes: NDArray[np.number]) -> Key:
    """The key of notes (n, 3), at least one."""
    minor, tonic = divmod(int((_PROFILES @ pitch_classes(notes)).argmax()), 12)
    return Key(tonic, bool(minor))


def _profile(shape: tuple[float, ...]) -> NDArray[np.float64]:
    """(12, 12): of a key on each tonic, with mean 0 and length 1."""
    values = np.array(shape) - np.mean(shape)
    values /= np.linalg.norm(values)
    return np.stack([np.roll(values, tonic) for tonic in range(12)])


_PROFILES = np.concatenate([_profile(MAJOR), _profile(MINOR)])  # (24, 12)
