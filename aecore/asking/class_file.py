"""The file that keeps what a class does: ``class.sqlite`` among the runs.

SQLite with a write-ahead log: several server processes read and write it at a time, and what a
call has returned from is there after ``kill -9`` of its process. Ids count upwards and nothing is
decided by the time of day, so a clock that is set back changes nothing.

A file that is damaged, or locked for longer than PATIENCE, is set aside under another name; a new
one is begun and remembers that, see ``set_aside``. Where nothing can be written, a call raises a
Problem and has changed nothing.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from filelock import FileLock, Timeout

from aecore.messages import N_, Problem
from aecore.storage import runs_dir

NAME = "class.sqlite"
ASIDE = "class-set-aside-"  # before the number of a file that was
PATIENCE = 5.0  # seconds that a call waits for another process to finish writing
VERSION = 2
SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS changes (n INTEGER NOT NULL);
INSERT INTO changes SELECT 0 WHERE NOT EXISTS (SELECT * FROM changes);
CREATE TABLE IF NOT EXISTS rounds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,  -- never given twice, not even after a deletion
    question TEXT NOT NULL,                -- CHAPTER/STEP
    turn INTEGER NOT NULL,                 -- 1, and 2 when it is asked again
    state TEXT NOT NULL,
    opened TEXT NOT NULL                   -- by the server's clock, for people only
);
CREATE TABLE IF NOT EXISTS answers (
    round INTEGER NOT NULL REFERENCES rounds (id) ON DELETE CASCADE,
    visitor TEXT NOT NULL,
    answer TEXT NOT NULL,                  -- JSON
    drawing TEXT NOT NULL,                 -- what is right may depend on it; "" where it doesn't
    PRIMARY KEY (round, visitor)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS followed (address TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS wall (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    visitor TEXT NOT NULL,
    drawing TEXT NOT NULL,                 -- its text, see aecore/handwriting.py
    hidden INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS present (       -- how many look at the pages of a server process
    process TEXT PRIMARY KEY,
    visitors INTEGER NOT NULL,
    beat REAL NOT NULL                     -- seconds since the machine was started
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS set_aside (name TEXT NOT NULL, damaged INTEGER NOT NULL);
PRAGMA user_version = {VERSION};
COMMIT;
"""

Found = TypeVar("Found")
Work = Callable[[sqlite3.Connection], Found]

_LOG = logging.getLogger(__name__)
_BUSY = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
_FULL = (sqlite3.SQLITE_FULL,)
# no fault of the file's content
_UNWRITABLE = (
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
    sqlite3.SQLITE_IOERR,
)


class ClassFile:
    """The file at ``path``; safe to call from several threads.

    ``work`` gets a connection and may be called twice: once more on the file that is begun when
    the first one turns out to be damaged.
    """

    def __init__(self, path: Path | None = None, patience: float = PATIENCE) -> None:
        self.path = path or runs_dir() / NAME
        self.patience = patience
        self._lock = threading.Lock()
        self._db: sqlite3.Connection | None = None
        self._inode = 0

    def read(self, work: Work[Found]) -> Found | None:
        """What ``work`` finds, None where nothing was ever kept. Raises Problem."""
        if not self.path.is_file():
            return None
        with self._lock:
            return self._done(lambda db: _whole(db, "BEGIN", work))

    def write(self, work: Work[Found]) -> Found:
        """Let ``work`` change what is kept, all of it or nothing. Raises Problem."""

        def change(db: sqlite3.Connection) -> Found:
            found = work(db)
            db.execute("UPDATE changes SET n = n + 1")
            return found

        with self._lock:
            return self._done(lambda db: _whole(db, "BEGIN IMMEDIATE", change))

    def version(self) -> tuple[int, int]:
        """Something else after every change, by whatever process. Raises Problem."""
        n = self.read(lambda db: int(db.execute("SELECT n FROM changes").fetchone()[0]))
        return self._inode_now(), n or 0

    def delete_all(self) -> None:
        """Forget everything, and delete the files that were set aside. Raises Problem."""

        def delete(db: sqlite3.Connection) -> None:
            for table in ("answers", "rounds", "followed", "wall", "set_aside"):
                db.execute(f"DELETE FROM {table}")

        self.write(delete)
        with self._lock:
            # or it could still be read in the log
            self._done(lambda db: db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())
        try:
            for old in self.path.parent.glob(f"{ASIDE}*.sqlite*"):
                old.unlink(missing_ok=True)
        except OSError as error:
            raise self._unwritable(error) from error

    def close(self) -> None:
        """Let go of the file; the next call opens it again."""
        with self._lock:
            self._let_go()

    def _let_go(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None

    def _done(self, work: Work[Found]) -> Found:
        try:
            return work(self._opened())
        except sqlite3.Error as error:
            code = _code(error)
            if code in _UNWRITABLE + _FULL:
                self._let_go()
                raise self._cannot(code, error) from error
            self._set_aside(damaged=code not in _BUSY)
        try:
            return work(self._opened())
        except sqlite3.Error as error:
            self._let_go()
            raise self._cannot(_code(error), error) from error

    def _opened(self) -> sqlite3.Connection:
        """The connection, opened anew where another process has set the file aside."""
        if self._db is not None and self._inode_now() != self._inode:
            self._let_go()
        if self._db is None:
            try:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise self._unwritable(error) from error
            self._inode = self._inode_now()
            db = sqlite3.connect(
                self.path, timeout=self.patience, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(db)
            except BaseException:
                db.close()
                raise
            self._db, self._inode = db, self._inode_now()
        return self._db

    @staticmethod
    def _prepare(db: sqlite3.Connection) -> None:
        db.execute("PRAGMA journal_mode = WAL")
        # a process that is killed loses nothing by it; only a power cut might, the last moments
        db.execute("PRAGMA synchronous = NORMAL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute("PRAGMA secure_delete = ON")  # what is deleted can't be read from the disk
        if db.execute("PRAGMA user_version").fetchone()[0] != VERSION:
            db.executescript(SCHEMA)

    def _inode_now(self) -> int:
        try:
            return self.path.stat().st_ino
        except OSError:
            return 0

    def _set_aside(self, damaged: bool) -> None:
        """Rename the file and what SQLite keeps beside it. Raises Problem."""
        broken = self._inode
        self._let_go()
        try:
            with FileLock(self.path.with_name(f".{NAME}.lock"), timeout=self.patience):
                if self._inode_now() == broken:  # else another process has done it already
                    aside = _unused(self.path)
                    # the log first: a new file must not find the old one's
                    for ending in ("-wal", "-shm", ""):
                        old = self.path.with_name(self.path.name + ending)
                        if old.exists():
                            old.rename(aside.with_name(aside.name + ending))
                    new = self._opened()
                    new.execute("INSERT INTO set_aside VALUES (?, ?)", (aside.name, damaged))
                    _LOG.error("%s was %s; it is now %s", self.path,
                               "damaged" if damaged else "locked", aside.name)  # fmt: skip
        except (OSError, Timeout) as error:
            raise self._unwritable(error) from error

    def _cannot(self, code: int, error: Exception) -> Problem:
        if code in _FULL:
            return Problem(
                N_(
                    "The disk is full: nothing could be kept in {path}. Free some space, then try "
                    "again."
                ),
                path=self.path,
            )
        return self._unwritable(error)

    def _unwritable(self, error: Exception) -> Problem:
        return Problem(
            N_(
                "What the class does can't be kept in {path} ({reason}). Let the server write "
                "there, or name another folder in AECORE_RUNS_DIR."
            ),
            path=self.path,
            reason=str(error),
        )


def set_aside(file: ClassFile) -> Problem | None:
    """What to tell of a file that was set aside, until a second question has been asked."""
    row = file.read(
        lambda db: db.execute(
            "SELECT name, damaged FROM set_aside"
            " WHERE (SELECT coalesce(max(id), 0) FROM rounds) < 2 ORDER BY rowid DESC"
        ).fetchone()
    )
    if row is None:
        return None
    name, damaged = row
    if damaged:
        return Problem(
            N_(
                "The file with the class's answers was damaged. It now lies beside the new one as "
                "{name}; ask the question again."
            ),
            name=name,
        )
    return Problem(
        N_(
            "The file with the class's answers was locked by another program. It now lies beside "
            "the new one as {name}; ask the question again."
        ),
        name=name,
    )


def _whole(db: sqlite3.Connection, begin: str, work: Work[Found]) -> Found:
    """``work`` in a transaction: sees one state, and does all or not at all."""
    db.execute(begin)
    try:
        found = work(db)
        db.execute("COMMIT")
        return found
    except BaseException:
        with suppress(sqlite3.Error):
            db.execute("ROLLBACK")
        raise


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # without its details


def _unused(path: Path) -> Path:
    numbers = range(1, 10_000)
    return next(
        aside for n in numbers if not (aside := path.with_name(f"{ASIDE}{n}{path.suffix}")).exists()
    )
