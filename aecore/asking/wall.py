"""The wall: drawings of a class, which all see until the teacher hides one."""

import sqlite3
from dataclasses import dataclass

from aecore import handwriting
from aecore.asking.class_file import ClassFile
from aecore.handwriting import MAX_TEXT
from aecore.messages import N_, Problem

MOST_EACH = 3  # drawings of a visitor; one more takes the place of their oldest
MOST = 200  # of all


@dataclass(frozen=True)
class Hung:
    """A drawing on the wall, as its text (aecore/handwriting.py)."""

    id: int
    drawing: str


def hang(file: ClassFile, visitor: str, drawing: str) -> None:
    """Put a visitor's drawing on the wall. Raises Problem for what is none, and for a full wall."""
    if len(drawing) > MAX_TEXT or handwriting.from_text(drawing).empty:
        raise Problem(N_("There is no drawing yet. Draw a digit first, then put it on the wall."))

    def put(db: sqlite3.Connection) -> None:
        own = "FROM wall WHERE visitor = ?"
        # one that is hidden is kept, and hangs for nobody: else it could be hung anew
        if db.execute(f"SELECT 1 {own} AND drawing = ?", (visitor, drawing)).fetchone():
            return  # it hangs there, or the teacher has hidden it
        oldest = db.execute(f"SELECT id {own} AND NOT hidden ORDER BY id DESC LIMIT -1 OFFSET ?",
                            (visitor, MOST_EACH - 1)).fetchall()  # fmt: skip
        db.executemany("DELETE FROM wall WHERE id = ?", oldest)
        if db.execute("SELECT count(*) FROM wall WHERE NOT hidden").fetchone()[0] >= MOST:
            raise Problem(
                N_("The wall is full: {most} drawings. The teacher can empty it."), most=MOST
            )
        db.execute("INSERT INTO wall (visitor, drawing) VALUES (?, ?)", (visitor, drawing))

    file.write(put)


def hide(file: ClassFile, id: int) -> None:
    """Show a drawing to nobody any more. Raises Problem."""
    file.write(lambda db: db.execute("UPDATE wall SET hidden = 1 WHERE id = ?", (id,)))


def hung(file: ClassFile) -> list[Hung]:
    """What hangs on the wall for all to see, the oldest first. Raises Problem."""
    rows = file.read(
        lambda db: db.execute(
            "SELECT id, drawing FROM wall WHERE NOT hidden ORDER BY id"
        ).fetchall()
    )
    return [Hung(*row) for row in rows or ()]
