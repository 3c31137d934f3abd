"""The IDX format of MNIST: a magic number, the sizes, then bytes. Plain or packed by gzip.

Format: two zero bytes, the element type (8: unsigned byte), the number of dimensions, each
dimension as a big-endian 32-bit integer, then the elements in C order.
"""

import gzip
import hashlib
import math
import struct
import zlib
from dataclasses import dataclass
from io import BufferedReader
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aecore.messages import N_, Problem

# The largest file that is read, EMNIST's training digits, has 240,000 images of 28×28: 188 MB. A
# header that promises more than this is not believed.
MAX_BYTES = 192 * 2**20

# deflate cannot pack more than this many bytes into one
DEFLATE_RATIO = 1032

GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, eq=False)
class Idx:
    """values: uint8, in the shape of the header. md5: of the uncompressed file, in hexadecimal."""

    values: NDArray[np.uint8]
    md5: str


def read_idx(path: Path, ndim: int, max_bytes: int = MAX_BYTES) -> Idx:
    """Read an IDX file of unsigned bytes with ``ndim`` dimensions.

    The sizes in the header are checked against the length of the file before any memory is taken.
    Raises Problem when the file can't be read or isn't exactly what its header says.
    """
    try:
        length = path.stat().st_size
        with path.open("rb") as file:
            if file.read(2) == GZIP_MAGIC:
                file.seek(0)
                with gzip.GzipFile(fileobj=file) as unpacked:
                    # the most that a packed file of this length can hold
                    return _read(unpacked, path, ndim, DEFLATE_RATIO * length, max_bytes)
            file.seek(0)
            return _read(file, path, ndim, length, max_bytes)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Problem(
            N_("{file} is a damaged or truncated gzip file. Copy or download it again."), file=path
        ) from error
    except OSError as error:
        raise Problem(
            N_("{file} cannot be read: {reason}."), file=path, reason=error.strerror or error
        ) from error


def _read(
    file: BufferedReader | gzip.GzipFile, path: Path, ndim: int, capacity: int, max_bytes: int
) -> Idx:
    """Read header and elements; ``capacity`` is the most bytes the file can hold."""
    expected = bytes([0, 0, 8, ndim])
    header = file.read(4 + 4 * ndim)
    if header[:4] != expected[: len(header)]:
        raise Problem(
            N_("{file} is not the IDX file it should be: it begins with {found}, not {expected}."),
            file=path,
            found=header[:4].hex(" "),
            expected=expected.hex(" "),
        )
    if len(header) < 4 + 4 * ndim:
        raise Problem(
            N_("{file} ends in the middle of its header. Copy or download it again."), file=path
        )
    shape = struct.unpack(f">{ndim}I", header[4:])
    size = math.prod(shape)
    if size == 0:
        raise Problem(N_("{file} holds no data: its header says {shape}."), file=path, shape=shape)
    if size > max_bytes:
        raise Problem(
            N_("The header of {file} promises {size} bytes; more than {limit} are not read."),
            file=path,
            size=size,
            limit=max_bytes,
        )
    body = bytearray(size if len(header) + size <= capacity else 0)
    if _filled(file, body) < size:
        raise Problem(
            N_(
                "{file} ends too early: its header promises {size} bytes that are not there. "
                "Copy or download it again."
            ),
            file=path,
            size=size,
        )
    # one byte more than promised: finds a file that goes on, and lets gzip check its own checksum
    if file.read(1):
        raise Problem(
            N_("{file} goes on after the {size} bytes that its header promises."),
            file=path,
            size=size,
        )
    digest = hashlib.md5(header, usedforsecurity=False)
    digest.update(body)
    # a bytearray, because torch warns about arrays that cannot be written to
    return Idx(np.frombuffer(body, np.uint8).reshape(shape), digest.hexdigest())


def _filled(file: BufferedReader | gzip.GzipFile, body: bytearray) -> int:
    """Read into ``body``, without a second copy in memory; how many bytes there were."""
    view = memoryview(body)
    done = 0
    while done < len(view) and (read := file.readinto(view[done:])):
        done += read
    return done
