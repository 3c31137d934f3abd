"""Melodies as pictures for people: piano rolls."""

import numpy as np
from numpy.typing import NDArray

from aecore.melodies.melody import LOWEST, PITCHES, STEPS, most_likely, notes_of

STRIKE, SOUND = 255, 170  # of the step in which a note begins, and of those in which it lasts


def rolls(examples: NDArray) -> NDArray[np.uint8]:
    """Examples or predictions (N, 1, T, SYMBOLS) as pictures, uint8 (N, 1, PITCHES, T): time goes
    to the right, high notes are above."""
    drawn = np.zeros((len(examples), 1, PITCHES, STEPS), np.uint8)
    for picture, symbols in zip(drawn[:, 0], most_likely(examples), strict=True):
        for start, length, pitch in notes_of(symbols):
            row = picture[PITCHES - 1 - (pitch - LOWEST)]
            row[start : start + length] = SOUND
            row[start] = STRIKE
    return drawn
