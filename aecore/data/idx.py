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
from functools import partial
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

_md5 = partial(hashlib.md5, usedforsecurity=False)


@dataclass(frozen=True, eq=False)
class Idx:
    """values: uint8, in the shape of the header. md5: of the uncompressed file, in hexadecimal.

    packed_md5: of the file as it lies there; the same, if it isn't packed.
    """

    values: NDArray[np.uint8]
    md5: str
    packed_md5: str

    @property
    def digests(self) -> set[str]:
        """Both MD5s."""
        return {self.md5, self.packed_md5}


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
                    values, md5 = _read(unpacked, path, ndim, DEFLATE_RATIO * length, max_bytes)
                file.seek(0)
                return Idx(values, md5, hashlib.file_digest(file, _md5).hexdigest())
            file.seek(0)
            values, md5 = _read(file, path, ndim, length, max_bytes)
            return Idx(values, md5, md5)
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
) -> tuple[NDArray[np.uint8], str]:
    """Read header and elements, and the MD5 of both; the file holds ``capacity`` bytes at most."""
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
    digest = _md5(header)
    digest.update(body)
    # of a bytearray, because torch warns about arrays that cannot be written to
    return np.frombuffer(body, np.uint8).reshape(shape), digest.hexdigest()


def _filled(file: BufferedReader | gzip.GzipFile, body: bytearray) -> int:
    """Read into ``body``, without a second copy in memory; how many bytes there were."""
    view = memoryview(body)
    done = 0
    while done < len(view) and (read := file.readinto(view[done:])):
        done += read
    return done
