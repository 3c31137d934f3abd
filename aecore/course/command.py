"""``python -m aecore lessons check``: which line of a chapter is wrong, and what is expected."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from aecore.messages import N_, Problem

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add_to(commands: "Commands") -> None:
    """Add it to the commands."""
    lessons = commands.add_parser("lessons", help="chapters of the course, ours and one's own")
    check = lessons.add_subparsers(required=True, metavar="WHAT").add_parser(
        "check", help="say which line of which file is wrong, and what is expected"
    )
    words = "of chapters (default: ours, and AECORE_LESSONS_DIR if it is set)"
    check.add_argument("folder", type=Path, nargs="*", help=words)
    check.set_defaults(run=_check)


def _check(chosen: argparse.Namespace) -> None:
    from aecore.course import shelf

    folders = chosen.folder or [folder for folder in shelf.folders() if folder.is_dir()]
    files, wrong = 0, 0
    for folder in folders:
        found, faults = shelf.check(folder)
        files, wrong = files + found, wrong + len(faults)
        for fault in faults:
            line = f":{fault.line}" if fault.line else ""
            print(f"{fault.path}{line}: {fault.problem}")
    if wrong:
        raise Problem(N_("{files} files were read; wrong in them: {n}."), files=files, n=wrong)
    print(f"{files} files, nothing wrong")
