"""How good a model of melodies is: steps right, smooth walks, samples that are new and sound so."""

import numpy as np
from numpy.typing import NDArray

from aecore.melodies.key import key_of, pitch_classes
from aecore.melodies.melody import HOLD, PITCHES, REST, notes_of
from aecore.melodies.rivals import edit_distance, nearest

CANDIDATES = 20  # windows with most steps in common, of which the edit distance is taken
COPY = 3  # edits by which a copy may differ
SLACK = 0.02  # of a distance 0…1: so little a walk may come back
WIDEST = 24  # semitones that a sung or fiddled melody spans in two bars
USUAL = (48, 96)  # MIDI's pitches, from a low voice to a high fiddle

Symbols = NDArray[np.uint8]


def steps_right(made: Symbols, true: Symbols) -> dict[str, float]:
    """Shares 0…1 of the steps (N, T) that are right: all, and where the truth begins a note, holds
    it, or begins a rest."""
    right = made == true
    kinds = {"notes": true < PITCHES, "holds": true == HOLD, "rests": true == REST}
    return {
        "all": float(right.mean()),
        **{kind: float(right[where].mean()) for kind, where in kinds.items() if where.any()},
    }


def restored(made: Symbols, damaged: Symbols, true: Symbols) -> dict[str, float]:
    """Shares 0…1 of the steps (N, T) that are right in what was made of damaged melodies: of
    ``all``, of those that were damaged (``again``), and of the others (``kept``)."""
    right, hit = made == true, damaged != true
    found = {"all": float(right.mean())}
    for name, where in (("again", hit), ("kept", ~hit)):
        if where.any():
            found[name] = float(right[where].mean())
    return found


def walks(paths: NDArray[np.uint8]) -> dict[str, float]:
    """Of walks (N, points, T) the share in which the distance to the first point never shrinks.

    ``pitches``: the share of steps in which another pitch class sounds; ``rhythm``: of those in
    which notes begin, hold or rest otherwise; ``both`` of these. ``classes``: between the pitch
    classes' shares of the time, whatever their order, which even a cross-fade of the steps seldom
    keeps from shrinking: half-way between two melodies of one key, more of it sounds.
    """
    found = []
    for path in paths:
        heard = np.stack([_sounding(one) for one in path])
        rhythm = np.where(path < PITCHES, 0, path)
        shares = np.stack([pitch_classes(notes_of(one)) for one in path])
        found.append(
            (
                _grows((heard != heard[0]).mean(1)),
                _grows((rhythm != rhythm[0]).mean(1)),
                _grows(abs(shares - shares[0]).sum(1) / 2),
            )
        )
    grown = np.array(found)
    return {
        "pitches": float(grown[:, 0].mean()),
        "rhythm": float(grown[:, 1].mean()),
        "both": float(grown[:, :2].all(1).mean()),
        "classes": float(grown[:, 2].mean()),
    }


def _sounding(symbols: Symbols) -> NDArray[np.int64]:
    """The pitch class that sounds in each step (T,), or −1."""
    found = np.full(len(symbols), -1)
    for onset, length, pitch in notes_of(symbols):
        found[onset : onset + length] = pitch % 12
    return found


def _grows(distances: NDArray[np.float64]) -> bool:
    return bool((np.diff(distances) >= -SLACK).all())


def samples(drawn: Symbols, known: Symbols) -> dict[str, float]:
    """Of new windows (N, T) the share that is ``new``, more than COPY edits from each of the
    ``known`` ones (looked for among those with most steps in common), with the median ``edits``;
    the mean share of notes ``in_key``; and the share of a usual ``range``."""
    close = nearest(known, drawn, CANDIDATES)
    edits = np.array(
        [
            min(edit_distance(one, known[other]) for other in others)
            for one, others in zip(drawn, close, strict=True)
        ]
    )
    in_key, ranged = [], []
    for one in drawn:
        notes = notes_of(one)
        if not len(notes):
            in_key.append(0.0)
            ranged.append(False)
            continue
        pitches = notes[:, 2]
        in_key.append(float(np.isin(pitches % 12, key_of(notes).pitches()).mean()))
        low, high = pitches.min(), pitches.max()
        ranged.append(bool(high - low <= WIDEST and USUAL[0] <= low and high <= USUAL[1]))
    return {
        "new": float((edits > COPY).mean()),
        "edits": float(np.median(edits)),
        "in_key": float(np.mean(in_key)),
        "range": float(np.mean(ranged)),
    }
