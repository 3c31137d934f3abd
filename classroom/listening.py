"""Who listens to what happens in class: one watcher a process, and a stream to every page.

The watcher looks ten times a second whether the class's file has changed, by whatever process,
reads it once, and wakes all who listen.
"""

import asyncio
import logging
import os
import secrets
import signal
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from starlette.concurrency import run_in_threadpool

from aecore.asking import presence, rounds, wall
from aecore.asking.class_file import ClassFile, set_aside
from aecore.asking.followed import address
from aecore.asking.rounds import Round
from aecore.asking.tally import Tally, tally
from aecore.course.question import Question
from aecore.messages import Problem
from aecore.ownership import Visitor
from classroom.asked import asked

_LOG = logging.getLogger(__name__)

LOOK = 0.1  # seconds between two looks at the file
QUIET = 15.0  # seconds without news after which a listener says that it is there


@dataclass(frozen=True)
class Seen:
    """What is in the class's file, as far as pages show it.

    ``answers`` are those of the round, by visitor; ``tallies`` count them and, before them, those
    of the round in which the same was asked first. ``problem`` is told to the teacher.
    """

    round: Round | None = None
    answers: Mapping[str, Any] = field(default_factory=dict)
    tallies: tuple[tuple[int, Tally], ...] = ()
    address: str = ""
    wall: tuple[int, ...] = ()
    present: int = 0
    problem: Problem | None = None


class Watcher:
    """What the pages of this process know of the class."""

    def __init__(self, file: ClassFile) -> None:
        self.file = file
        self._seen = Seen()
        self._version: object = None
        self._process = f"{os.getpid()}-{secrets.token_hex(4)}"  # ids of processes come again
        self._counted = (0, 0.0)  # how many looked at our pages, and when that was said
        self._listeners: dict[asyncio.Event, Visitor] = {}
        self._task: asyncio.Task[None] | None = None
        self._looked = asyncio.Event()
        self._over = False

    def listeners(self, visitor: Visitor) -> int:
        """How many pages of this visitor listen here."""
        return sum(one.id == visitor.id for one in self._listeners.values())

    async def news(self, visitor: Visitor) -> AsyncIterator[Seen | None]:
        """What is seen, at once and after each change; None after each QUIET without one."""
        changed = asyncio.Event()
        self._listeners[changed] = visitor
        try:
            if self._task is None or self._task.done():
                self._looked.clear()
                self._task = asyncio.create_task(self._watch())
            await self._looked.wait()
            while not self._over:
                changed.clear()
                yield self._seen
                try:
                    await asyncio.wait_for(changed.wait(), QUIET)
                except TimeoutError:
                    yield None
        finally:
            del self._listeners[changed]

    async def _watch(self) -> None:
        while self._listeners and not self._over:
            pupils = {one.id for one in self._listeners.values() if not one.teacher}
            seen = await run_in_threadpool(self._look, len(pupils))
            self._over = _stopping()
            self._looked.set()
            if seen != self._seen or self._over:
                self._seen = seen
                for changed in self._listeners:
                    changed.set()
            await asyncio.sleep(LOOK)

    def _look(self, pupils: int) -> Seen:
        seen = self._seen
        try:
            version = self.file.version()
            if version != self._version:
                self._version = version  # what can't be shown fills no log
                seen = read(self.file)
            if seen.round:
                self._count(pupils)
        except Problem as problem:  # what was seen last stays on the pages
            seen, self._version = replace(seen, problem=problem), None
        except Exception:  # whatever it is, the next look may find better
            _LOG.exception("The class's file can't be shown")
        before = self._seen.problem
        if before and seen.problem and str(before) == str(seen.problem):
            seen = replace(seen, problem=before)  # nobody is woken for it again
        return seen

    def _count(self, pupils: int) -> None:
        """Let the other processes know how many look at the pages of this one."""
        said, at = self._counted
        now = time.monotonic()
        if said != pupils or now - at > presence.BEAT:
            self._counted = (pupils, now)
            with suppress(Problem):  # it will be met again by what matters more
                presence.put_present(self.file, self._process, pupils)


def read(file: ClassFile) -> Seen:
    """What is in the file now. Raises Problem."""
    problem = set_aside(file)
    followed = address(file)
    hung = tuple(each.id for each in wall.hung(file))
    now = rounds.current(file)
    if now is None:
        return Seen(address=followed, wall=hung, problem=problem)
    answers = {one.id: rounds.answers(file, one.id) for one in rounds.turns(file, now.id)}
    try:
        question = asked(now.question)
        tallies = tuple((len(said), _counted(question, said)) for said in answers.values())
    except Problem as gone:  # its chapter is no longer there, or another one
        tallies, problem = (), problem or gone
    present = presence.present(file)
    return Seen(now, answers.get(now.id, {}), tallies, followed, hung, present, problem)


def _counted(question: Question, answers: Mapping[str, Any]) -> Tally:
    return tally(question.facts(), [each for each in answers.values() if _fits(question, each)])


def _fits(question: Question, answer: Any) -> bool:
    """Whether an answer still is one: the chapter's file may have been changed since."""
    try:
        question.read(answer)
    except Problem:
        return False
    return True


def _stopping() -> bool:
    """Whether the server has been told to end. It waits for all streams, so these must end first,
    and what knows of it is the object whose method uvicorn has made the handler of SIGTERM."""
    handler = signal.getsignal(signal.SIGTERM)
    return bool(getattr(getattr(handler, "__self__", None), "should_exit", False))
