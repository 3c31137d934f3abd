"""Tunes of a visitor's own: a MIDI or ABC file, a folder or a zip of such."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from aecore.data.archives import UNREADABLE, Account, Archive, File, archive_kind, printable
from aecore.data.sources import in_folder, on_disk
from aecore.melodies import abc_notation, midi
from aecore.melodies.melody import Tune, Tunes
from aecore.messages import N_, Problem

MIDI, ABC = (".mid", ".midi"), (".abc",)
MOST_FILES = 5_000
MOST_ABC = 2_000_000  # bytes of a book of tunes
MOST_TUNES = 20_000

UNREAD = N_("files that cannot be read as a melody")


def tunes_at(path: Path) -> Tunes:
    """The tunes in a file, a folder or a zip, sorted by name.

    Of several files those that cannot be read are left out and counted. Raises Problem for a
    single file that cannot be read, and where there is no tune at all.
    """
    with _opened(path) as files:
        chosen = [file for file in files if _suffix(file) in (*MIDI, *ABC)]
        if len(chosen) > MOST_FILES:
            raise Problem(
                N_("{path} has more than {most} files of tunes; choose some of them."),
                path=printable(path),
                most=MOST_FILES,
            )
        tunes: list[Tune] = []
        left: Counter[str] = Counter()
        for file in chosen:
            try:
                found, out = _of_file(file)
            except (Problem, *UNREADABLE) as problem:
                if isinstance(problem, Problem) and len(chosen) == 1:
                    raise
                found, out = [], Counter({UNREAD: 1})
            tunes += found
            left += out
            if len(tunes) > MOST_TUNES:
                raise Problem(
                    N_("{path} has more than {most} tunes; choose some of them."),
                    path=printable(path),
                    most=MOST_TUNES,
                )
    if not tunes:
        raise Problem(
            N_("There is no tune in {path} that can be read; expected are MIDI or ABC files."),
            path=printable(path),
        )
    return Tunes(tuple(tunes), dict(left))


def version(path: Path) -> str:
    """A digest that changes when a file comes, goes or changes. Raises Problem."""
    with _opened(path) as files:
        facts = [(file.name, file.size, file.changed) for file in files]
    if os.path.isfile(path):
        facts.append((path.name, path.stat().st_size, path.stat().st_mtime_ns))
    return hashlib.sha256(repr(facts).encode("utf-8", "replace")).hexdigest()[:16]


def _of_file(file: File) -> tuple[Sequence[Tune], Counter[str]]:
    """The tunes in it, and how many were left out, by the reason. Raises Problem."""
    name = printable(PurePosixPath(file.name).name)
    if _suffix(file) in MIDI:
        tune = midi.read(_content(file, midi.MOST_BYTES + 1), name)
        return [tune], Counter()
    content = _content(file, MOST_ABC + 1)
    if len(content) > MOST_ABC:
        raise Problem(
            N_("{file} has more than {most} KB; save a part of its tunes."),
            file=name,
            most=MOST_ABC // 1000,
        )
    found, left = abc_notation.read(content.decode("utf-8", "replace"))
    if not found:
        raise Problem(
            N_(
                "No tune in {file} can be read as ABC; each begins with a line X: and has M:, L: "
                "and K: before its notes."
            ),
            file=name,
        )
    return found, left


def _content(file: File, most: int) -> bytes:
    """The first ``most`` bytes."""
    with file.open() as stream:
        return stream.read(most)


def _suffix(file: File) -> str:
    return PurePosixPath(file.name).suffix.lower()


@contextmanager
def _opened(path: Path) -> Iterator[Sequence[File]]:
    """The files in a folder or a zip, or the one that it is. Raises Problem."""
    if os.path.isdir(path):
        yield in_folder(path)
        return
    if not os.path.isfile(path):
        raise Problem(N_("There is no file or folder {path}."), path=printable(path))
    file = on_disk(path, path.name, path.stat())
    if archive_kind(file) != "zip":
        if _suffix(file) not in (*MIDI, *ABC):
            raise Problem(
                N_("{path} is no .mid, .midi, .abc or .zip of these."), path=printable(path)
            )
        yield [file]
        return
    archive = Archive("zip", file.open(), file.size, Account(printable(path)))
    try:
        yield archive.files
    finally:
        archive.close()
