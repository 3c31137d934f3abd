"""Where chapters lie: ours in ``lessons/course``, a teacher's in AECORE_LESSONS_DIR.

Each is a folder with a file a language, ``NAME/en.md``. A teacher's chapter of the same name takes
the place of ours. A file is read anew when it has changed.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from aecore.course import proof
from aecore.course.chapter import Chapter, Step, parse
from aecore.course.misprint import Misprint
from aecore.files import text_within
from aecore.messages import N_, Problem
from aecore.storage import PROJECT

OURS = PROJECT / "lessons" / "course"
MOST_BYTES = 200_000  # of a file; ours have ten thousand

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file, in a line from 1; 0: with the file as a whole."""

    path: Path
    line: int
    problem: Problem


def folders() -> list[Path]:
    """Ours and the teacher's, if there is one."""
    named = os.environ.get("AECORE_LESSONS_DIR")
    return [OURS, *([Path(os.path.expanduser(named), "course")] if named else [])]


def names() -> list[str]:
    """The chapters' names in order, those that have English or any other words."""
    known = {path.name for folder in folders() for path in folder.glob("*")}
    return sorted(name for name in known if _files(name))


def chapter(name: str, language: str) -> Chapter:
    """A chapter in a language, else in English, else in the language that it has.

    Raises Problem for an unknown name, and for a file that can't be read.
    """
    files = _files(name)
    if not files:
        raise Problem(N_("There is no chapter “{name}”."), name=name)
    path = files.get(language) or files.get("en") or next(iter(files.values()))
    found, faults = _read(path, name)
    if found is None:
        fault = faults[0].problem
        raise Problem(fault.sentence, **fault.values)
    return found


def find(id: str, language: str) -> Step:
    """The step of an id, "CHAPTER/STEP" with steps from 1. Raises Problem."""
    name, _slash, number = id.partition("/")
    found = chapter(name, language)
    if not re.fullmatch(r"\d{1,4}", number) or not 1 <= int(number) <= len(found.steps):
        raise Problem(
            N_("The chapter “{title}” has no step {number}; it has {n}."),
            title=found.title,
            number=number[:20],
            n=len(found.steps),
        )
    return found.steps[int(number) - 1]


def check(folder: Path) -> tuple[int, list[Fault]]:
    """How many chapters' files lie in a folder or below it, and what is wrong in them.

    ``folder`` is one of chapters, or a chapter's. Raises Problem where there is none.
    """
    if not folder.is_dir():
        raise Problem(N_("“{path}” is no folder."), path=folder)
    inside = folder / "course" if (folder / "course").is_dir() else folder
    # beside chapters may lie the words of the screen that lists them
    paths = sorted(inside.glob("*/*.md")) or sorted(inside.glob("*.md"))
    if not paths:
        raise Problem(
            N_("There is no chapter in “{path}”; expected are files such as {example}."),
            path=folder,
            example="course/my-chapter/en.md",
        )
    return len(paths), [fault for path in paths for fault in _faults(path)]


def _faults(path: Path) -> Iterator[Fault]:
    name = path.parent.name
    if not _NAME.fullmatch(name):
        sentence = N_("A chapter's folder has a name of small letters, digits and “-”.")
        yield Fault(path, 0, Problem(sentence))
    if not _LANGUAGE.fullmatch(path.stem):
        yield Fault(path, 0, Problem(N_("The file has the name of its language, such as en.md.")))
    found, faults = _read(path, name)
    yield from faults
    if found is None:
        return
    wrong = list(proof.unanswerable(found))
    english = path.with_stem("en")
    other = _read(english, name)[0] if english.is_file() else None
    if other is not None:
        wrong += proof.unlike(found, other, "en")
    yield from (Fault(path, 0, problem) for problem in wrong)


def _files(name: str) -> dict[str, Path]:
    """A chapter's files by language; a teacher's take the place of ours."""
    # a click on a screen below a lesson asks for it: the folders of the others aren't looked at
    if not _NAME.fullmatch(name):
        return {}
    paths = [path for folder in folders() for path in sorted((folder / name).glob("*.md"))]
    return {path.stem: path for path in paths if _LANGUAGE.fullmatch(path.stem)}


def _read(path: Path, name: str) -> tuple[Chapter | None, list[Fault]]:
    try:
        stat = path.stat()
    except OSError:  # reading it will tell why
        return _kept(path, name, 0, 0)
    return _kept(path, name, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=256)
def _kept(path: Path, name: str, modified: int, size: int) -> tuple[Chapter | None, list[Fault]]:
    try:
        text = text_within(path.parent.parent, path, MOST_BYTES)
    except Problem as problem:
        return None, [Fault(path, 0, problem)]
    found, faults = parse(name, text)
    return found, [_fault(path, misprint) for misprint in faults]


def _fault(path: Path, misprint: Misprint) -> Fault:
    return Fault(path, misprint.line, misprint)
