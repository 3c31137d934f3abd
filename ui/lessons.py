"""The words of the screens' lessons, from files that a teacher may change.

They lie in ``lessons/NAME/LANGUAGE.md``, see ui/lesson_file.py. A folder named in
AECORE_LESSONS_DIR has the same layout. Each section by itself is the first that there is: the
teacher's and ours in the session's language, the teacher's and ours in English. A file is read anew
when it has changed; what is wrong with it stands once in the server's log.
"""

import logging
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale, localedata

from aecore.files import text_within
from aecore.messages import Problem
from ui import i18n
from ui.lesson_file import Section, sections

OURS = Path(__file__).resolve().parent.parent / "lessons"
MOST_BYTES = 200_000  # of a file; ours have three thousand

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lesson:
    """All words of a screen's lesson, and its listing in PyTorch."""

    question: str
    lead: str
    try_this: Section
    how_it_works: Section
    code: str


def of(name: str, language: str | None = None) -> Lesson:
    """The lesson of the screen ``name`` in a language, the session's unless another is named."""
    found: dict[str, Section] = {}
    for code in dict.fromkeys(("en", language or i18n.language())):
        for folder in (OURS, _teachers()):
            if folder is not None:
                found |= _sections(folder, name, code)
    nothing = Section()
    return Lesson(
        question=found.get("question", Section(name)).heading,
        lead=found.get("lead", nothing).text,
        try_this=found.get("try_this", nothing),
        how_it_works=found.get("how_it_works", nothing),
        code=_listing(name),
    )


def languages() -> dict[str, str]:
    """The languages to choose from, by code: those of the app, and those a teacher has added."""
    found = dict(i18n.LANGUAGES)
    folder = _teachers()
    if folder is None:
        return found
    for path in sorted(folder.glob("*/*.md")):
        code, name = path.stem, path.parent.name
        # numbers and dates need a language that Babel knows
        fits = re.fullmatch("[a-z]{2,3}", code) and localedata.exists(code)
        if fits and code not in found and (OURS / name).is_dir() and _sections(folder, name, code):
            own = Locale(code).get_display_name() or code
            found[code] = own[0].upper() + own[1:]
    return found


def _teachers() -> Path | None:
    """The folder with a teacher's own words, if there is one."""
    named = os.environ.get("AECORE_LESSONS_DIR")
    if not named:
        return None
    folder = Path(os.path.expanduser(named))
    if folder.is_dir():
        return folder
    _tell_missing(folder)
    return None


@cache
def _tell_missing(folder: Path) -> None:
    _LOG.warning("AECORE_LESSONS_DIR names %s, which is no folder on this machine", folder)


def _listing(name: str) -> str:
    path = OURS / name / "code.py"
    return _kept_listing(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=64)
def _kept_listing(path: Path, modified: int) -> str:
    return path.read_text(encoding="utf-8")


def _sections(folder: Path, name: str, language: str) -> Mapping[str, Section]:
    """What the folder has of a lesson in a language; nothing is the usual case."""
    path = folder / name / f"{language}.md"
    try:
        stat = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError:  # it is there; reading it will tell why it cannot be
        return _read(folder, path, language, 0, 0)
    return _read(folder, path, language, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=512)
def _read(
    folder: Path, path: Path, language: str, modified: int, size: int
) -> Mapping[str, Section]:
    """The good sections of a file; the log tells of the others in one line."""
    found: Mapping[str, Section] = {}
    try:
        found, faults = sections(text_within(folder, path, MOST_BYTES), language)
    except (Problem, ValueError) as error:
        faults = [str(error).rstrip(".")]
    if faults:
        told = "; ".join(faults).replace("\n", " ")
        _LOG.warning("%s: %s. Words from elsewhere are shown there.", path, told)
    return found
