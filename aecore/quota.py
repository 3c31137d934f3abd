"""How much a visitor of a shared server may keep, start and hand over, and how much all together.

Every limit is a number in the environment; see docs/class-server.md. On one's own machine, where
nobody is asked who acts (see ownership.py), only the disk's free space counts.
"""

import os
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from aecore.messages import N_, Problem
from aecore.ownership import Visitor, acting, owned
from aecore.storage import runs_dir

MB = 1_000_000
LEAST_FREE = 200 * MB  # a training writes a record and snapshots: it would end on a full disk

LIMITS = {
    "AECORE_VISITOR_MB": 500.0,  # what a visitor keeps
    "AECORE_ALL_MB": 20_000.0,  # what all visitors keep together
    "AECORE_VISITOR_JOBS": 2.0,  # trainings and maps of a visitor, at work or in line
    "AECORE_VISITOR_UPLOADS": 10.0,  # a minute
}

_uploads: dict[str, deque[float]] = {}  # moments of the last minute, by visitor
_lock = threading.Lock()


def limit(name: str) -> float:
    """The limit of that name. Raises Problem when the environment says no number."""
    said = os.environ.get(name, "").strip()
    try:
        value = float(said) if said else LIMITS[name]
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise Problem(
            N_("{name} is “{value}”; it must be a number from 0. Whoever runs the server sets it."),
            name=name,
            value=said,
        )
    return value


def check_start(folder: Path, at_work: Callable[[Path], bool]) -> None:
    """Refuse another training or map that would be kept in ``folder``. Raises Problem.

    When the disk is nearly full, or when who acts has as much as a visitor may have; ``at_work``
    tells of what is kept under a path whether a process works on it.
    """
    # of a folder that will be made, its first parent that is there
    there = next(path for path in (folder, *folder.absolute().parents) if path.is_dir())
    free = shutil.disk_usage(there).free
    if free < LEAST_FREE:
        raise Problem(
            N_(
                "Only {free} MB are free on the disk of {path}, and a training wants {least}. "
                "Delete what nobody needs, or ask whoever runs the server."
            ),
            free=round(free / MB),
            path=there,
            least=round(LEAST_FREE / MB),
        )
    visitor = acting()
    if visitor is None or visitor.teacher:
        return
    check_known(visitor)
    most = int(limit("AECORE_VISITOR_JOBS"))
    things = owned(runs_dir())
    mine = [path for path, owner in things.items() if owner == visitor.id]
    if sum(map(at_work, mine)) >= most:
        raise Problem(
            N_(
                "{most} trainings or maps of yours are at work or in line already, as many as a "
                "visitor may have here. Wait for one, stop one, or ask the teacher."
            ),
            most=most,
        )
    _check_kept(visitor, things, 0)


def check_intake(size: int) -> None:
    """Refuse ``size`` more bytes handed over to be kept. Raises Problem."""
    visitor = acting()
    if visitor is None or visitor.teacher:
        return
    check_known(visitor)
    most, now = limit("AECORE_VISITOR_UPLOADS"), time.monotonic()
    with _lock:
        recent = _uploads.setdefault(visitor.id, deque())
        while recent and now - recent[0] > 60:
            recent.popleft()
        if len(recent) >= most:
            raise Problem(
                N_("{most} files in a minute are as many as are taken here. Wait a little."),
                most=int(most),
            )
        recent.append(now)
        for one in [name for name, moments in _uploads.items() if now - moments[-1] > 60]:
            del _uploads[one]
    _check_kept(visitor, owned(runs_dir()), size)


def check_known(visitor: Visitor) -> None:
    """Raise Problem for a browser that doesn't say which one it is."""
    if not visitor.id:
        raise Problem(
            N_(
                "This server tells visitors apart by a cookie, and your browser sends none. Allow "
                "cookies for this page, then reload it."
            )
        )


def _check_kept(visitor: Visitor, things: dict[Path, str], more: int) -> None:
    mine = more + sum(bytes_of(path) for path, owner in things.items() if owner == visitor.id)
    if mine > limit("AECORE_VISITOR_MB") * MB:
        raise Problem(
            N_(
                "You would keep {size} MB here, and a visitor may have {most}. Delete a training, "
                "a map or pictures of yours on the screen Models, or ask the teacher."
            ),
            size=round(mine / MB),
            most=round(limit("AECORE_VISITOR_MB")),
        )
    everything = more + sum(bytes_of(path) for path in things)
    if everything > limit("AECORE_ALL_MB") * MB:
        raise Problem(
            N_(
                "All visitors together would keep {size} MB here, and {most} are allowed. "
                "Ask the teacher to delete what nobody needs."
            ),
            size=round(everything / MB),
            most=round(limit("AECORE_ALL_MB")),
        )


def bytes_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder; what vanishes meanwhile counts nothing."""
    files = path.rglob("*") if path.is_dir() else [path]
    total = 0
    for file in files:
        try:
            total += file.stat().st_size if file.is_file() else 0
        except OSError:
            continue
    return total
