"""Questions that the class is asked, and its answers: one of each visitor in each round.

A round is open, then closed, perhaps revealed, and over. The last one that isn't over is the one
that all pages show. After a first round has been closed the same question may be asked again: that
is peer instruction (E. Mazur, "Peer Instruction: A User's Manual", 1997), where neighbours try to
convince each other in between. An answer is what ``aecore.course`` has checked, kept as JSON.
"""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from aecore.asking.class_file import ClassFile
from aecore.messages import N_, Problem

State = Literal["open", "closed", "revealed", "over"]
TURNS = 2
MOST_ANSWERS = 2000  # of a round: who invents visitors fills no disk

GONE = N_("That question is no longer on the screens. Look at what is shown now.")


@dataclass(frozen=True)
class Round:
    """A question asked once; ``question`` is "CHAPTER/STEP"."""

    id: int
    question: str
    turn: int
    state: State


def current(file: ClassFile) -> Round | None:
    """The round that all pages show. Raises Problem."""
    return file.read(_current)


def ask(file: ClassFile, question: str) -> Round:
    """Ask a question; the one that was asked before is over. Raises Problem.

    One that is open already stays: a second click takes nobody's answer away.
    """

    def opened(db: sqlite3.Connection) -> Round:
        now = _current(db)
        if now and (now.question, now.state) == (question, "open"):
            return now
        return _open(db, question, 1)

    return file.write(opened)


def again(file: ClassFile, round: int) -> Round:
    """Ask what was asked in that round once more. Raises Problem."""

    def opened(db: sqlite3.Connection) -> Round:
        before = _still(db, round)
        if before.turn == TURNS or before.state == "revealed":
            raise Problem(N_("This question can't be asked again. Ask it anew from its lesson."))
        return _open(db, before.question, before.turn + 1)

    return file.write(opened)


def close(file: ClassFile, round: int) -> None:
    """Take no more answers; what is closed already stays so. Raises Problem."""
    file.write(lambda db: _say(db, _still(db, round), "closed", ("open",)))


def reveal(file: ClassFile, round: int) -> None:
    """Show everybody what is right. Raises Problem."""
    file.write(lambda db: _say(db, _still(db, round), "revealed", ("open", "closed")))


def stop(file: ClassFile, round: int) -> None:
    """Take the question off the screens. Raises Problem."""
    file.write(lambda db: _say(db, _still(db, round), "over", ("open", "closed", "revealed")))


def answer(file: ClassFile, round: int, visitor: str, answer: Any, drawing: str = "") -> None:
    """Keep a visitor's answer, in place of an earlier one. Raises Problem once it is closed.

    With the text of the visitor's own drawing, for a question about that.
    """

    def keep(db: sqlite3.Connection) -> None:
        if _still(db, round).state != "open":
            raise Problem(N_("The question is closed: it takes no more answers."))
        n, mine = db.execute(
            "SELECT count(*), coalesce(sum(visitor = ?), 0) FROM answers WHERE round = ?",
            (visitor, round),
        ).fetchone()
        if n >= MOST_ANSWERS and not mine:
            raise Problem(
                N_("{most} have answered, as many as are taken here. Tell the teacher."),
                most=MOST_ANSWERS,
            )
        db.execute(
            "REPLACE INTO answers VALUES (?, ?, ?, ?)",
            (round, visitor, json.dumps(answer, allow_nan=False), drawing),
        )

    file.write(keep)


def answers(file: ClassFile, round: int) -> dict[str, Any]:
    """The answers of a round by visitor. Raises Problem."""

    def found(db: sqlite3.Connection) -> list[tuple[str, str]]:
        return db.execute(
            "SELECT visitor, answer FROM answers WHERE round = ?", (round,)
        ).fetchall()

    return {visitor: json.loads(said) for visitor, said in file.read(found) or ()}


def drawing(file: ClassFile, round: int, visitor: str) -> str:
    """The drawing that came with an answer, "" for none. Raises Problem."""

    def found(db: sqlite3.Connection) -> str:
        row = db.execute(
            "SELECT drawing FROM answers WHERE round = ? AND visitor = ?", (round, visitor)
        ).fetchone()
        return str(row[0]) if row else ""

    return file.read(found) or ""


def turns(file: ClassFile, round: int) -> Sequence[Round]:
    """A round and the one before it in which the same was asked, in order. Raises Problem."""

    def found(db: sqlite3.Connection) -> list[Round]:
        last = _round(db, "id = ?", round)
        if last is None:
            return []
        first = _round(db, "id < ?", round) if last.turn > 1 else None
        return [first, last] if first else [last]

    return file.read(found) or []


def rows(file: ClassFile) -> list[tuple[int, str, int, str, int, Any]]:
    """All answers: round, question, turn, when it was opened, visitor, answer. Raises Problem.

    Visitors are numbered from 1: the same number is the same browser in all rounds.
    """

    def found(db: sqlite3.Connection) -> list[tuple[int, str, int, str, str, str]]:
        return db.execute(
            "SELECT id, question, turn, opened, visitor, answer FROM rounds"
            " JOIN answers ON round = id ORDER BY id, visitor"
        ).fetchall()

    numbers: dict[str, int] = {}
    return [
        (id, question, turn, when, numbers.setdefault(who, len(numbers) + 1), json.loads(said))
        for id, question, turn, when, who, said in file.read(found) or ()
    ]


def _open(db: sqlite3.Connection, question: str, turn: int) -> Round:
    db.execute("UPDATE rounds SET state = 'over' WHERE state != 'over'")
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    made = db.execute(
        "INSERT INTO rounds (question, turn, state, opened) VALUES (?, ?, 'open', ?)",
        (question, turn, now),
    )
    return Round(int(made.lastrowid or 0), question, turn, "open")


def _say(db: sqlite3.Connection, round: Round, state: State, before: Sequence[State]) -> None:
    if round.state in before:
        db.execute("UPDATE rounds SET state = ? WHERE id = ?", (state, round.id))


def _still(db: sqlite3.Connection, round: int) -> Round:
    """The current round, if it is that one: two teachers, or two clicks, are in nobody's way."""
    found = _current(db)
    if found is None or found.id != round:
        raise Problem(GONE)
    return found


def _current(db: sqlite3.Connection) -> Round | None:
    last = _round(db, "1")
    return last if last and last.state != "over" else None


def _round(db: sqlite3.Connection, which: str, *values: int) -> Round | None:
    row = db.execute(
        f"SELECT id, question, turn, state FROM rounds WHERE {which} ORDER BY id DESC LIMIT 1",
        values,
    ).fetchone()
    return Round(*row) if row else None
