"""Where own pictures come from: a folder, an archive that is never extracted, or a data file."""

import hashlib
import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from aecore.data import tables
from aecore.data.archives import (
    UNREADABLE,
    Account,
    Archive,
    File,
    archive_kind,
    cut_off,
    printable,
    too_many,
)
from aecore.data.layout import Listing, of_folders
from aecore.data.rows import columns_of
from aecore.foreign import not_the_file_itself
from aecore.kinds import ACCEPTED, OTHER_ARCHIVES, Kind, is_systems, kind_of, may_be_picture
from aecore.messages import N_, Problem
from aecore.storage import images_dir

MAX_FILES = 2_000_000  # of any kind in a folder, so that no whole disk is searched
MAX_DEPTH = 3  # of archives in archives

# a picture's bytes as they are in its file, or its pixels, uint8 (H, W) or (H, W, C)
Content = bytes | NDArray[np.uint8]


@dataclass(frozen=True)
class Source:
    """An open folder, archive or data file: what there is, and the pictures one after the other.

    files: one for each picture, or those of ``table``. version: a digest that changes when a
    picture comes, goes or changes.
    """

    files: Sequence[File]
    version: str
    table: tables.Table | None = None

    @cached_property
    def listing(self) -> Listing:
        """Names, classes and split of the pictures. Raises Problem."""
        if self.table is not None:
            return self.table.listing(self.version)
        return of_folders([file.name for file in self.files], self.version)

    def pictures(self, listing: Listing) -> Iterator[tuple[int, Content]]:
        """The pictures of ``listing``, each with its number; what cannot be read doesn't come."""
        if self.table is not None:
            yield from enumerate(self.table.pictures(listing.reach))
            return
        for n, file in enumerate(self.files):
            try:
                yield n, file.read()
            except (Problem, *UNREADABLE):
                continue  # whoever asks finds its number missing


def called(path: Path) -> str:
    """What a sentence calls a folder or file: its path, of an upload the name that it came with."""
    return printable(path.name if _is_upload(path) else path)


def _is_upload(path: Path) -> bool:
    return path.parent.resolve() == images_dir().resolve()


@contextmanager
def opened(path: Path) -> Iterator[Source]:
    """Open a folder, an archive or a data file, told by content. Raises Problem.

    Hidden files, links that lead out of the folder, and what isn't a picture are passed over.
    """
    name = called(path)
    # os.path, as it says no where pathlib raises: in a folder that may not be entered
    is_folder = os.path.isdir(path)
    if is_folder:
        files = in_folder(path)
    elif os.path.isfile(path):
        files = _with_companions(path)
    else:
        raise Problem(N_("There is no folder, archive or data file {path}."), path=name)
    with ExitStack() as stack:
        source = _source(files, Account(name), stack)
        if not source.files and not is_folder:
            raise _refused(on_disk(path, path.name, path.stat()), name)
        yield source


def _refused(file: File, called: str) -> Problem:
    """What to tell of a file in which no pictures were found."""
    head = file.head()
    if file.size == len(head) and not head.strip():
        return Problem(N_("{path} is empty. Copy or download it again."), path=called)
    if head.startswith(OTHER_ARCHIVES):
        return Problem(
            N_("{path} is packed in a way that is not read here. Unpack it and pack it as .zip."),
            path=called,
        )
    if instead := not_the_file_itself(called, head):
        return instead
    if kind_of(head) == "" and (columns := columns_of(file)):
        if columns.only_names:
            return Problem(
                N_("{path} holds no rows, only a line of names. Expected is a picture in each."),
                path=called,
            )
        return Problem(
            N_(
                "{path} has {columns} columns, from which no square pictures can be made. Expected "
                "are as many as a square has pixels, such as 784 for 28×28, with or without one "
                "for the label."
            ),
            path=called,
            columns=columns.count,
        )
    return Problem(
        N_(
            "{path} is nothing that can be read here. Accepted are pictures ({pictures}), "
            ".zip, .tar and .tgz archives of them, and data files: .npz, .npy, .csv, IDX."
        ),
        path=called,
        pictures=ACCEPTED,
    )


def listing(path: Path) -> Listing:
    """What there is in a folder, an archive or a data file. Raises Problem."""
    with opened(path) as source:
        return source.listing if source.table is None else _of_table(path, source.version)


@lru_cache(maxsize=8)  # to know what a table of text holds, all of it must be read
def _of_table(path: Path, version: str) -> Listing:
    with opened(path) as source:
        return source.listing


def is_picture(file: File) -> bool:
    """By its name, or by its content where the name doesn't tell."""
    named = may_be_picture(file.name)
    return kind_of(file.head()) in ("picture", "heic") if named is None else named


def _source(files: Sequence[File], account: Account, stack: ExitStack, depth: int = 0) -> Source:
    """The pictures among files; where there are none the data files, or what archives hold."""
    files = [file for file in files if not is_systems(file.name)]
    pictures = [file for file in files if is_picture(file)]
    if pictures:
        return Source(pictures, _digest(pictures))
    table = tables.found(files, account.called)
    if table is not None:
        return Source(table.files, _digest(table.files), table)
    archives = [(file, kind) for file in files if (kind := archive_kind(file))]
    if not archives or depth == MAX_DEPTH:
        return Source([], _digest([]))
    shelf = _Shelf(in_memory=depth > 0)
    stack.callback(shelf.close)
    inside: list[File] = []
    for archive, kind in archives:
        folder = _stem(archive.name) if len(archives) > 1 else ""
        inside += shelf.files(archive, kind, folder, account)
    found = _source(inside, account, stack, depth + 1)
    return Source(found.files, _digest([archive for archive, _ in archives]), found.table)


def _stem(name: str) -> str:
    """The folder that an archive would be unpacked into."""
    path = PurePosixPath(name)
    return f"{path.with_name(path.name.split('.')[0] or path.name)}/"


class _Shelf:
    """Archives of which one is open at a time: the one that was read from last."""

    def __init__(self, in_memory: bool) -> None:
        """in_memory: whether zip archives are held there: in another it is slow to jump about."""
        self._in_memory = in_memory
        self._file: File | None = None
        self._archive: Archive | None = None

    def files(self, file: File, kind: Kind, folder: str, account: Account) -> list[File]:
        """What an archive holds, named as in ``folder``. Raises Problem."""

        def opener(n: int) -> Callable[[], BinaryIO]:
            return lambda: self._files(file, kind, Account(account.called))[n].open()

        held = self._files(file, kind, account)
        return [
            File(folder + one.name, one.size, opener(n), file.changed) for n, one in enumerate(held)
        ]

    def close(self) -> None:
        """Close what is open."""
        if self._archive is not None:
            self._archive.close()
        self._file = self._archive = None

    def _files(self, file: File, kind: Kind, account: Account) -> list[File]:
        if self._archive is None or self._file is not file:
            self.close()
            try:
                whole = kind == "zip" and self._in_memory
                stream = cast(BinaryIO, io.BytesIO(file.read())) if whole else file.open()
            except UNREADABLE as error:
                raise cut_off(account.called) from error
            self._archive = Archive(kind, stream, file.size, account)
            self._file = file
        return self._archive.files


def _digest(files: Sequence[File]) -> str:
    """Of names, sizes and times of change: contents are not read for it."""
    facts = sorted((file.name, file.size, file.changed) for file in files)
    lines = "".join(f"{name}\0{size}\0{changed}\n" for name, size, changed in facts)
    return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()[:32]


def on_disk(path: str | Path, name: str, stat: os.stat_result) -> File:
    """The file at ``path``, under a name of its own."""
    return File(name, stat.st_size, partial(_open, path), stat.st_mtime_ns)


def _open(path: str | Path) -> BinaryIO:
    return open(path, "rb")


def _with_companions(path: Path) -> list[File]:
    """A file, and those beside it that its data set also needs: labels lie in a file of their own.

    Not among uploads, which come from many people.
    """
    file = on_disk(path, path.name, path.stat())
    if _is_upload(path) or not tables.needs_companions(file):
        return [file]
    beside = [
        on_disk(other, other.name, other.stat())
        for other in sorted(path.parent.iterdir())
        if other != path and tables.belong_together(path.name, other.name) and other.is_file()
    ]
    readable = [
        other
        for other in beside
        if tables.needs_companions(other)
        and _reads(path.with_name(other.name), other.changed, other.size)
    ]
    return sorted([file, *readable], key=lambda each: each.name)


@lru_cache(maxsize=64)  # of a packed file all must be read to know
def _reads(path: Path, changed: int, size: int) -> bool:
    """Whether an array can be read, so that a broken neighbour doesn't spoil what was asked for."""
    try:
        tables.check(File(path.name, size, partial(_open, path), changed))
        return True
    except Problem:
        return False


def in_folder(root: Path) -> list[File]:
    """The files in a folder, sorted. No linked folder is entered, no file outside is named."""
    inside = root.resolve()
    files: list[File] = []
    waiting, seen = [str(root)], 0
    while waiting:
        folder = waiting.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError:  # may not be looked into
            continue
        seen += len(entries)
        if seen > MAX_FILES:
            raise too_many(called(root), MAX_FILES)
        for entry in entries:
            # as archives of Windows are unpacked elsewhere: folder\\picture is one name
            name = os.path.relpath(entry.path, root).replace(os.sep, "/").replace("\\", "/")
            if is_systems(name):
                continue
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
                continue
            try:
                # a link may lead out of the folder, and a named pipe would never end
                if not entry.is_file():
                    continue
                if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(inside):
                    continue
                files.append(on_disk(entry.path, name, entry.stat()))
            except (OSError, RuntimeError):  # a link to itself, or what is gone this moment
                continue
    return sorted(files, key=lambda file: file.name)
