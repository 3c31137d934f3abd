"""A signal in a table of text: a time and a value in each line, read piece by piece.

Commas, semicolons, tabs or blanks between the two; with or without a line of names at the top.
Beside semicolons or tabs a comma may be the decimal one. Lines end as on any kind of computer.
"""

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from aecore.messages import N_, Problem
from aecore.signals.signal import Signal

MOST_ROWS = 10_000_000
PIECE = 4 * 2**20  # bytes
LONGEST_LINE = 10_000  # bytes
LARGEST = 1e30  # number in it: its squares and differences can still be computed
RATES = (1e-9, 1e9)  # values a second
GAP = 5.0  # times the usual step: something is missing there
BOM = b"\xef\xbb\xbf"

Report = Callable[[float], None]
"""Called with the share read, 0…1; raising from it stops the reading."""


def read(stream: BinaryIO, name: str, size: int = 0, report: Report = lambda share: None) -> Signal:
    """The signal in a table of ``size`` bytes that is called ``name``.

    The memory taken is that of the values, 40 MB for ten million, and of a piece. Raises Problem,
    which names the line, for what is no two numbers, a time that stands still, runs backwards or
    leaps, and for more than MOST_ROWS rows.
    """
    table = _Table(name)
    done = 0
    for piece in _pieces(stream, name):
        table.take(piece)
        done += len(piece)
        report(min(1.0, done / size) if size else 0.0)
    return table.signal()


class _Table:
    """What has been read so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.begun = False  # whether a line that isn't empty has been seen
        self.lines = 0  # all of them
        self.rows = 0
        self.values: list[NDArray[np.float32]] = []
        self.separator: bytes | None = None
        self.first = self.last = self.step = 0.0  # seconds
        self.unit = ""

    def take(self, piece: bytes) -> None:
        """Whole lines. Raises Problem."""
        lines = piece.split(b"\n")
        if lines[-1] == b"":
            lines.pop()
        start, self.lines = self.lines, self.lines + len(lines)
        given = [n for n, line in enumerate(lines) if line.strip()]
        if given and not self.begun:
            self.begun = True
            self.separator = _separator(lines[given[0]])
            if _are_names(self._cells(lines[given[0]])):
                del given[0]
        if not given:
            return
        rows = self._numbers(lines, given, start)
        if self.rows + len(rows) > MOST_ROWS:
            raise Problem(
                N_(
                    "{file} has more than {most} rows; keep a part of it, or every second or "
                    "tenth row."
                ),
                file=self.name,
                most=f"{MOST_ROWS:,}",
            )
        self._check_times(rows[:, 0], given, start)
        self.values.append(rows[:, 1].astype(np.float32))
        self.rows += len(rows)

    def _numbers(self, lines: list[bytes], given: list[int], start: int) -> NDArray[np.float64]:
        """(rows, 2). Raises Problem."""
        kept = [lines[n] for n in given] if len(given) < len(lines) else lines
        if self.separator != b",":
            kept = [line.replace(b",", b".") for line in kept]
        separator = None if self.separator is None else self.separator.decode()
        try:
            rows = np.loadtxt(
                kept, np.float64, delimiter=separator, comments=None, quotechar='"', ndmin=2
            )
            if rows.shape[1] == 2 and (np.abs(rows) <= LARGEST).all():  # NaN isn't either
                return rows
        except ValueError:  # some line is wrong; which is looked for below
            pass
        for n in given:
            cells = self._cells(lines[n])
            if len(cells) != 2 or not _are_numbers(cells):
                found = lines[n].strip()[:40].decode("utf-8", "replace")
                raise Problem(
                    N_(
                        "Line {line} of {file} is “{found}”; expected are two numbers, the time "
                        "in seconds and the value."
                    ),
                    line=start + n + 1,
                    file=self.name,
                    found=found,
                )
        raise _no_table(self.name)

    def _cells(self, line: bytes) -> list[bytes]:
        if self.separator != b",":
            line = line.replace(b",", b".")
        return [cell.strip(b" \"'\r\n\t") for cell in line.strip().split(self.separator)]

    def _check_times(self, times: NDArray[np.float64], given: list[int], start: int) -> None:
        """Raise Problem unless the time goes on evenly."""
        steps = np.diff(times, prepend=self.last if self.rows else times[0])
        if not self.rows:
            self.first = float(times[0])
            steps = steps[1:]
            given = given[1:]
            self.step = float(np.median(steps)) if len(steps) else 0.0
        backwards, leaps = steps <= 0, steps > GAP * self.step
        if (backwards | leaps).any():
            k = int((backwards | leaps).argmax())
            values = {"line": start + given[k] + 1, "file": self.name}
            if backwards[k]:
                raise Problem(
                    N_(
                        "In line {line} of {file} the time does not go on; expected is that it "
                        "grows from line to line."
                    ),
                    **values,
                )
            raise Problem(
                N_(
                    "In line {line} of {file} the time leaps by {leap} seconds, where {step} are "
                    "usual; keep the part before or after it."
                ),
                **values,
                leap=f"{steps[k]:.3g}",
                step=f"{self.step:.3g}",
            )
        self.last = float(times[-1])

    def signal(self) -> Signal:
        """All of it. Raises Problem."""
        if self.rows < 2:
            raise Problem(
                N_("{file} has no two rows of a time and a value; there is no signal in it."),
                file=self.name,
            )
        rate = (self.rows - 1) / (self.last - self.first)
        if not RATES[0] <= rate <= RATES[1]:
            raise Problem(
                N_(
                    "In {file} a value comes every {step} seconds; expected are a billionth to a "
                    "billion seconds. Give the time in another unit."
                ),
                file=self.name,
                step=f"{1 / rate:.3g}",
            )
        return Signal(np.concatenate(self.values), rate, begins=self.first)


def _pieces(stream: BinaryIO, name: str) -> Iterator[bytes]:
    """Whole lines, some megabytes at a time. Raises Problem for a line that never ends."""
    rest = stream.read(len(BOM)).removeprefix(BOM)
    while piece := stream.read(PIECE):
        if b"\0" in piece:
            raise _no_table(name)
        piece = rest + piece
        half = b"\r" if piece.endswith(b"\r") else b""  # of \r\n, perhaps
        piece = piece.removesuffix(half).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        end = piece.rfind(b"\n") + 1
        rest = piece[end:] + half
        if len(rest) > LONGEST_LINE:
            raise _no_table(name)
        if end:
            yield piece[:end]
    if rest.strip():
        yield rest.removesuffix(b"\r")


def _no_table(name: str) -> Problem:
    return Problem(
        N_("{file} is no table of text; expected is a .csv with a time and a value in each line."),
        file=name,
    )


def _separator(line: bytes) -> bytes | None:
    """What stands between the two cells of a line; None for blanks."""
    return next((one for one in (b";", b"\t", b",") if one in line), None)


def _are_names(cells: list[bytes]) -> bool:
    """Whether these head a table: no time begins like the first, and none is a number.

    Of "0,nan" and "2026-01-31,5" that isn't so: they are a bad row, which has to be told.
    """
    return not re.match(rb"[-+.]?\d", cells[0]) and not any(map(_is_number, cells))


def _is_number(cell: bytes) -> bool:
    try:
        float(cell)  # also NaN
    except ValueError:
        return False
    return True


def _are_numbers(cells: list[bytes]) -> bool:
    try:
        return all(abs(float(cell)) <= LARGEST for cell in cells)
    except ValueError:
        return False
