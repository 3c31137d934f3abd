"""How many visitors have a page of the class before them, in all server processes together."""

import sqlite3
import time

from aecore.asking.class_file import ClassFile

BEAT = 10.0  # seconds after which a process says it again
GONE = 3 * BEAT  # and after which it is taken to have ended


def put_present(file: ClassFile, process: str, visitors: int) -> None:
    """How many look at the pages of a process now; to be said again every BEAT. Raises Problem."""
    # since the machine was started: a clock that is set back doesn't matter
    now = time.monotonic()

    def put(db: sqlite3.Connection) -> None:
        db.execute("DELETE FROM present WHERE abs(? - beat) > ?", (now, GONE))
        db.execute("REPLACE INTO present VALUES (?, ?, ?)", (process, visitors, now))

    file.write(put)


def present(file: ClassFile) -> int:
    """How many that are. Raises Problem."""

    def found(db: sqlite3.Connection) -> int:
        row = db.execute(
            "SELECT coalesce(sum(visitors), 0) FROM present WHERE abs(? - beat) <= ?",
            (time.monotonic(), GONE),
        ).fetchone()
        return int(row[0])

    return file.read(found) or 0
