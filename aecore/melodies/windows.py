"""Windows of tunes: cut bar by bar, each melody once, and split by tune.

A tune of which a long enough piece stands in another one is the same tune, in whatever key and
book: all of these are for training, or all for testing.
"""

import json
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from aecore.files import replacing
from aecore.melodies.key import key_of
from aecore.melodies.melody import (
    HOLD,
    LOWEST,
    PITCHES,
    REST,
    STEPS,
    Tune,
    Tunes,
    symbols_of,
    window,
)
from aecore.messages import N_, Problem

FEWEST_NOTES = 4  # FEW names it
MOST_SILENCE = STEPS // 2
SHARED = 12  # steps from note to note: who shares so many in a row is the same tune
INTERVALS = 4  # different ones among them, at least
TEST_SHARE = 0.1

# why a window is left out
SHORT = N_("notes shorter than a sixteenth")
FEW = N_("fewer than four notes, or more silence than sound")
TWICE = N_("the same melody once more, in this key or another")
KNOWN = N_("a melody for testing that a tune for training has, too")


@dataclass(frozen=True, eq=False)
class Windows:
    """symbols: uint8 (N, STEPS). tunes: int64 (N,), whose each is. left_out: how many windows were
    left out, by the reason."""

    symbols: NDArray[np.uint8]
    tunes: NDArray[np.int64]
    left_out: Counter[str] = field(default_factory=Counter)

    def __len__(self) -> int:
        return len(self.symbols)

    def take(self, which: NDArray) -> "Windows":
        """Those at indices, or where a mask is true."""
        return Windows(self.symbols[which], self.tunes[which], self.left_out)


class Halves(NamedTuple):
    """Windows for training and for testing; what was left out of both is told by each."""

    train: Windows
    test: Windows


@dataclass(frozen=True)
class Checkup:
    """How many tunes and windows there are, and how many were left out, by the reason."""

    tunes: int
    train: int
    test: int
    tunes_left_out: Mapping[str, int]
    windows_left_out: Mapping[str, int]


def checkup(tunes: Tunes, halves: Halves) -> Checkup:
    """What there is to tell of tunes and their windows."""
    left = {why: n for why, n in halves.train.left_out.items() if n}
    return Checkup(len(tunes.tunes), len(halves.train), len(halves.test), tunes.left_out, left)


def cut(tunes: Sequence[Tune], common_key: bool) -> Windows:
    """All windows of the tunes, one from each bar on; in C major or A minor, or as written."""
    found: list[NDArray[np.uint8]] = []
    owners: list[int] = []
    left = Counter[str]()
    for number, tune in enumerate(tunes):
        moved = in_common_key(tune)[0] if common_key else tune
        for _bar, symbols, reason in windows_of(moved):
            if reason:
                left[reason] += 1
            else:
                found.append(symbols)
                owners.append(number)
    symbols = np.array(found, np.uint8).reshape(-1, STEPS)
    return Windows(symbols, np.array(owners, np.int64), left)


def split(tunes: Sequence[Tune], common_key: bool = True, seed: int = 0) -> Halves:
    """Windows for training and for testing, each melody once, and no tune in both."""
    windows = cut(tunes, common_key)
    melodies = [melody(symbols) for symbols in windows.symbols]
    tested = _tested(groups(tunes), seed)[windows.tunes]
    seen: dict[bytes, bool] = {}
    kept = np.zeros(len(windows), np.bool_)
    left = windows.left_out
    for half in (False, True):  # for training first: what it has is no test
        for n in np.flatnonzero(tested == half):
            known = seen.get(melodies[n])
            if known is None:
                seen[melodies[n]] = half
                kept[n] = True
            else:
                left[TWICE if known == half else KNOWN] += 1
    return Halves(windows.take(kept & ~tested), windows.take(kept & tested))


def melody(symbols: NDArray[np.uint8]) -> bytes:
    """What a window is in every key: its rhythm, and its pitches above the first one."""
    heard = symbols.astype(np.int16)
    sounds = symbols < PITCHES
    heard[sounds] -= heard[sounds][:1]
    heard[~sounds] += 1000  # neither silence nor a hold is an interval
    return heard.tobytes()


def groups(tunes: Sequence[Tune]) -> NDArray[np.int64]:
    """Of each tune (n,) the number of the first one that is the same."""
    same = np.arange(len(tunes))

    def first(number: int) -> int:
        while same[number] != number:
            same[number] = same[same[number]]
            number = int(same[number])
        return number

    owner: dict[bytes, int] = {}
    for number, tune in enumerate(tunes):
        for piece in _pieces(tune):
            one, other = first(owner.setdefault(piece, number)), first(number)
            same[max(one, other)] = min(one, other)
    return np.array([first(number) for number in range(len(tunes))], np.int64)


def _pieces(tune: Tune) -> Iterator[bytes]:
    """SHARED steps from note to note: how high and how long, in every key and tempo the same.

    Those that hardly move are a drone or a scale that many tunes have, and tell nothing.
    """
    onsets, pitches = tune.notes[:, 0], tune.notes[:, 2]
    rows = np.stack([np.diff(pitches), np.round(4 * np.diff(onsets))], 1).astype(np.int16)
    if len(rows) < SHARED:
        return
    pieces = np.lib.stride_tricks.sliding_window_view(rows, SHARED, axis=0)  # (n, 2, SHARED)
    intervals = np.sort(pieces[:, 0], axis=1)
    telling = (np.diff(intervals) != 0).sum(1) + 1 >= INTERVALS
    yield from (piece.tobytes() for piece in pieces[telling])


def _tested(group: NDArray[np.int64], seed: int) -> NDArray[np.bool_]:
    """Which tunes (n,) are for testing: whole groups, about TEST_SHARE of the tunes."""
    sizes = np.bincount(group, minlength=len(group))
    tested = np.zeros(len(group), np.bool_)
    for number in np.random.default_rng(seed).permutation(np.unique(group)):
        # a group as large as half of it would make the split depend on one draw
        large = sizes[number] > max(1, TEST_SHARE * len(group) / 2)
        if tested.sum() < TEST_SHARE * len(group) and not large:
            tested[group == number] = True
    return tested


def in_common_key(tune: Tune) -> tuple[Tune, int]:
    """The tune in C major or A minor, and by how many semitones it was moved."""
    shift = _shift(tune)
    notes = tune.notes + np.array([0, 0, shift], np.float32)
    return Tune(tune.title, notes, tune.bar, tune.barlines), shift


def _shift(tune: Tune) -> int:
    """Semitones to the common key; an octave more or less where a note would leave the piano."""
    shift = key_of(tune.notes).shift()
    lowest, highest = tune.notes[:, 2].min() + shift, tune.notes[:, 2].max() + shift
    if lowest < LOWEST:
        shift += 12
    elif highest >= LOWEST + PITCHES:
        shift -= 12
    return shift


def windows_of(tune: Tune, filled: bool = False) -> Iterator[tuple[int, NDArray[np.uint8], str]]:
    """The windows of a tune: the number of the bar in which each begins, its symbols, and the
    reason for which it is left out, or "". ``filled``: the last ones end in silence."""
    symbols, lost = symbols_of(tune)
    length = len(symbols)
    if filled:
        symbols = np.append(symbols, np.full(STEPS, HOLD, np.uint8))
        symbols[length] = REST
    full = tune.barlines[1] if len(tune.barlines) > 1 else tune.barlines[0]  # after the upbeat
    if tune.barlines[0] + tune.bar <= full:
        full = tune.barlines[0]
    for line in tune.barlines:
        start = round(float(line))
        number = round(float(line - full) / tune.bar) + 1
        outside = start < 0 or start >= length or start + STEPS > len(symbols)
        if (line - full) % tune.bar or outside:
            continue  # within a bar, or too near to the end
        one = window(symbols, start)
        if lost[start : start + STEPS].any():
            yield number, one, SHORT
        elif (one < PITCHES).sum() < FEWEST_NOTES or _silence(one) > MOST_SILENCE:
            yield number, one, FEW
        else:
            yield number, one, ""


def _silence(symbols: NDArray[np.uint8]) -> int:
    """Steps in which nothing sounds."""
    begins = np.flatnonzero(symbols != HOLD)
    held = np.repeat(symbols[begins], np.diff(np.append(begins, len(symbols))))
    return int((held == REST).sum())


def save(path: Path, halves: Halves) -> None:
    """Write windows as .npz, whole or not at all. Raises OSError."""
    arrays = {
        f"{name}_{part}": getattr(half, part)
        for name, half in halves._asdict().items()
        for part in ("symbols", "tunes")
    }
    left = np.array(json.dumps(halves.train.left_out))
    with replacing(path) as beside, beside.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, left_out=left, **arrays)


def load(path: Path) -> Halves:
    """Windows that ``save`` wrote. Raises Problem for a damaged file."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            left = Counter(
                {str(why): int(n) for why, n in json.loads(str(stored["left_out"])).items()}
            )
            train, test = (
                _checked(stored[f"{half}_symbols"], stored[f"{half}_tunes"], left)
                for half in Halves._fields
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise Problem(
            N_("“{name}” is damaged; remove it, and the tunes are read anew."), name=path.name
        ) from error
    return Halves(train, test)


def _checked(symbols: NDArray, tunes: NDArray, left: Counter[str]) -> Windows:
    """Raises ValueError unless these are windows."""
    if symbols.dtype != np.uint8 or symbols.shape != (len(tunes), STEPS) or symbols.max() > HOLD:
        raise ValueError(f"no windows: {symbols.dtype} {symbols.shape}")
    return Windows(symbols, tunes.astype(np.int64), left)
