"""A file that somebody hands over to play with: its pieces of two bars, to choose from."""

from dataclasses import dataclass
from pathlib import PurePosixPath

from aecore.data.archives import printable
from aecore.melodies import abc_notation, midi
from aecore.melodies.melody import Tune
from aecore.melodies.spelling import spelled
from aecore.melodies.windows import in_common_key, windows_of
from aecore.messages import N_, Problem, Remark

MOST_ABC = 100_000  # bytes; all tunes are read while somebody waits
MOST_PIECES = 2_000

MORE_PIECES = N_("{file} is long; its first {most} pieces are here.")
LEFT_OUT = N_("Tunes left out of {file}: {n}.")


@dataclass(frozen=True, eq=False)
class Piece:
    """Two bars of a tune: from which bar on, the notes as ``spelling.read`` takes them, and by how
    many semitones the tune was moved to C major or A minor."""

    title: str
    bar: int
    word: str
    shift: int


@dataclass(frozen=True, eq=False)
class Handed:
    """What was found in the file ``name``, at least one piece, and what is to be said of it."""

    name: str
    pieces: tuple[Piece, ...]
    said: tuple[Remark, ...] = ()


def read(content: bytes, name: str) -> Handed:
    """The pieces in a MIDI or ABC file. Raises Problem."""
    name = printable(name)
    tunes, said = _tunes(content, name)
    pieces: list[Piece] = []
    for tune in tunes:
        moved, shift = in_common_key(tune)
        for bar, symbols, reason in windows_of(moved, filled=True):
            if not reason:
                pieces.append(Piece(printable(tune.title), bar, spelled(symbols), shift))
    if not pieces:
        raise Problem(
            N_(
                "{file} has no two bars with four notes or more, none shorter than a sixteenth, "
                "and more sound than silence."
            ),
            file=name,
        )
    if len(pieces) > MOST_PIECES:
        said.append(Remark(MORE_PIECES, {"file": name, "most": MOST_PIECES}))
    return Handed(name, tuple(pieces[:MOST_PIECES]), tuple(said))


def _tunes(content: bytes, name: str) -> tuple[list[Tune], list[Remark]]:
    """Raises Problem."""
    suffix = PurePosixPath(name).suffix.lower()
    if content.startswith(b"MThd") or suffix in (".mid", ".midi"):
        tune, told = midi.read_highest(content, name)
        return [tune], [told] if told else []
    if not content:
        raise Problem(N_("{file} is empty. Copy or download it again."), file=name)
    if suffix != ".abc" and b"X:" not in content[:MOST_ABC]:
        raise Problem(N_("{file} is no MIDI or ABC file."), file=name)
    if len(content) > MOST_ABC:
        raise Problem(
            N_("{file} has more than {most} KB; save a part of its tunes."),
            file=name,
            most=MOST_ABC // 1000,
        )
    tunes, left = abc_notation.read(content.decode("utf-8", "replace"))
    reasons = [why for why in left if why != abc_notation.UNREADABLE]
    if not tunes and reasons:
        raise Problem(N_("No tune in {file} can be taken: {why}."), file=name, why=reasons[0])
    if not tunes:
        raise Problem(
            N_(
                "No tune in {file} can be read as ABC; each begins with a line X: and has M:, L: "
                "and K: before its notes."
            ),
            file=name,
        )
    lost = sum(left.values())
    return tunes, [Remark(LEFT_OUT, {"file": name, "n": lost})] if lost else []
