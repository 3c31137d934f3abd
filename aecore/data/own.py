"""A visitor's own pictures, from a folder or from a zip archive that is never extracted."""

import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from math import prod
from pathlib import Path, PurePosixPath

import numpy as np

from aecore.data.dataset import Dataset, Images, Shape, Split, check_split
from aecore.data.pictures import read_picture
from aecore.messages import N_, Problem

PREFIX = "folder:"
SUFFIXES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff")

MAX_FILES = 20_000  # of any kind, so that no whole disk is searched
MAX_UNPACKED = 512 * 2**20  # bytes, all files of an archive together
MAX_FILE = 256 * 2**20  # bytes, one file of a folder; a larger one is left out
MAX_RATIO = 200  # bytes unpacked per byte packed; pictures stay far below …
RATIO_FROM = 2**20  # … but a small blank one may exceed it and harms nobody
MAX_PIXELS = 50_000_000  # of one picture; a larger one is left out
MAX_RESULT = 2**30  # bytes of all pictures brought to shape

TEST_SHARE = 0.2
NAMED = 5  # files that a note about unreadable ones names

# with the names of the pictures in order, a function that reads one; it raises what READING lists
Source = tuple[list[str], Callable[[str], bytes]]
READING = (OSError, zipfile.BadZipFile, zlib.error, EOFError, RuntimeError)


@dataclass(frozen=True)
class OwnPictures(Dataset):
    """Pictures of any size in a folder or a .zip, each fitted into ``shape`` by read_picture.

    Their names, sorted and then shuffled by ``seed``, give 80 % for training and 20 % for testing.
    If every picture lies in a subfolder and there are several, the subfolders are the classes.
    Hidden files, links that lead out of the folder, and files that aren't named as pictures are
    passed over.
    """

    path: Path
    shape: Shape = (1, 28, 28)
    seed: int = 0
    name: str = field(init=False)
    title: str = field(init=False)
    summary: str = N_("Your own pictures, fitted into the size that the models expect.")

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", f"{PREFIX}{self.path}")
        object.__setattr__(self, "title", _printable(self.path.name or str(self.path)))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The pictures there are: sorted, relative to the folder, with slashes. Raises Problem."""
        with _source(self.path) as (names, _):
            return tuple(names)

    @cached_property
    # read-only here, because it is found on disk when first asked for
    def classes(self) -> tuple[str, ...]:  # type: ignore[override]
        """The subfolders, if they are classes. Raises Problem."""
        return tuple(sorted({_printable(each) for each in _class_folders(self.names)}))

    def on_this_machine(self, split: Split = "test") -> bool:
        """Whether the folder or the archive is there."""
        return os.path.isdir(self.path) or os.path.isfile(self.path)

    def load(self, split: Split) -> Images:
        """Read a split: uint8 (N, C, H, W). Files that can't be read are named in the note.

        Raises Problem when there is nothing to read, or when a limit of this module is exceeded.
        """
        check_split(split)
        count = len(self.names)
        if count < 2:
            raise Problem(
                N_(
                    "{path} holds too few pictures ({count}); at least two are needed, one to "
                    "train and one to test."
                ),
                path=_printable(self.path),
                count=count,
            )
        if count * prod(self.shape) > MAX_RESULT:
            raise Problem(
                N_("The {count} pictures in {path} do not fit into memory; take fewer of them."),
                count=count,
                path=_printable(self.path),
            )
        shuffled = np.random.default_rng(self.seed).permutation(count)
        tested = max(1, round(TEST_SHARE * count))
        chosen = sorted(shuffled[:tested] if split == "test" else shuffled[tested:])
        kept, pixels, unread = [], [], []
        with _source(self.path) as (_, read):
            for index in chosen:
                try:
                    picture = read_picture(read(self.names[index]), self.shape, MAX_PIXELS)
                except (Problem, *READING):
                    unread.append(self.names[index])
                else:
                    kept.append(index)
                    pixels.append(picture.pixels)
        if not pixels:
            raise Problem(
                N_("None of the {count} pictures in {path} can be read."),
                path=_printable(self.path),
                count=len(chosen),
            )
        folders = _class_folders(self.names)
        labels = [self.classes.index(_printable(folders[each])) for each in kept if folders]
        return Images(
            pixels=np.stack(pixels),
            labels=np.array(labels, dtype=np.int64) if folders else None,
            dataset=self.name,
            split=split,
            note=N_("Left out, because they cannot be read: {names}.") if unread else "",
            note_values={"names": _listed(unread)} if unread else {},
        )


def _class_folders(names: Sequence[str]) -> list[str]:
    """The subfolder of each picture below what all paths share, or [] if they are no classes."""
    parents = [PurePosixPath(name).parts[:-1] for name in names]
    shared = len(os.path.commonprefix(parents))
    below = [parts[shared : shared + 1] for parts in parents]
    return [folder for (folder,) in below] if all(below) else []


def _printable(name: object) -> str:
    """A name that may not be valid UTF-8 on disk, as one that can be shown."""
    return str(name).encode("utf-8", "replace").decode("utf-8")


def _listed(names: Sequence[str]) -> str:
    rest = f" … (+{len(names) - NAMED})" if len(names) > NAMED else ""
    return ", ".join(_printable(name) for name in names[:NAMED]) + rest


def _is_picture(name: str) -> bool:
    """By its name, and not one of those that systems hide (.thumbnails, __MACOSX)."""
    hidden = any(part.startswith((".", "__MACOSX")) for part in PurePosixPath(name).parts)
    return name.lower().endswith(SUFFIXES) and not hidden


@contextmanager
def _source(path: Path) -> Iterator[Source]:
    """Open a folder or an archive: its pictures, and how to read one. Raises Problem."""
    # os.path, as it says no where pathlib raises: in a folder that may not be entered
    if os.path.isdir(path):
        yield _folder_names(path), lambda name: _read_file(path / name)
        return
    if not os.path.isfile(path):
        raise Problem(N_("There is no folder or zip archive {path}."), path=_printable(path))
    try:
        # larger than it may be unpacked: not even its table of contents is read
        if path.stat().st_size > MAX_UNPACKED:
            raise _too_much(path)
        archive = zipfile.ZipFile(path)
    except (*READING, ValueError) as error:
        raise Problem(
            N_("{path} is not a zip archive that can be read; it may be cut off."),
            path=_printable(path),
        ) from error
    with archive:
        entries = _archive_entries(path, archive)
        yield sorted(entries), lambda name: archive.read(entries[name])


def _folder_names(root: Path) -> list[str]:
    """The pictures under ``root``; no linked folder is entered, no file outside is named."""
    inside = root.resolve()
    names = []
    seen = 0
    for folder, subfolders, files in os.walk(root):
        seen += len(subfolders) + len(files)
        if seen > MAX_FILES:
            raise _too_many(root)
        for file in files:
            path = Path(folder, file)
            name = path.relative_to(root).as_posix()
            # a link may lead out of the folder, and a named pipe would never end
            if _is_picture(name) and os.path.isfile(path) and path.resolve().is_relative_to(inside):
                names.append(name)
    return sorted(names)


def _read_file(path: Path) -> bytes:
    """Raises OSError, and Problem for a file of more than MAX_FILE bytes."""
    with path.open("rb") as file:
        data = file.read(MAX_FILE + 1)
    if len(data) > MAX_FILE:
        raise _too_much(path)
    return data


def _archive_entries(path: Path, archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """The pictures in an archive by name. Raises Problem if anything in it is out of bounds."""
    entries = archive.infolist()
    if len(entries) > MAX_FILES:
        raise _too_many(path)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _too_much(path)
    for entry in entries:
        # as written in the archive: zipfile has already tamed entry.filename
        name = entry.orig_filename.replace("\\", "/")
        if name.startswith("/") or re.match("[A-Za-z]:", name) or ".." in name.split("/"):
            raise Problem(
                N_(
                    "{path} names a file outside of itself, {name}; such an archive is not opened. "
                    "Pack the pictures anew."
                ),
                path=_printable(path),
                name=_printable(entry.orig_filename),
            )
        if entry.flag_bits & 1:
            raise Problem(
                N_("{path} is locked with a password. Pack the pictures without one."),
                path=_printable(path),
            )
        # the other methods may take gigabytes for their tables
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Problem(
                N_("{path} is packed in an unusual way. Pack the pictures as an ordinary zip."),
                path=_printable(path),
            )
        if entry.file_size > max(RATIO_FROM, MAX_RATIO * entry.compress_size):
            raise _too_much(path)
    return {entry.filename: entry for entry in entries if _is_picture(entry.filename)}


def _too_many(path: Path) -> Problem:
    return Problem(
        N_("{path} holds more than {limit} files; choose a smaller folder."),
        path=_printable(path),
        limit=MAX_FILES,
    )


def _too_much(path: Path) -> Problem:
    return Problem(
        N_(
            "{path} is refused: unpacked it takes more than {limit} MB, or far more than packed "
            "pictures do."
        ),
        path=_printable(path),
        limit=MAX_UNPACKED // 2**20,
    )
