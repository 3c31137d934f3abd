"""Zip and tar archives that are looked into and never extracted.

Everything is checked before memory is taken: how many files, how large when unpacked, how far
above what is packed, and that no name leads outside.
"""

import gzip
import io
import os
import re
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, cast

from aecore.data import archive_names
from aecore.kinds import HEAD, Kind, kind_of
from aecore.messages import N_, Problem

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MAX_ENTRIES = 20_000  # in all archives together: their tables of contents are held in memory
ENTRY_SIZE = 400  # bytes of an entry in this table, on average at most
MAX_UNPACKED = 2 * 2**30  # bytes, all files of an archive together
MAX_FILE = 256 * 2**20  # bytes, one file; a larger one is left out
MAX_RATIO = 200  # bytes unpacked per byte packed; pictures stay far below …
RATIO_FROM = 2**20  # … but a small blank one may exceed it and harms nobody
MAX_HEADER = 2**20  # bytes of what a tar archive says about one file

TAIL = 2**16 + 2**10  # bytes at a zip archive's end: its end records and a comment of 2¹⁶ − 1
ZIP64_END = 56  # bytes of the end record of large archives

NAMED = 5  # files that a sentence names; of the others the number
UNREADABLE = (OSError, zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, RuntimeError)


def printable(name: object) -> str:
    """A name that may not be valid UTF-8 on disk, as one that can be shown."""
    return str(name).encode("utf-8", "replace").decode("utf-8")


def listed(names: Sequence[str]) -> str:
    """The first few names for a sentence, and how many more there are."""
    rest = f" … (+{len(names) - NAMED})" if len(names) > NAMED else ""
    return ", ".join(printable(name) for name in names[:NAMED]) + rest


@dataclass(frozen=True, slots=True)
class File:
    """A file in a folder or an archive.

    name: within it, with slashes. size: bytes, -1 where only unpacking tells. open: its content,
    from the start; raises what UNREADABLE lists, and Problem. changed: when, in nanoseconds.
    """

    name: str
    size: int
    open: Callable[[], BinaryIO]
    changed: int = 0

    def head(self, size: int = HEAD) -> bytes:
        """The first bytes; none if it cannot be read."""
        try:
            with self.open() as stream:
                return stream.read(size)
        except (Problem, *UNREADABLE):
            return b""

    def read(self) -> bytes:
        """All of it. Raises what UNREADABLE lists, and Problem above MAX_FILE bytes."""
        with self.open() as stream:
            # asked for its size first: read(n) takes n bytes of memory, however small the file is
            if self.size > MAX_FILE:
                raise too_much(self.name, MAX_FILE)
            return stream.read(self.size)


class Account:
    """What an archive, and those in it, hold together. Raises Problem above the limits."""

    def __init__(self, called: str) -> None:
        self.called = called
        self.files = self.bytes = 0

    def add(self, files: int, size: int) -> None:
        """Count ``files`` files of ``size`` bytes, unpacked."""
        self.files += files
        self.bytes += size
        if self.files > MAX_ENTRIES:
            raise too_many(self.called, MAX_ENTRIES)
        if self.bytes > MAX_UNPACKED:
            raise too_much(self.called, MAX_UNPACKED)


class Archive:
    """An open zip or tar archive, packed by gzip or not; ``files`` are all that it holds.

    stream: at its start, and of ``size`` bytes; it is closed with the archive. called: what a
    sentence calls it. Raises Problem when anything in it is out of bounds or cannot be read.
    """

    def __init__(self, kind: Kind, stream: BinaryIO, size: int, account: Account) -> None:
        self.called = account.called
        self._opened: zipfile.ZipFile | tarfile.TarFile
        self._stream = stream
        try:
            if kind == "zip":
                self.files = self._of_zip(stream, size, account)
            else:
                self.files = self._of_tar(kind, stream, size, account)
        except Problem:
            stream.close()
            raise
        except (*UNREADABLE, ValueError) as error:
            stream.close()
            raise cut_off(self.called) from error

    def close(self) -> None:
        """Close it and its stream."""
        self._opened.close()
        self._stream.close()

    def _of_zip(self, stream: BinaryIO, size: int, account: Account) -> list[File]:
        # larger than it may be unpacked: not even its table of contents is read
        if size > MAX_UNPACKED:
            raise too_much(self.called, MAX_UNPACKED)
        if _table_size(stream, size) > MAX_ENTRIES * ENTRY_SIZE:
            raise too_many(self.called, MAX_ENTRIES)
        archive = self._opened = zipfile.ZipFile(stream)
        entries = archive.infolist()
        account.add(len(entries), sum(entry.file_size for entry in entries))
        for entry in entries:
            if entry.flag_bits & 1:
                raise Problem(
                    N_("{path} is locked with a password. Pack the pictures without one."),
                    path=self.called,
                )
            # the other methods may take gigabytes for their tables
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise Problem(
                    N_("{path} is packed in an unusual way. Pack the pictures as an ordinary zip."),
                    path=self.called,
                )
            if entry.file_size > max(RATIO_FROM, MAX_RATIO * entry.compress_size):
                raise too_much(self.called, MAX_UNPACKED)
        files = []
        for entry, name in zip(entries, archive_names.names(entries), strict=True):
            # as written in the archive too: zipfile has already tamed entry.filename
            self._check_inside(entry.orig_filename)
            self._check_inside(name)
            if not name.endswith("/"):
                files.append(File(name, entry.file_size, _opener(archive, entry)))
        return sorted(files, key=lambda file: file.name)

    def _of_tar(self, kind: Kind, stream: BinaryIO, size: int, account: Account) -> list[File]:
        """In the archive's own order: read in another, a packed one is unpacked again and again."""
        guarded = _Guarded(unpacked(stream, size, self.called) if kind == "gzip" else stream)
        archive = self._opened = tarfile.open(fileobj=cast(BinaryIO, guarded), mode="r:")
        files = []
        while (entry := archive.next()) is not None:
            # before the next header is looked for, which would unpack all that is claimed here
            account.add(1, entry.size)
            self._check_inside(entry.name)
            if entry.isreg() and not entry.issparse():
                name = entry.name.replace("\\", "/").removeprefix("./")
                files.append(File(name, entry.size, _member(archive, entry)))
        guarded.most = MAX_FILE
        return files

    def _check_inside(self, name: str) -> None:
        slashed = name.replace("\\", "/")
        if slashed.startswith("/") or re.match("[A-Za-z]:", slashed) or ".." in slashed.split("/"):
            raise Problem(
                N_(
                    "{path} names a file outside of itself, {name}; such an archive is not opened. "
                    "Pack the pictures anew."
                ),
                path=self.called,
                name=printable(name),
            )


def unpacked(stream: BinaryIO, size: int, called: str) -> BinaryIO:
    """What a gzip stream of ``size`` bytes holds. Reading raises Problem where it is a bomb."""
    return io.BufferedReader(_Unpacked(stream, size, called))


def gzipped(file: File) -> File:
    """The file that a gzip file holds."""
    return File(
        file.name.removesuffix(".gz"),
        -1,
        lambda: unpacked(file.open(), file.size, file.name),
        file.changed,
    )


def archive_kind(file: File) -> Kind:
    """ "zip", "tar", or "gzip" for a tar archive packed so; "" for what is no archive."""
    kind = kind_of(file.head())
    if kind == "gzip":
        return "gzip" if kind_of(gzipped(file).head()) == "tar" else ""
    if kind == "" and file.name.lower().endswith((".zip", ".exe")):
        with suppress(Problem, *UNREADABLE), file.open() as stream:
            return "zip" if zipfile.is_zipfile(stream) else ""  # one that unpacks itself
    return kind if kind in ("zip", "tar") else ""


def cut_off(called: object) -> Problem:
    """What to tell of an archive that cannot be read."""
    return Problem(
        N_("{path} is not a zip or tar archive that can be read; it may be cut off."),
        path=printable(called),
    )


def too_many(called: object, limit: int) -> Problem:
    """What to tell of more files than are looked through."""
    return Problem(
        N_("{path} holds more than {limit} files; choose a smaller folder."),
        path=printable(called),
        limit=limit,
    )


def too_much(called: object, limit: int) -> Problem:
    """What to tell of more bytes than are unpacked."""
    return Problem(
        N_(
            "{path} is refused: unpacked it takes more than {limit} MB, or far more than packed "
            "pictures do."
        ),
        path=printable(called),
        limit=limit // 2**20,
    )


class _Unpacked(io.RawIOBase):
    """A gzip stream that ends in a Problem where far more comes out than went in."""

    def __init__(self, stream: BinaryIO, size: int, called: str) -> None:
        self._stream = stream
        self._gzip = gzip.GzipFile(fileobj=stream)
        self._most = min(MAX_UNPACKED, max(RATIO_FROM, MAX_RATIO * size))
        self._called = called

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        count = self._gzip.readinto(buffer)
        if self._gzip.tell() > self._most:
            raise too_much(self._called, MAX_UNPACKED)
        return count

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        place += self._gzip.tell() if whence == os.SEEK_CUR else 0
        if place > self._most:
            raise too_much(self._called, MAX_UNPACKED)
        return self._gzip.seek(place)

    def tell(self) -> int:
        return self._gzip.tell()

    def close(self) -> None:
        self._gzip.close()
        self._stream.close()
        super().close()


class _Guarded:
    """A stream for tarfile, which takes as much memory as a header claims to need."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.most = MAX_HEADER
        self.seek, self.tell, self.close = stream.seek, stream.tell, stream.close

    def read(self, size: int) -> bytes:
        if size > self.most:
            raise tarfile.ReadError("more than is read at once")
        return self._stream.read(size)


def _opener(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Callable[[], BinaryIO]:
    return lambda: cast(BinaryIO, archive.open(entry))


def _member(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> Callable[[], BinaryIO]:
    return lambda: cast(BinaryIO, archive.extractfile(entry))


def _table_size(stream: BinaryIO, size: int) -> int:
    """Bytes of a zip archive's table of contents, as its end says; 0 where it doesn't say.

    zipfile reads the whole table before anybody may ask how long it is. Where several records may
    be the end, the largest counts: which one zipfile takes depends on Python's version. See PKWARE,
    "APPNOTE.TXT - .ZIP File Format Specification", 4.3.14 to 4.3.16.
    """
    stream.seek(max(0, size - TAIL))
    tail = stream.read(TAIL)
    ends = [tail]
    for place in _numbers(rb"PK\x06\x07.{4}(.{8})", tail):
        stream.seek(min(size, place))
        ends.append(stream.read(ZIP64_END))
    sizes = [_numbers(rb"PK\x05\x06.{8}(.{4})", tail)]
    sizes += [_numbers(rb"PK\x06\x06.{36}(.{8})", end) for end in ends]
    # no table is longer than its archive: what says so, as zip64's all ones, is none
    return max((each for found in sizes for each in found if each <= size), default=0)


def _numbers(pattern: bytes, content: bytes) -> list[int]:
    """What the group of ``pattern`` finds, as whole numbers, the lowest byte first."""
    found = re.findall(b"(?=" + pattern + b")", content, re.DOTALL)
    return [int.from_bytes(each, "little") for each in found]
