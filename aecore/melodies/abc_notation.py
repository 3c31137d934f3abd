"""Tunes in ABC notation, read by the package music21.

It is no part of the app's requirements: whoever reads ABC installs it.
"""

import importlib.util
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import numpy as np

from aecore.melodies.melody import LONGEST, LOWEST, PITCHES, Tune
from aecore.messages import N_, Problem

MOST_LETTERS = 50_000  # of one tune; its reader takes time, and longer ones are none
MOST_BAR = 32  # sixteenths: 4/2
# of the standard, by which an accidental lasts to the end of its bar; few books name theirs
ACCIDENTALS_LAST = (2, 1, 0)
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ALTERED = {"#": 1, "-": -1, "n": 0}
_METRE = re.compile(r"^M:(.*)$|\[M:([^\]\n]*)", re.M)
_PITCH = re.compile(r"([A-G])([#n-]*)(-?\d+)")

# why a tune is left out
NO_METRE = N_("no metre, or one that changes")
VOICES = N_("several voices")
UNREADABLE = N_("cannot be read")
OUTSIDE = N_("a note outside of the piano's 88 keys, or more than 1,250 bars")
NOTELESS = N_("no notes")


class LeftOut(Exception):
    """A tune that isn't taken; ``reason`` is one of the above."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def is_here() -> bool:
    """Whether music21 is installed. Looks for it only."""
    return importlib.util.find_spec("music21") is not None


def require() -> None:
    """Raise Problem unless music21 is installed."""
    if not is_here():
        raise Problem(
            N_(
                "Tunes in ABC are read by the package music21, which is not installed here; "
                "install it (pip install music21), or hand over MIDI files."
            )
        )


def read(text: str) -> tuple[list[Tune], Counter[str]]:
    """The tunes in a text, and how many were left out for which reason.

    Raises Problem without music21.
    """
    require()
    found, left = [], Counter[str]()
    for one in _each(text):
        try:
            found.append(_tune(one))
        except LeftOut as out:
            left[out.reason] += 1
    return found, left


def _each(text: str) -> Iterator[str]:
    """The tunes of a book; each begins with its number."""
    parts = re.split(r"^(?=X:)", text.replace("\r\n", "\n").replace("\r", "\n"), flags=re.M)
    return (part for part in parts if part.startswith("X:"))


def _tune(text: str) -> Tune:
    """Raises LeftOut."""
    from music21 import abcFormat

    if len(text) > MOST_LETTERS:
        raise LeftOut(UNREADABLE)
    if any(_is_misread(line or inside) for line, inside in _METRE.findall(text)):
        raise LeftOut(NO_METRE)
    try:
        tokens = abcFormat.ABCFile(ACCIDENTALS_LAST).readstr(text).tokens
        bar = _bar(tokens)
        notes, barlines = _notes(tokens)
    except LeftOut:
        raise
    # a parser of other people's, fed with anything: whatever it stumbles over, the text is bad
    except Exception as error:
        raise LeftOut(UNREADABLE) from error
    title = re.search(r"^T:\s*(.*)$", text, re.M)
    return checked(Tune(title[1].strip() if title else "", notes, bar, barlines))


def _is_misread(metre: str) -> bool:
    """Whether its reader would take a minute over a number, as over 4041/8, or misread it.

    Whatever is neither digit nor slash is nothing to that reader: 2+3/8 would be 23/8.
    """
    return "+" in metre or any(len(part) > 2 for part in re.sub(r"[^\d/]", "", metre).split("/"))


def checked(tune: Tune) -> Tune:
    """The tune. Raises LeftOut if it is none that can be taken."""
    if not len(tune.notes):
        raise LeftOut(NOTELESS)
    pitches, ends = tune.notes[:, 2], tune.notes[:, 0] + tune.notes[:, 1]
    inside = (pitches >= LOWEST) & (pitches < LOWEST + PITCHES)
    if not inside.all() or ends.max() > LONGEST:
        raise LeftOut(OUTSIDE)
    return tune


def bar_of(numerator: int, denominator: int) -> int:
    """Sixteenths in a bar. Raises LeftOut where they are no whole number, or too many."""
    whole, rest = divmod(numerator * 16, max(1, denominator))
    if rest or denominator < 1 or not 0 < whole <= MOST_BAR:
        raise LeftOut(NO_METRE)
    return whole


def _bar(tokens: list[Any]) -> int:
    """The metre that holds for all of it."""
    from music21 import abcFormat

    facts = [token for token in tokens if isinstance(token, abcFormat.ABCMetadata)]
    metres = {token.getTimeSignatureParameters() for token in facts if token.isMeter()}
    if any(token.isVoice() for token in facts):
        raise LeftOut(VOICES)
    metre = metres.pop() if len(metres) == 1 else None
    if metre is None:
        raise LeftOut(NO_METRE)
    numerator, denominator, _symbol = metre
    return bar_of(numerator, denominator)


def _notes(tokens: list[Any]) -> tuple[np.ndarray, np.ndarray]:
    """Notes (n, 3) and barlines (k,), see Tune. Of chords the highest note is taken; ornaments
    take no time; what is repeated is played once."""
    from music21 import abcFormat

    now = 0.0  # sixteenths
    notes: list[list[float]] = []
    barlines = [0.0]
    for token in tokens:
        if isinstance(token, abcFormat.ABCBar):
            if now > barlines[-1]:
                barlines.append(now)
        elif isinstance(token, abcFormat.ABCNote) and not token.inGrace:
            length = 4 * float(token.quarterLength)
            if token.activeTuplet is not None:
                length *= float(token.activeTuplet.tupletMultiplier())
            pitches = _pitches(token)
            tied = token.tie in ("stop", "continue") and notes
            if pitches and tied and notes[-1][2] == max(pitches):
                notes[-1][1] += length
            elif pitches and length > 0:
                notes.append([now, length, max(pitches)])
            now += length
    return np.array(notes, np.float32).reshape(-1, 3), np.array(barlines, np.float32)


def _pitches(token: Any) -> list[int]:
    """MIDI's numbers of the notes in a note, a chord or a rest."""
    names = [each.pitchName for each in getattr(token, "subTokens", [token])]
    return [_midi(name) for name in names if name is not None]


def _midi(name: str) -> int:
    """Of a pitch as music21 writes it: C4, F#5, B-3, En4."""
    found = _PITCH.fullmatch(name)
    if found is None:
        raise LeftOut(UNREADABLE)
    letter, altered, octave = found.groups()
    return 12 * (int(octave) + 1) + _STEPS[letter] + sum(_ALTERED[each] for each in altered)
