"""Where own pictures come from: a folder, or a zip archive that is never extracted."""

import hashlib
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from aecore.messages import N_, Problem

SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff")

MAX_FILES = 2_000_000  # of any kind in a folder, so that no whole disk is searched …
MAX_ENTRIES = 20_000  # … and in an archive, whose table of contents is held in memory
ENTRY_SIZE = 400  # bytes of an entry in this table, on average at most
MAX_UNPACKED = 2 * 2**30  # bytes, all files of an archive together
MAX_FILE = 256 * 2**20  # bytes, one file; a larger one is left out
MAX_RATIO = 200  # bytes unpacked per byte packed; pictures stay far below …
RATIO_FROM = 2**20  # … but a small blank one may exceed it and harms nobody

TAIL = 2**16 + 2**10  # bytes at an archive's end: its end records and a comment of 2¹⁶ − 1
ZIP64_END = 56  # bytes of the end record of large archives

NAMED = 5  # files that a sentence names; of the others the number
UNREADABLE = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)


@dataclass(frozen=True)
class Source:
    """An open folder or archive.

    names: the pictures, sorted, relative to the folder, with slashes. read: the bytes of one; it
    raises what UNREADABLE lists, and Problem. version: a digest that changes when a picture comes,
    goes or changes.
    """

    names: Sequence[str]
    read: Callable[[str], bytes]
    version: str


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Open a folder or an archive. Raises Problem.

    Hidden files, links that lead out of the folder, and files that aren't named as pictures are
    passed over.
    """
    # os.path, as it says no where pathlib raises: in a folder that may not be entered
    if os.path.isdir(path):
        yield _open_folder(path)
        return
    if not os.path.isfile(path):
        raise Problem(N_("There is no folder or zip archive {path}."), path=printable(path))
    try:
        stat = path.stat()
        # larger than it may be unpacked: not even its table of contents is read
        if stat.st_size > MAX_UNPACKED:
            raise _too_much(path, MAX_UNPACKED)
        if _table_size(path) > MAX_ENTRIES * ENTRY_SIZE:
            raise _too_many(path, MAX_ENTRIES)
        archive = zipfile.ZipFile(path)
    except (*UNREADABLE, ValueError) as error:
        raise Problem(
            N_("{path} is not a zip archive that can be read; it may be cut off."),
            path=printable(path),
        ) from error
    with archive:
        entries = _archive_entries(path, archive)
        yield Source(
            names=sorted(entries),
            read=lambda name: _read_entry(path, archive, entries[name]),
            version=_digest([(str(path), stat.st_size, stat.st_mtime_ns)]),
        )


def class_folders(names: Sequence[str]) -> list[str]:
    """The subfolder of each picture below what all paths share, or [] if they are no classes."""
    parents = [PurePosixPath(name).parts[:-1] for name in names]
    shared = len(os.path.commonprefix(parents))
    below = [parts[shared : shared + 1] for parts in parents]
    return [folder for (folder,) in below] if all(below) else []


def printable(name: object) -> str:
    """A name that may not be valid UTF-8 on disk, as one that can be shown."""
    return str(name).encode("utf-8", "replace").decode("utf-8")


def listed(names: Sequence[str]) -> str:
    """The first few names for a sentence, and how many more there are."""
    rest = f" … (+{len(names) - NAMED})" if len(names) > NAMED else ""
    return ", ".join(printable(name) for name in names[:NAMED]) + rest


def is_picture(name: str) -> bool:
    """By its name, and not one of those that systems hide (.thumbnails, __MACOSX)."""
    hidden = any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
    return name.lower().endswith(SUFFIXES) and not hidden


def _digest(files: Sequence[tuple[str, int, int]]) -> str:
    """Of names, sizes and times of change: contents are not read for it."""
    lines = "".join(f"{name}\0{size}\0{changed}\n" for name, size, changed in sorted(files))
    return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def _open_folder(root: Path) -> Source:
    """No linked folder is entered, no file outside is named."""
    inside = root.resolve()
    files: list[tuple[str, int, int]] = []
    waiting, seen = [str(root)], 0
    while waiting:
        folder = waiting.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:  # may not be looked into
            continue
        seen += len(entries)
        if seen > MAX_FILES:
            raise _too_many(root, MAX_FILES)
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
                continue
            name = os.path.relpath(entry.path, root).replace(os.sep, "/")
            if not is_picture(name):
                continue
            try:
                # a link may lead out of the folder, and a named pipe would never end
                if not entry.is_file():
                    continue
                if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(inside):
                    continue
                stat = entry.stat()
            except (OSError, RuntimeError):  # a link to itself, or what is gone this moment
                continue
            files.append((name, stat.st_size, stat.st_mtime_ns))
    return Source(
        names=sorted(name for name, *_ in files),
        read=lambda name: _read_file(root / name),
        version=_digest(files),
    )


def _read_file(path: Path) -> bytes:
    """Raises OSError, and Problem for a file of more than MAX_FILE bytes."""
    with path.open("rb") as file:
        # asked for its size first: read(n) takes n bytes of memory, however small the file is
        size = os.fstat(file.fileno()).st_size
        if size > MAX_FILE:
            raise _too_much(path, MAX_FILE)
        return file.read(size)


def _read_entry(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """Raises what UNREADABLE lists, and Problem for a file of more than MAX_FILE bytes."""
    if entry.file_size > MAX_FILE:
        raise _too_much(path / entry.filename, MAX_FILE)
    return archive.read(entry)


def _table_size(path: Path) -> int:
    """Bytes of an archive's table of contents, as its end says; 0 where it doesn't say.

    zipfile reads the whole table before anybody may ask how long it is. Where several records may
    be the end, the largest counts: which one zipfile takes depends on Python's version. See PKWARE,
    "APPNOTE.TXT - .ZIP File Format Specification", 4.3.14 to 4.3.16.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - TAIL))
        tail = file.read(TAIL)
        ends = [tail]
        for place in _numbers(rb"PK\x06\x07.{4}(.{8})", tail):
            file.seek(min(size, place))
            ends.append(file.read(ZIP64_END))
    sizes = [_numbers(rb"PK\x05\x06.{8}(.{4})", tail)]
    sizes += [_numbers(rb"PK\x06\x06.{36}(.{8})", end) for end in ends]
    # no table is longer than its archive: what says so, as zip64's all ones, is none
    return max((each for found in sizes for each in found if each <= size), default=0)


def _numbers(pattern: bytes, content: bytes) -> list[int]:
    """What the group of ``pattern`` finds, as whole numbers, the lowest byte first."""
    found = re.findall(b"(?=" + pattern + b")", content, re.DOTALL)
    return [int.from_bytes(each, "little") for each in found]


def _archive_entries(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The pictures in an archive by name. Raises Problem if anything in it is out of bounds."""
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES:
        raise _too_many(path, MAX_ENTRIES)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _too_much(path, MAX_UNPACKED)
    for entry in entries:
        # as written in the archive: zipfile has already tamed entry.filename
        name = entry.orig_filename.replace("\\", "/")
        if name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in name.split("/"):
            raise Problem(
                N_(
                    "{path} names a file outside of itself, {name}; such an archive is not opened. "
                    "Pack the pictures anew."
                ),
                path=printable(path),
                name=printable(entry.orig_filename),
            )
        if entry.flag_bits & 1:
            raise Problem(
                N_("{path} is locked with a password. Pack the pictures without one."),
                path=printable(path),
            )
        # the other methods may take gigabytes for their tables
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Problem(
                N_("{path} is packed in an unusual way. Pack the pictures as an ordinary zip."),
                path=printable(path),
            )
        if entry.file_size > max(RATIO_FROM, MAX_RATIO * entry.compress_size):
            raise _too_much(path, MAX_UNPACKED)
    return {entry.filename: entry for entry in entries if is_picture(entry.filename)}


def _too_many(path: Path, limit: int) -> Problem:
    return Problem(
        N_("{path} holds more than {limit} files; choose a smaller folder."),
        path=printable(path),
        limit=limit,
    )


def _too_much(path: Path, limit: int) -> Problem:
    return Problem(
        N_(
            "{path} is refused: unpacked it takes more than {limit} MB, or far more than packed "
            "pictures do."
        ),
        path=printable(path),
        limit=limit // 2**20,
    )
