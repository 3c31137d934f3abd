"""A melody out of a MIDI file, read by the package mido.

Of a file with several parts the highest of those with one voice is taken, and never the drums.
Ticks alone count, so no tempo, not even one of 0, changes what is read.
"""

import io
import re
from collections import defaultdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from aecore.melodies.abc_notation import LeftOut, bar_of
from aecore.melodies.melody import LONGEST, LOWEST, PITCHES, Tune
from aecore.messages import N_, Problem, Remark

MOST_BYTES = 400_000  # an event takes two at least, so there are never more than 200,000
DRUMS = 9  # channel, counted from 0
LATEST = 2**53  # ticks
OVERLAP = 0.5  # sixteenths by which notes played legato may overlap
MOST_OVERLAPS = 0.05  # share of a part's notes that may overlap more than that, in one voice

HIGHEST_PART = N_("{file} has {parts} parts; kept is the highest of those with one voice.")
HIGHEST_NOTES = N_("In {file} several notes sound at once; kept is the highest of them.")


def read(content: bytes, name: str) -> Tune:
    """The melody in a file that is called ``name``. Raises Problem."""
    file = _opened(content, name)
    voices = [voice for part in _parts(file, name) if (voice := _one_voice(part)) is not None]
    if not voices:
        raise Problem(
            N_(
                "In {file} several notes sound at once in each part; expected is a melody of one "
                "voice. Save it alone, on a channel of its own."
            ),
            file=name,
        )
    return _tune(file, max(voices, key=_mean_pitch), name)


def read_highest(content: bytes, name: str) -> tuple[Tune, Remark | None]:
    """The melody, too, of a file in which several notes sound at once: the highest ones. With what
    is to be said of what was kept. Raises Problem.
    """
    file = _opened(content, name)
    parts = _parts(file, name)
    voices = [voice for part in parts if (voice := _one_voice(part)) is not None]
    if voices:
        more = len(parts) > 1
        told = Remark(HIGHEST_PART, {"file": name, "parts": len(parts)}) if more else None
        return _tune(file, max(voices, key=_mean_pitch), name), told
    highest = _highest(max(parts, key=_mean_pitch))
    return _tune(file, highest, name), Remark(HIGHEST_NOTES, {"file": name})


def _mean_pitch(notes: NDArray[np.float32]) -> float:
    return float(notes[:, 2].mean())


def _tune(file: Any, notes: NDArray[np.float32], name: str) -> Tune:
    """Raises Problem for a very long one."""
    if (notes[:, 0] + notes[:, 1]).max() > LONGEST:
        raise Problem(
            N_("The melody in {file} has more than {most} bars; save a part of it."),
            file=name,
            most=LONGEST // 16,
        )
    bar = _bar(file)
    lines = np.arange(0, (notes[:, 0] + notes[:, 1]).max() + 1, bar, dtype=np.float32)
    return Tune(name, notes, bar, lines)


def _opened(content: bytes, name: str) -> Any:
    """Raises Problem for what is no MIDI file, or no whole one."""
    import mido

    if not content:
        raise Problem(N_("{file} is empty. Copy or download it again."), file=name)
    if not content.startswith(b"MThd"):
        raise Problem(N_("{file} is no MIDI file, whatever its name says."), file=name)
    if len(content) > MOST_BYTES:
        raise Problem(
            N_("{file} has more than {most} KB, far more than a melody; save the melody alone."),
            file=name,
            most=MOST_BYTES // 1000,
        )
    try:
        if re.search(rb"[\x80-\xff]{1000}", content):
            raise ValueError("a number of a thousand digits, over which the reader takes seconds")
        file = mido.MidiFile(file=io.BytesIO(content), clip=True)
    # a parser of other people's, fed with anything: whatever it stumbles over, the file is bad
    except Exception as error:
        raise Problem(
            N_("{file} is damaged or cut off. Save or download it again."), file=name
        ) from error
    if file.ticks_per_beat <= 0:
        raise Problem(
            N_("{file} counts its time in pictures of a film, not in beats; save it otherwise."),
            file=name,
        )
    return file


def _parts(file: Any, name: str) -> list[NDArray[np.float32]]:
    """The notes (n, 3) of each part that has any, see Tune. Raises Problem where none has."""
    parts: dict[tuple[int, int], list[tuple[float, float, int]]] = defaultdict(list)
    drums = False
    for number, track in enumerate(file.tracks):
        now = 0
        sounding: dict[tuple[int, int], int] = {}  # since when, by channel and pitch
        ended = []
        for message in track:
            now += message.time
            if message.type not in ("note_on", "note_off"):
                continue
            key = message.channel, message.note
            if key in sounding:
                ended.append((*key, sounding.pop(key), now))
            if message.type == "note_on" and message.velocity:
                sounding[key] = now
        ended += [(*key, since, now) for key, since in sounding.items()]  # never let go
        for channel, pitch, start, end in ended:
            drums |= channel == DRUMS
            on_the_piano = LOWEST <= pitch < LOWEST + PITCHES
            if end > LATEST:  # no float has room for what a file can claim
                raise Problem(
                    N_("{file} is damaged or cut off. Save or download it again."), file=name
                )
            if channel != DRUMS and on_the_piano and end > start:
                step = file.ticks_per_beat / 4
                parts[number, channel].append((start / step, (end - start) / step, pitch))
    if not parts and drums:
        raise Problem(
            N_("{file} has drums only; expected is a melody, on another channel."), file=name
        )
    if not parts:
        raise Problem(N_("{file} has no notes; expected is a melody of one voice."), file=name)
    return [np.array(sorted(notes), np.float32) for notes in parts.values()]


def _one_voice(notes: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """The notes, each ending where the next begins; None where several sound at once."""
    until = notes[:-1, 0] + notes[:-1, 1]
    many = until > notes[1:, 0] + OVERLAP
    if many.sum() > MOST_OVERLAPS * len(notes):
        return None
    alone: NDArray[np.float32] = notes[
        np.append(np.diff(notes[:, 0]) > 0, True)
    ]  # of those at once the highest
    alone[:-1, 1] = np.minimum(alone[:-1, 1], np.diff(alone[:, 0]))
    return alone


def _highest(notes: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of all notes those above which none sounds when they begin, each until the next one."""
    kept: list[NDArray[np.float32]] = []
    for note in notes[np.lexsort((notes[:, 2], notes[:, 0]))]:  # of those at once the highest last
        start, _length, pitch = note
        if kept and kept[-1][0] == start:
            kept.pop()
        if not kept or kept[-1][0] + kept[-1][1] <= start or pitch >= kept[-1][2]:
            if kept:
                kept[-1][1] = min(kept[-1][1], start - kept[-1][0])
            kept.append(note.copy())
    return np.array(kept, np.float32)


def _bar(file: Any) -> int:
    """Sixteenths in a bar by the first metre that is told; as of 4/4 where none is."""
    for message in (message for track in file.tracks for message in track):
        if message.type == "time_signature":
            try:
                return bar_of(message.numerator, message.denominator)
            except LeftOut:
                break
    return 16
