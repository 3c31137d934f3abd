"""Files that are either whole or not there."""

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

RENAMES = 20  # tries, a twentieth of a second apart


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside ``path``; rename it on success, remove it on failure.

    A reader sees the old file or the new one, never half of one. Raises OSError.
    """
    beside = path.with_name(f".{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        yield beside
        _rename(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _rename(beside: Path, path: Path) -> None:
    """Windows refuses to replace a file while somebody reads it, which takes moments here."""
    for _ in range(RENAMES - 1):
        try:
            beside.replace(path)
            return
        except PermissionError:
            time.sleep(0.05)
    beside.replace(path)


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
