"""Pictures in rows of text: a label and the pixels, as in mnist_train.csv.

Read piece by piece; commas, semicolons, tabs or blanks between the values; with or without a line
of names at the top.
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from aecore.data.archives import MAX_UNPACKED, UNREADABLE, File, too_much
from aecore.messages import N_, Problem

MAX_LINE = 2**20  # bytes
PIECE = 500  # lines
MIN_SIDE = 8  # pixels; a table of fewer numbers in a row is no set of pictures
LABELS = frozenset({"label", "labels", "class", "target", "y", "digit", "letter"})
NUMBERS = frozenset({"", "id", "index", "unnamed: 0"})  # a row's number isn't for learning
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, eq=False)
class Rows:
    """A table of text, of which the first lines have been read.

    shape: of a picture, (H, W) or (H, W, 3). columns: values in a row; pixels: where they begin;
    label: the column of the label, or -1. separator: between values, None for blanks.
    """

    file: File
    shape: tuple[int, ...]
    columns: int
    pixels: int
    label: int
    separator: bytes | None
    has_names: bool

    @property
    def name(self) -> str:
        """Of the file."""
        return self.file.name

    def pieces(self) -> Iterator[tuple[list[str], NDArray[np.float32]]]:
        """Labels, if there are any, and values (n, *shape), some rows at a time. Raises Problem."""
        number = 0
        wanted = range(self.pixels, self.pixels + math.prod(self.shape))
        separator = None if self.separator is None else self.separator.decode()
        for lines in self._lines():
            for line in lines:
                number += 1
                if _columns(line, self.separator) != self.columns:
                    raise self._bad(number)
            if self.separator != b",":
                numbers = [line.replace(b",", b".") for line in lines]
            else:
                numbers = lines
            try:
                values = np.loadtxt(
                    numbers, np.float32, delimiter=separator, usecols=wanted, ndmin=2, quotechar='"'
                )
            except ValueError as error:
                raise self._bad(number) from error
            labels = [self._label(line) for line in lines] if self.label >= 0 else []
            yield labels, values.reshape(-1, *self.shape)

    def _label(self, line: bytes) -> str:
        if self.label == self.columns - 1:
            cell = line.rsplit(self.separator, 1)[-1]
        else:
            cell = line.split(self.separator, self.label + 1)[self.label]
        return _word(cell)

    def _lines(self) -> Iterator[list[bytes]]:
        try:
            with self.file.open() as stream:
                lines = _lines(stream, self.name)
                if self.has_names:
                    next(lines, None)
                while piece := list(itertools.islice(lines, PIECE)):
                    yield piece
        except UNREADABLE as error:
            raise self._bad(0) from error

    def _bad(self, number: int) -> Problem:
        return Problem(
            N_(
                "{file} cannot be read as a table near line {line}: expected are {columns} numbers "
                "in each line, as in the first."
            ),
            file=self.name,
            line=number + self.has_names,
            columns=self.columns,
        )


def rows(file: File) -> Rows | None:
    """The table of pictures in a text file; None if it is none."""
    if file.size > MAX_UNPACKED:
        raise too_much(file.name, MAX_UNPACKED)
    try:
        with file.open() as stream:
            first, *others = itertools.islice(_lines(stream, file.name), 3)
    except (Problem, ValueError, *UNREADABLE):  # whatever it is, it is no table
        return None
    separator = _separator(first)
    names, *cells = [line.split(separator) for line in (first, *others)]
    words = [_word(name).lower() for name in names]
    has_names = _are_names(words)
    cells = cells if has_names else [names, *cells]
    if not cells or any(len(each) != len(names) for each in cells):
        return None
    label = next((n for n, word in enumerate(words) if has_names and word in LABELS), -1)
    before = [0] if has_names and words[0] in NUMBERS else []
    # a separator at the end of each line, with nothing behind it
    ends_empty = not any(_word(line[-1]) for line in (names, *cells))
    count = len(names) - len(before) - (label >= 0) - ends_empty
    shape = shape_of(count)
    if shape is None and label < 0:
        label, shape = len(before), shape_of(count - 1)
    if shape is None:
        return None
    others_first = {*before, label}
    start = next(n for n in range(len(names)) if n not in others_first)
    pixels = range(start, start + math.prod(shape))
    if label in pixels or not all(_is_number(_word(cells[0][n])) for n in pixels):
        return None
    return Rows(file, shape, len(names), start, label, separator, has_names)


@dataclass(frozen=True)
class Columns:
    """How many columns a table has; and whether there is nothing below their names."""

    count: int
    only_names: bool


def columns_of(file: File) -> Columns | None:
    """The columns of a table of numbers, pictures or not; None if a file is no such table."""
    try:
        with file.open() as stream:
            lines = list(itertools.islice(_lines(stream, file.name), 2))
    except (Problem, *UNREADABLE):
        return None
    if not lines:
        return None
    separator = _separator(lines[0])
    first, last = (
        [_word(cell) for cell in line.split(separator)] for line in (lines[0], lines[-1])
    )
    if (
        len(lines) == 1
        and separator
        and len(first) >= MIN_SIDE**2
        and _are_names([w.lower() for w in first])
    ):
        return Columns(len(first), only_names=True)
    if len(first) != len(last) or sum(map(_is_number, last)) < max(2, len(last) - 2):
        return None
    return Columns(len(last), only_names=False)


def shape_of(count: int) -> tuple[int, ...] | None:
    """The shape of a square picture of ``count`` values: (side, side), (side, side, 3), or None."""
    side = math.isqrt(count)
    if side >= MIN_SIDE and side**2 == count:
        return side, side
    side = math.isqrt(count // 3)
    return (side, side, 3) if side >= MIN_SIDE and 3 * side**2 == count else None


def _lines(stream: BinaryIO, name: str) -> Iterator[bytes]:
    """Lines that aren't empty. Raises Problem for one that never ends."""
    line = stream.readline(MAX_LINE).removeprefix(BOM)
    while line:
        if len(line) == MAX_LINE:
            raise Problem(N_("{file} has lines that are too long for a table."), file=name)
        if line.strip():
            yield line
        line = stream.readline(MAX_LINE)


def _columns(line: bytes, separator: bytes | None) -> int:
    return len(line.split()) if separator is None else line.count(separator) + 1


def _word(cell: bytes) -> str:
    return cell.strip(b" \"'\r\n").decode("utf-8", "replace")


def _is_number(word: str) -> bool:
    """With a decimal point or comma."""
    try:
        float(word.replace(",", "."))
        return True
    except ValueError:
        return False


def _separator(line: bytes) -> bytes | None:
    """What a line is separated by; beside semicolons or tabs, commas are decimal ones."""
    for one in (b";", b"\t"):
        if line.count(one) >= MIN_SIDE**2 - 1:
            return one
    return max([b",", b";", b"\t", None], key=lambda one: len(line.split(one)))


def _are_names(words: list[str]) -> bool:
    """Whether a first line holds the columns' names; pandas numbers them where they have none."""
    numbers = [float(word.replace(",", ".")) for word in words if _is_number(word)]
    # not "y", which may be a letter's class
    if len(numbers) < len(words) / 2 or not LABELS.isdisjoint(set(words) - {"y"}):
        return True
    return numbers in (list(range(len(numbers))), list(range(1, len(numbers) + 1)))
