"""A melody as a short word, such as stands in an address: ``4c_d_e_g_5c___``.

A letter begins a note in a sixteenth: c d e f g a b, in capitals a semitone higher (C is c sharp).
A digit says in which octave the notes after it are, ``-`` begins a rest and ``_`` holds what was
begun. What isn't said at the end is silence.
"""

import re

import numpy as np
from numpy.typing import NDArray

from aecore.melodies.melody import HOLD, LOWEST, PITCHES, REST, STEPS
from aecore.messages import N_, Problem

NOTES = "cCdDefFgGaAb"  # of an octave, from c on
OCTAVE = 4  # of notes before any digit
BAD = N_("The melody in the address cannot be read; it is left out.")
_WORD = re.compile(r"(?:[0-8]?[cCdDefFgGaAb]|[-_])*")


def spelled(symbols: NDArray[np.integer]) -> str:
    """The word of at most STEPS symbols."""
    written, octave = "", None
    for symbol in symbols.tolist():
        if symbol < PITCHES:
            now, note = divmod(symbol + LOWEST, 12)
            written += f"{now - 1 if now - 1 != octave else ''}{NOTES[note]}"
            octave = now - 1
        else:
            written += "_" if symbol == HOLD else "-"
    return written


def read(word: str) -> NDArray[np.uint8]:
    """The symbols of a word, uint8 (n,) with n at most STEPS. Raises Problem."""
    # what is far too long is not even looked at
    if len(word) > 2 * STEPS or not _WORD.fullmatch(word):
        raise Problem(BAD)
    found: list[int] = []
    octave = OCTAVE
    for letter in word:
        if letter in "_-":
            found.append(HOLD if letter == "_" else REST)
        elif letter.isdigit():
            octave = int(letter)
        else:
            found.append(12 * (octave + 1) + NOTES.index(letter) - LOWEST)
    if len(found) > STEPS or any(symbol < 0 for symbol in found):
        raise Problem(BAD)
    return np.array(found, np.uint8)
