"""Files that are either whole or not there."""

import json
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aecore.messages import N_, Problem

RENAMES = 20  # tries, a twentieth of a second apart


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; rename it on success, remove it on failure.

    A reader sees the old file or the new one, never half of one. Raises OSError.
    """
    beside = _beside(path)
    try:
        yield beside
        _rename(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def text_within(folder: Path, path: Path, most: int) -> str:
    """What stands in a file of ``folder`` that people write, of up to ``most`` bytes.

    Raises Problem for a larger one, for a link that leads out of the folder, for what is no file
    (a pipe would keep us waiting) and no text, and where it can't be read.
    """
    try:
        if not path.resolve(strict=True).is_relative_to(folder.resolve()):
            raise Problem(N_("It is a link that leads out of its folder; put the file there."))
        if not path.is_file():
            raise Problem(N_("It is no file."))
        with path.open("rb") as file:
            content = file.read(most + 1)
    # up to Python 3.12 a ring of links is a RuntimeError
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", "") or str(error)
        raise Problem(N_("It cannot be read: {reason}."), reason=reason) from error
    if len(content) > most:
        raise Problem(N_("It has more than {most} bytes."), most=most)
    try:
        return content.decode("utf-8-sig")  # some editors put a mark at the beginning
    except UnicodeDecodeError as error:
        raise Problem(N_("It is no text in UTF-8; save it as such.")) from error


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")


def _rename(beside: Path, path: Path) -> None:
    """Windows refuses to replace a file while somebody reads it, which takes moments here."""
    for _ in range(RENAMES - 1):
        try:
            beside.replace(path)
            return
        except PermissionError:
            time.sleep(0.05)
    beside.replace(path)


def check_writable(path: Path) -> None:
    """Raise Problem unless a file can be written there: before the work that fills it begins."""
    # os.path, as it says no where pathlib raises
    if os.path.isdir(path):
        raise Problem(N_("{path} is a folder. Name a file to be written."), path=path)
    if not os.path.isdir(path.parent):
        raise Problem(
            N_("There is no folder {path}. Make it first, or name another one."), path=path.parent
        )
    try:
        beside = _beside(path)
        beside.touch()
        beside.unlink()
    except OSError as error:
        raise Problem(
            N_("{path} cannot be written ({reason}). Allow writing there, or name another one."),
            path=path,
            reason=os.strerror(error.errno or 0),
        ) from error


def discard_parts(folder: Path) -> None:
    """Remove what a process that was killed left half written, in subfolders too. Raises OSError.

    Only for those who know that nobody is writing there.
    """
    for part in folder.rglob(f".*.{'[0-9a-f]' * 8}.part"):
        part.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """Write ``value`` as JSON, whole or not at all. Raises OSError.

    In ASCII: a path need not be valid Unicode.
    """
    with replacing(path) as beside:
        beside.write_text(json.dumps(value, indent=1), encoding="utf-8")
