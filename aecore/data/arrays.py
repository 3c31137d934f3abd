"""Arrays in .npy and IDX files, known by their headers and read piece by piece.

A header is believed only as far as the file is long enough for it. Nothing is unpickled.
NumPy's format: numpy.lib.format; .npz is a zip archive of such files. IDX: see aecore.data.idx.
"""

import ast
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from aecore.data.archives import MAX_FILE, MAX_UNPACKED, UNREADABLE, File, too_much
from aecore.messages import N_, Problem

PIECE = 4 * 2**20  # bytes that are read at a time, where an element of the first axis isn't more
NPY_MAGIC = b"\x93NUMPY"
MAX_NPY_HEADER = 2**16  # bytes; plain ones have less than 128

IDX_TYPES = {8: ">u1", 9: ">i1", 11: ">i2", 12: ">i4", 13: ">f4", 14: ">f8"}


@dataclass(frozen=True, eq=False)
class Array:
    """An array in a file, of which only the header has been read.

    shape, dtype: as the header has them. offset: bytes before the first element. by_columns: the
    first axis runs fastest, as Fortran and MATLAB have it.
    """

    file: File
    shape: tuple[int, ...]
    dtype: np.dtype
    offset: int
    by_columns: bool = False

    @property
    def name(self) -> str:
        """Of the file."""
        return self.file.name

    def __len__(self) -> int:
        return self.shape[0]

    def pieces(self) -> Iterator[NDArray]:
        """The elements along the first axis, some at a time, in order. Raises Problem."""
        each = prod(self.shape[1:]) * self.dtype.itemsize
        step = max(1, PIECE // each)
        try:
            with self.file.open() as stream:
                stream.read(self.offset)
                if self.by_columns:
                    yield self._read(stream, len(self))
                    return
                for start in range(0, len(self), step):
                    yield self._read(stream, min(step, len(self) - start))
        except UNREADABLE as error:
            raise _damaged(self.name) from error

    def values(self) -> NDArray:
        """All elements; for what is small, such as labels. Raises Problem."""
        return np.concatenate(list(self.pieces()))

    def _read(self, stream: BinaryIO, count: int) -> NDArray:
        shape = (count, *self.shape[1:])
        content = stream.read(prod(shape) * self.dtype.itemsize)
        if len(content) < prod(shape) * self.dtype.itemsize:
            raise _damaged(self.name)
        flat = np.frombuffer(content, self.dtype)
        return flat.reshape(shape, order="F" if self.by_columns else "C")


def array(file: File, kind: str) -> Array:
    """The array in a file of kind "npy" or "idx". Raises Problem."""
    try:
        with file.open() as stream:
            found = (_of_npy if kind == "npy" else _of_idx)(file, stream)
    except (*UNREADABLE, ValueError, SyntaxError, TypeError, KeyError, struct.error) as error:
        raise _damaged(file.name) from error
    size = prod(found.shape) * found.dtype.itemsize
    if size > (MAX_FILE if found.by_columns else MAX_UNPACKED):
        raise too_much(file.name, MAX_FILE if found.by_columns else MAX_UNPACKED)
    if 0 <= file.size != found.offset + size:
        raise _damaged(file.name)
    return found


def _of_npy(file: File, stream: BinaryIO) -> Array:
    """Raises ValueError and others for a broken header."""
    version = stream.read(8)[len(NPY_MAGIC) :]
    width, form = (2, "<H") if version == b"\1\0" else (4, "<I")
    (length,) = struct.unpack(form, stream.read(width))
    if length > MAX_NPY_HEADER:
        raise ValueError("no header of NumPy")
    facts = ast.literal_eval(stream.read(length).decode("utf-8"))
    dtype = np.dtype(facts["descr"])
    if dtype.hasobject or dtype.fields or not dtype.itemsize:
        raise Problem(
            N_(
                "{file} holds Python objects or records, which are not read. Save it as a plain "
                "array of numbers."
            ),
            file=file.name,
        )
    shape = tuple(int(length) for length in facts["shape"])
    if not shape or min(shape) < 0:
        raise ValueError("no array")
    return Array(file, shape, dtype, 8 + width + length, bool(facts["fortran_order"]))


def _of_idx(file: File, stream: BinaryIO) -> Array:
    magic = stream.read(4)
    shape = struct.unpack(f">{magic[3]}I", stream.read(4 * magic[3]))
    return Array(file, shape, np.dtype(IDX_TYPES[magic[2]]), 4 + 4 * magic[3])


def _damaged(name: str) -> Problem:
    return Problem(
        N_(
            "{file} does not hold what its header says; it is damaged or cut off. Copy or download "
            "it again."
        ),
        file=name,
    )
