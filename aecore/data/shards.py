"""Image sets larger than memory: shards on disk, written once, read where they are looked at.

A shard is a plain .npy file of uint8 images. Beside the shards of a set lies ``index.json``,
written last: a folder without it was never finished.
"""

import json
import os
import shutil
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from numpy.typing import NDArray

from aecore.data.dataset import Shape
from aecore.data.download import cache_folder
from aecore.files import write_json
from aecore.messages import N_, Problem

SHARD_BYTES = 32 * 2**20  # of pixels; one shard is in memory while it is written
FORMAT = 2  # older and newer shards are written anew

# images as they come, (N, C, H, W), each with a number that says which one it is, (N,)
Chunk = tuple[NDArray[np.uint8], NDArray[np.int64]]
Source = Callable[[], Iterable[Chunk]]


class Shards:
    """uint8 images (N, C, H, W) on disk that can be indexed like an array of them.

    Indexing by a slice or by whole numbers in any order reads those images into memory, and
    nothing else; ``select`` reads nothing. ``ids`` (N,) says which one each image is.
    """

    dtype = np.dtype(np.uint8)
    ndim = 4

    def __init__(
        self,
        parts: Sequence[NDArray[np.uint8]],
        ids: NDArray[np.int64],
        places: NDArray[np.int64] | None = None,
    ) -> None:
        """``parts`` in order; ``places`` (N,) of the images among them, all unless told."""
        self._parts = parts
        self._ends = np.cumsum([len(part) for part in parts])
        self._places = np.arange(self._ends[-1]) if places is None else places
        self.ids = ids
        self.shape = (len(self._places), *parts[0].shape[1:])

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(
        self, where: int | slice | Sequence[int] | NDArray[np.integer]
    ) -> NDArray[np.uint8]:
        """The images there, as an array in memory: one (C, H, W), or (n, C, H, W)."""
        if not isinstance(where, int | np.integer | slice):
            where = np.asarray(where, np.int64)
        wanted = np.atleast_1d(self._places[where])
        found = np.empty((len(wanted), *self.shape[1:]), np.uint8)
        shards = np.searchsorted(self._ends, wanted, side="right")
        for shard in np.unique(shards):
            here = shards == shard
            part = self._parts[shard]
            found[here] = part[wanted[here] - (self._ends[shard] - len(part))]
        return found[0] if isinstance(where, int | np.integer) else found

    def select(self, where: NDArray[np.integer]) -> "Shards":
        """The images at ``where``, in that order; they stay on disk."""
        return Shards(self._parts, self.ids[where], self._places[where])


def chunks(pixels: "NDArray[np.uint8] | Shards", size: int = 1024) -> Iterator[NDArray[np.uint8]]:
    """All images (N, C, H, W) in order, ``size`` at a time."""
    for start in range(0, len(pixels), size):
        yield pixels[start : start + size]


def kept(name: str, version: str, shape: Shape, most: int, images: Source) -> Shards:
    """The shards ``name`` in the cache folder; written from ``images()`` if they aren't there.

    ``version`` says of what they are made: those of another version are replaced. ``shape`` is
    (C, H, W), ``most`` the number of images that may come. Raises Problem when the disk has no
    room for them or cannot be written, and when no image comes.
    """
    root = cache_folder() / "shards"
    folder = root / f"{name}-{version}"
    try:
        root.mkdir(parents=True, exist_ok=True)
        # whoever comes second waits, and finds them
        with FileLock(root / f".{name}.lock"):
            found = _opened(folder)
            if found is None:
                for old in root.glob(f"{name}-*"):  # another version, or never finished
                    shutil.rmtree(old, ignore_errors=True)
                _require_room(root, most * prod(shape))
                _write(folder, shape, images())
                found = _opened(folder)
    except OSError as error:
        raise Problem(
            N_(
                "The pictures are too many for memory, and they cannot be kept in {folder} "
                "({reason}). Name another folder in AECORE_CACHE_DIR."
            ),
            folder=root,
            reason=os.strerror(error.errno) if error.errno else str(error),
        ) from error
    if found is None:
        raise Problem(N_("None of the {count} pictures can be read."), count=most)
    return found


def _opened(folder: Path) -> Shards | None:
    """The shards in a folder; None unless every one is there, whole and of the right shape."""
    try:
        index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
        if index["format"] != FORMAT or not index["counts"]:
            return None
        parts = [
            np.load(_shard(folder, number), mmap_mode="r", allow_pickle=False)
            for number in range(len(index["counts"]))
        ]
        ids = np.load(folder / "ids.npy", allow_pickle=False)
        shape = tuple(index["shape"])
        whole = len(ids) == sum(index["counts"]) and all(
            part.shape == (count, *shape) and part.dtype == np.uint8
            for part, count in zip(parts, index["counts"], strict=True)
        )
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None
    return Shards(parts, ids) if whole else None


def _write(folder: Path, shape: Shape, images: Iterable[Chunk]) -> None:
    """Fill a new folder and give it its name when it is whole. Raises OSError."""
    beside = folder.with_name(f"{folder.name}-{uuid.uuid4().hex[:8]}.part")
    beside.mkdir()
    try:
        shard = np.empty((max(1, SHARD_BYTES // prod(shape)), *shape), np.uint8)
        counts: list[int] = []
        ids: list[NDArray[np.int64]] = []
        filled = 0

        def finish() -> None:
            nonlocal filled
            if filled:
                np.save(_shard(beside, len(counts)), shard[:filled])
                counts.append(filled)
            filled = 0

        for pixels, which in images:
            ids.append(which)
            while len(pixels):
                taken = min(len(pixels), len(shard) - filled)
                shard[filled : filled + taken] = pixels[:taken]
                pixels, filled = pixels[taken:], filled + taken
                if filled == len(shard):
                    finish()
        finish()
        np.save(beside / "ids.npy", np.concatenate(ids) if ids else np.zeros(0, np.int64))
        index: dict[str, Any] = {"format": FORMAT, "shape": shape, "counts": counts}
        write_json(beside / "index.json", index)
        beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)  # gone already if all went well


def _shard(folder: Path, number: int) -> Path:
    return folder / f"{number:05d}.npy"


def _require_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise Problem(
            N_(
                "The pictures take {needed} MB in {folder}, where {free} MB are free. Make room, "
                "or name another folder in AECORE_CACHE_DIR."
            ),
            needed=needed // 2**20,
            folder=folder,
            free=free // 2**20,
        )
