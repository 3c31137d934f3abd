"""The address that everybody sees who follows the teacher."""

import sqlite3

from aecore.asking.class_file import ClassFile


def put_address(file: ClassFile, address: str) -> None:
    """Keep what the teacher's page shows now; "": there is nothing to follow. Raises Problem."""

    def put(db: sqlite3.Connection) -> None:
        db.execute("DELETE FROM followed")
        if address:
            db.execute("INSERT INTO followed VALUES (?)", (address,))

    file.write(put)


def address(file: ClassFile) -> str:
    """What the teacher's page shows, "" where there is nothing to follow. Raises Problem."""

    def found(db: sqlite3.Connection) -> str:
        row = db.execute("SELECT address FROM followed").fetchone()
        return str(row[0]) if row else ""

    return file.read(found) or ""
