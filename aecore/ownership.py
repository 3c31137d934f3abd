"""Whose a run, a map, a loaded model or pictures are, and who may change them.

On one's own machine nobody is asked and everything is allowed. A server that a class shares says
with ``ask`` who acts at the moment: then a thing belongs to the visitor who made it, others see it
and use it, but only its owner and the teacher stop, delete or resume it. What was made before, or
in a shell, is the teacher's alone.

The owner of ``runs/NAME`` stands in ``runs/.NAME.owner``, beside it and not in it, so that it is
there for a single file as for a directory, and for a name that has been given and not yet filled.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from aecore.files import replacing
from aecore.messages import N_, Problem


@dataclass(frozen=True)
class Visitor:
    """Who acts: ``id`` names a browser and nobody in person; "" is one that hides its id."""

    id: str
    teacher: bool = False


def _nobody_asks() -> Visitor | None:
    return None


_who: Callable[[], Visitor | None] = _nobody_asks


def ask(who: Callable[[], Visitor | None] | None) -> None:
    """Let ``who()`` say from now on who acts, None where everything is allowed; None undoes it."""
    global _who
    _who = who or _nobody_asks


def acting() -> Visitor | None:
    """Who acts at the moment; None on one's own machine."""
    return _who()


def may_change(path: Path) -> bool:
    """Whether who acts may stop, delete or resume what is kept under ``path``."""
    visitor = acting()
    if visitor is None or visitor.teacher:
        return True
    return bool(visitor.id) and owner(path) == visitor.id


def check(path: Path) -> None:
    """Raise Problem unless who acts may change what is kept under ``path``."""
    if not may_change(path):
        raise Problem(
            N_("“{name}” was made by somebody else; who made it or the teacher can do that."),
            name=path.stem,
        )


def owner(path: Path) -> str:
    """The id of the visitor who made it; "" where nobody knows."""
    try:
        return _beside(path).read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


def claim(path: Path) -> None:
    """Note that who acts makes ``path``, about to be there. Raises OSError."""
    visitor = acting()
    if visitor is None:
        disown(path)  # of another thing that was called so
        return
    with replacing(_beside(path)) as beside:
        beside.write_text(visitor.id, encoding="ascii")


def disown(path: Path) -> None:
    """Forget whose it was, when it is deleted."""
    with suppress(OSError):
        _beside(path).unlink(missing_ok=True)


def owned(folder: Path) -> dict[Path, str]:
    """All in a folder and in its folders that has an owner: path and owner's id."""
    found = {}
    for note in (*folder.glob(".*.owner"), *folder.glob("*/.*.owner")):
        path = note.with_name(note.name.removeprefix(".").removesuffix(".owner"))
        found[path] = owner(path)
    return found


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.owner")
