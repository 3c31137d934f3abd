"""Work in a process of its own, told to others through a directory.

``status.json`` says how far it is, ``lock`` is held by the process as long as it lives, a file
``stop`` asks it to end, ``log.txt`` keeps what it printed. The lock, not the process id, tells a
job that died from one that goes on: the system frees it however the process ends, and knows of it
on every machine that shares the folder. Clocks differ between machines and jump: those who wait in
line have numbered tickets.
"""

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal, get_args

from filelock import BaseFileLock, FileLock, Timeout

from aecore import ownership, quota, unexpected
from aecore.files import discard_parts, write_json
from aecore.messages import N_, Problem
from aecore.storage import PROJECT

if sys.platform != "win32":
    import fcntl

State = Literal["new", "starting", "waiting", "running", "done", "stopped", "failed", "died"]
ALIVE: tuple[State, ...] = ("starting", "waiting", "running")

START_SECONDS = 60  # how long a new process may take until it holds its lock
LOOK_SECONDS = 2  # more than a look from outside, which holds the lock for a moment
STATUS_SECONDS = 0.4  # between two words about how far it is: a page looks no more often
QUEUE_SECONDS = 0.3  # between looks at the queue
RESERVE_BYTES = 65_536  # kept free for the last words on a full disk
NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP)

_children: list[subprocess.Popen[bytes]] = []  # kept so that ended ones are collected


class Stopped(Exception):
    """The job was asked to stop."""


class Job:
    """A job's directory, seen by whoever looks at it and filled by its one process."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def name(self) -> str:
        """The directory's name."""
        return self.path.name

    def status(self) -> dict[str, Any]:
        """``state`` and what the process last said; ``state`` is "died" if it went without."""
        said = self._said()
        if said["state"] in ALIVE and not self._alive(said):
            said["state"] = "died"
        return said

    def state(self) -> State:
        """Where the job stands."""
        state: State = self.status()["state"]
        return state

    def _said(self) -> dict[str, Any]:
        try:
            said = json.loads((self.path / "status.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {"state": "new"}
        known = isinstance(said, dict) and said.get("state") in get_args(State)
        return said if known else {"state": "new"}

    def _alive(self, said: dict[str, Any]) -> bool:
        try:
            return _is_held(self.path / "lock") or _just_started(said)  # it has no lock yet
        except OSError:  # where nobody can lock, nobody works
            return False

    def request_stop(self) -> None:
        """Ask the process to end after the step it is in. Raises Problem."""
        ownership.check(self.path)
        with writing_to(self.path):
            (self.path / "stop").touch()

    def stop_requested(self) -> bool:
        """Whether someone asked the job to stop."""
        return (self.path / "stop").exists()

    def say(self, state: State, **facts: Any) -> None:
        """Write the status, whole or not at all. Raises OSError."""
        write_json(self.path / "status.json", {"state": state, "at": time.time(), **facts})

    def start(self, arguments: Sequence[str], module: str = "aecore") -> None:
        """Run ``python -m MODULE`` with these arguments in a niced process that outlives us.

        Does nothing while the job is at work, whoever started it. Raises Problem when the
        directory cannot be written, and when who acts may not: it is another's, or one too many.
        """
        begun = self.state() != "new"
        if begun:
            ownership.check(self.path)
        quota.check_start(self.path.parent, lambda path: Job(path).state() in ALIVE)
        with writing_to(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            if not begun:
                ownership.claim(self.path)
            try:
                # of several who start it at the same moment one comes first
                with _lock(self.path / "lock", LOOK_SECONDS):
                    if _just_started(self._said()):
                        return
                    (self.path / "stop").unlink(missing_ok=True)
                    self.say("starting")
            except Timeout:
                return
            log = (self.path / "log.txt").open("ab")
        # lower priority keeps the screens quick while a training runs
        nice = ["nice", "-n", "10"] if shutil.which("nice") else []
        with log:
            process = subprocess.Popen(
                [*nice, sys.executable, "-m", module, *arguments],
                cwd=PROJECT,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
            )
        _children[:] = [child for child in _children if child.poll() is None] + [process]

    @contextmanager
    def work(self) -> Iterator[None]:
        """Hold the job's lock, wait in line, and tell how the work ended.

        One job at a time works in a folder of jobs; the others wait in the order they came.
        ``Stopped`` and an interrupt from the keyboard end it as stopped; a Problem is kept for
        the screen and goes on up; any other exception becomes one, and log.txt has its details.
        Raises Problem when another process works in this directory, Stopped when it is called off
        while it waits in line.
        """
        with writing_to(self.path):
            self.path.mkdir(parents=True, exist_ok=True)
            if self.state() not in ALIVE:  # an old wish; one that came since start() counts
                (self.path / "stop").unlink(missing_ok=True)
            lock = self._locked()
        begun = False
        try:
            try:
                discard_parts(self.path)  # a killed process may have been writing
                (self.path / "reserve").write_bytes(bytes(RESERVE_BYTES))
                with self._turn():
                    self.say("running")
                    begun = True
                    yield
                (self.path / "reserve").unlink(missing_ok=True)
                self.say("done")
            except Stopped:
                self._end("stopped")
                if not begun:
                    raise
            except KeyboardInterrupt:
                self._end("stopped")
                raise
            except Problem as problem:
                self._end("failed", sentence=problem.sentence, values=_plain(problem.values))
                raise
            except OSError as error:
                failure = cannot_write(self.path, error)
                self._end("failed", sentence=failure.sentence, values=_plain(failure.values))
                raise failure from error
            except Exception as error:
                failure = unexpected.told(error, self.path / "log.txt")
                self._end("failed", sentence=failure.sentence, values=_plain(failure.values))
                raise failure from error
            except BaseException:  # somebody ends the process
                self._end("stopped")
                raise
        finally:
            lock.release()

    def _locked(self) -> BaseFileLock:
        """The job's lock, held. Raises Problem when another process has it, OSError."""
        lock = _lock(self.path / "lock", LOOK_SECONDS)
        try:
            lock.acquire()
        except Timeout:
            raise Problem(
                N_("Another process works in “{name}”. Wait for it or choose another name."),
                name=self.name,
            ) from None
        return lock

    def _end(self, state: State, **facts: Any) -> None:
        """The last words. Where even they cannot be written, the job will be told as died."""
        with suppress(OSError):
            (self.path / "reserve").unlink(missing_ok=True)
            self.say(state, **facts)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Wait until no job that came earlier works or waits in the same folder."""
        folder = self.path.parent
        with _lock(folder / ".tickets.lock"):
            given = [_ticket(job.status()) for job in jobs(folder) if job.path != self.path]
            ticket = max(given, default=0) + 1
            self.say("waiting", ticket=ticket)
        queue = _lock(folder / ".queue.lock", timeout=0)
        while True:
            if self.stop_requested():
                raise Stopped
            if not self._waiting_before(ticket):
                try:
                    queue.acquire()
                    break
                except Timeout:
                    pass
            time.sleep(QUEUE_SECONDS)
        try:
            yield
        finally:
            queue.release()

    def _waiting_before(self, ticket: int) -> int:
        others = [job.status() for job in jobs(self.path.parent) if job.path != self.path]
        return sum(other["state"] == "waiting" and _ticket(other) < ticket for other in others)

    def ahead(self) -> int:
        """How many jobs of the same folder come before this one, which waits in line."""
        others = [job.state() for job in jobs(self.path.parent) if job.path != self.path]
        return others.count("running") + self._waiting_before(_ticket(self._said()))

    def delete(self) -> None:
        """Remove the directory. Raises Problem while the job is at work, or is another's."""
        ownership.check(self.path)
        if self.state() in ALIVE:
            raise Problem(N_("“{name}” is at work. Stop it first."), name=self.name)
        with writing_to(self.path):
            shutil.rmtree(self.path)
        ownership.disown(self.path)


def _lock(path: Path, timeout: float = -1) -> BaseFileLock:
    # the system's lock or none: a marker file would outlive a killed process
    return FileLock(path, timeout=timeout, fallback_to_soft=False)


def _is_held(path: Path) -> bool:
    """Whether a process has the lock. Raises OSError."""
    if sys.platform == "win32":
        try:
            with _lock(path, timeout=0):
                return False
        except Timeout:
            return True
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return False
    with file:
        try:
            # shared: others who look don't notice, and it takes no right to write
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in (errno.EAGAIN, errno.EACCES):
                return True
            raise
    return False


def _just_started(said: dict[str, Any]) -> bool:
    """Whether a process that was started may still be on its way to its lock.

    The one look at a clock. Should it jump meanwhile, the job is told as died until its process
    speaks; another one that somebody starts by then finds the lock held.
    """
    at = said.get("at")
    if said["state"] != "starting" or not isinstance(at, int | float):
        return False
    return abs(time.time() - at) < START_SECONDS


def _ticket(said: dict[str, Any]) -> int:
    """A job's number in line, from 1; 0 for one of an older version, which had none."""
    ticket = said.get("ticket")
    return ticket if isinstance(ticket, int) else 0


def _environment() -> dict[str, str]:
    """Ours for the process, which works in another folder: paths of AECORE_… made absolute.

    PyTorch's threads sleep while they wait for each other, unless told otherwise: where they spin,
    as they do by default, they take a core from those who are served beside.
    """
    return {"OMP_WAIT_POLICY": "passive"} | {
        name: os.path.abspath(os.path.expanduser(value))
        if name.startswith("AECORE_") and name.endswith("_DIR") and value
        else value
        for name, value in os.environ.items()
    }


def jobs(folder: Path) -> list[Job]:
    """The jobs in a folder, by name."""
    if not folder.is_dir():
        return []
    # os.path, not Path: a folder that may not be looked into is no job and no error
    return [Job(p) for p in sorted(folder.iterdir()) if os.path.isfile(p / "status.json")]


def newest_first(found: Sequence[Job], made_with: str) -> list[Job]:
    """The jobs that have a file of that name, the youngest file first."""
    ages = {}
    for job in found:
        with suppress(OSError):  # deleted by somebody else this moment
            ages[job] = (job.path / made_with).stat().st_mtime
    return sorted(ages, key=lambda job: ages[job], reverse=True)


@contextmanager
def writing_to(path: Path) -> Iterator[None]:
    """Turn an OSError into a Problem that says where nothing can be written, and why."""
    try:
        yield
    except OSError as error:
        raise cannot_write(path, error) from error


def cannot_write(path: Path, error: OSError) -> Problem:
    """What to tell when writing to ``path`` failed."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Problem(
            N_("The disk is full: “{name}” could not be written on. Free some space, then resume."),
            name=path.name,
        )
    if error.errno in NO_LOCKS:
        return Problem(
            N_(
                "The disk of {path} cannot lock files, so that two processes could write the same "
                "run. Name a folder on another disk in AECORE_RUNS_DIR."
            ),
            path=path,
        )
    return Problem(
        N_(
            "The folder {path} cannot be written ({reason}). Allow writing there, or name another "
            "folder in AECORE_RUNS_DIR."
        ),
        path=path,
        reason=os.strerror(error.errno) if error.errno else str(error),
    )


def _plain(values: dict[str, object]) -> dict[str, object]:
    """Values as JSON can keep them."""
    return {k: v if isinstance(v, int | float | str) else str(v) for k, v in values.items()}
