"""A visitor's own pictures: from a folder or a zip archive, fitted, mended and split as chosen.

``folder:PATH`` names them with the usual choice, grey and 28×28. Another choice stands behind the
path, so that runs and checkpoints repeat it::

    folder:holiday.zip?side=32&colour=rgb&seed=1&mend=invert,centre,drop
"""

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import prod
from pathlib import Path
from typing import Self, cast

import numpy as np
from numpy.typing import NDArray

from aecore.data import health, shards, sources
from aecore.data.dataset import Dataset, Images, Shape, Split, check_split
from aecore.data.pictures import read_picture
from aecore.data.shards import Shards
from aecore.messages import N_, Problem

PREFIX = "folder:"

SIDES = (16, 64)  # pixels, from and to
CHANNELS = {"grey": 1, "rgb": 3}

MAX_CLASSES = 256  # maps keep a label in a byte
MAX_PIXELS = 64_000_000  # of one picture as it comes; a larger one is left out
IN_MEMORY = 256 * 2**20  # bytes of all pictures when fitted; more of them are kept in shards …
MAX_RESULT = 64 * 2**30  # … up to this

TEST_SHARE = 0.2
CHUNK = 256  # pictures on their way into a shard


@dataclass(frozen=True, eq=False)
class Fitted:
    """Pictures as a model gets them, uint8 (N, C, H, W), and the number of each one's name."""

    pixels: NDArray[np.uint8] | Shards
    ids: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Checkup:
    """Pictures, uint8 (N, C, H, W), their signs, and what there is to tell about them."""

    pixels: NDArray[np.uint8] | Shards
    signs: health.Signs
    findings: list[health.Finding]


@dataclass(frozen=True)
class OwnPictures(Dataset):
    """Pictures of any size in a folder or a .zip, each fitted into ``side`` × ``side`` pixels.

    ``mend`` names what is put right, see aecore.data.health. The pictures that can be read (and
    with "drop", are worth it), sorted by name and then shuffled by ``seed``, give 80 % for training
    and 20 % for testing. If every picture lies in a subfolder and there are several, the
    subfolders are the classes. Raises Problem for values outside their range.
    """

    path: Path
    side: int = 28
    colour: str = "grey"
    seed: int = 0
    mend: tuple[str, ...] = ()
    shape: Shape = field(init=False)
    name: str = field(init=False)
    title: str = field(init=False)
    summary: str = N_("Your own pictures, fitted into the size that you choose.")

    def __post_init__(self) -> None:
        low, high = SIDES
        if not low <= self.side <= high:
            raise Problem(
                N_("The side of the pictures is {value}; it must be from {low} to {high} pixels."),
                value=self.side,
                low=low,
                high=high,
            )
        if self.colour not in CHANNELS:
            raise Problem(
                N_("The pictures can't be made “{value}”; choose one of {known}."),
                value=self.colour,
                known=", ".join(CHANNELS),
            )
        health.check_mends(self.mend)
        object.__setattr__(self, "mend", tuple(each for each in health.MENDS if each in self.mend))
        object.__setattr__(self, "shape", (CHANNELS[self.colour], self.side, self.side))
        object.__setattr__(self, "name", f"{PREFIX}{self.path}{self._choice()}")
        title = sources.printable(self.path.name or str(self.path))
        object.__setattr__(self, "title", title)

    @classmethod
    def named(cls, text: str) -> Self:
        """The pictures that a name means, with or without ``folder:``. Raises Problem.

        A relative path is completed: a run is resumed from another folder than it began in.
        """
        text = text.removeprefix(PREFIX)
        path, choice = _split_choice(text)
        if not path:
            raise Problem(N_("After folder: the path of a folder or a zip archive is missing."))
        return cls(
            Path(os.path.abspath(os.path.expanduser(path))),
            side=_whole("side", choice.get("side", "28")),
            colour=choice.get("colour", "grey"),
            seed=_whole("seed", choice.get("seed", "0")),
            mend=tuple(each for each in choice.get("mend", "").split(",") if each),
        )

    def _choice(self) -> str:
        """What stands behind the path in the name: nothing, if all is as usual."""
        chosen = {
            "side": str(self.side) if self.side != 28 else "",
            "colour": self.colour if self.colour != "grey" else "",
            "seed": str(self.seed) if self.seed else "",
            "mend": ",".join(self.mend),
        }
        if not any(chosen.values()) and _split_choice(str(self.path))[1]:
            chosen["side"] = str(self.side)  # or the path's own end would be taken for a choice
        said = "&".join(f"{key}={value}" for key, value in chosen.items() if value)
        return f"?{said}" if said else ""

    @cached_property
    def _listing(self) -> tuple[tuple[str, ...], str]:
        """Names and version of what is there; looked for once, since a folder may be large."""
        with sources.opened(self.path) as source:
            return tuple(source.names), source.version

    @property
    def names(self) -> tuple[str, ...]:
        """The pictures there are: sorted, relative to the folder, with slashes. Raises Problem."""
        return self._listing[0]

    @property
    def version(self) -> str:
        """A digest of the pictures' names. Raises Problem."""
        return hashlib.sha256(repr(self.names).encode()).hexdigest()[:16]

    @cached_property
    # read-only here, because it is found on disk when first asked for
    def classes(self) -> tuple[str, ...]:  # type: ignore[override]
        """The subfolders, if they are classes. Raises Problem."""
        folders = sources.class_folders(self.names)
        return tuple(sorted({sources.printable(each) for each in folders}))

    @property
    # as with the classes; unreadable pictures are counted, since none is read for it
    def train_images(self) -> int:  # type: ignore[override]
        """How many pictures are for training, if all can be read. Raises Problem."""
        return len(self.names) - _tested(len(self.names))

    def on_this_machine(self, split: Split = "test") -> bool:
        """Whether the folder or the archive is there."""
        # os.path, as it says no where pathlib raises: in a folder that may not be entered
        return os.path.isdir(self.path) or os.path.isfile(self.path)

    def load(self, split: Split) -> Images:
        """A split: uint8 (N, C, H, W). Files that can't be read are named in the note.

        More than IN_MEMORY bytes of pixels come as ``shards.Shards`` in place of an array.
        Raises Problem when there is nothing to read, or when a limit is exceeded.
        """
        check_split(split)
        read = self._fitted()
        fitted = self._mended(read)
        count = len(fitted.ids)
        if count < 2:
            raise self._too_few(count)
        shuffled = np.random.default_rng(self.seed).permutation(count)
        tested = _tested(count)
        chosen = np.sort(shuffled[:tested] if split == "test" else shuffled[tested:])
        pixels = fitted.pixels
        pixels = pixels.select(chosen) if isinstance(pixels, Shards) else pixels[chosen]
        unreadable = self._unreadable(read.ids)
        return Images(
            # what is larger than memory can be indexed like an array; nobody may need all of it
            pixels=cast(NDArray[np.uint8], pixels),
            labels=self._labels(fitted.ids[chosen]),
            dataset=self.name,
            split=split,
            note=N_("Left out, because they cannot be read: {names}.") if unreadable else "",
            note_values={"names": sources.listed(unreadable)} if unreadable else {},
        )

    def checkup(self) -> Checkup:
        """What is to be seen on the pictures, both splits, after mending. Raises Problem."""
        read = self._fitted()
        fitted = self._mended(read)
        signs = health.examine(fitted.pixels)
        names = [self.names[each] for each in fitted.ids]
        findings = health.report(signs, names, self._unreadable(read.ids))
        return Checkup(fitted.pixels, signs, findings)

    def _unreadable(self, read: NDArray[np.int64]) -> list[str]:
        there = set(read.tolist())
        return [name for n, name in enumerate(self.names) if n not in there]

    def _labels(self, ids: NDArray[np.int64]) -> NDArray[np.int64] | None:
        folders = sources.class_folders(self.names)
        if not folders:
            return None
        number = {name: n for n, name in enumerate(self.classes)}
        labels = [number[sources.printable(folders[each])] for each in ids]
        return np.array(labels, dtype=np.int64)

    def _fitted(self) -> Fitted:
        """All that can be read, in order of their names. Raises Problem."""
        names, version = self._listing
        count = len(names)
        if count < 2:
            raise self._too_few(count)
        if len(self.classes) > MAX_CLASSES:
            raise Problem(
                N_(
                    "{path} holds {count} subfolders, too many to be classes; "
                    "merge them into at most {limit}."
                ),
                path=sources.printable(self.path),
                count=len(self.classes),
                limit=MAX_CLASSES,
            )
        if count * prod(self.shape) > MAX_RESULT:
            raise Problem(
                N_("{path} holds {count} pictures, too many for their size; choose a smaller one."),
                count=count,
                path=sources.printable(self.path),
            )
        if count * prod(self.shape) > IN_MEMORY:
            return self._in_shards("", count, lambda: _chunks(self.path, self.shape))
        fitted = _in_memory(self.path, self.shape, version)
        if not len(fitted.ids):
            raise Problem(
                N_("None of the {count} pictures in {path} can be read."),
                path=sources.printable(self.path),
                count=count,
            )
        return fitted

    def _mended(self, fitted: Fitted) -> Fitted:
        if not self.mend:
            return fitted
        if not isinstance(fitted.pixels, Shards):
            signs = health.examine(fitted.pixels)
            stay = signs.sound if "drop" in self.mend else np.arange(len(fitted.ids))
            pixels = health.mended(fitted.pixels[stay], signs.take(stay), self.mend)
            return Fitted(pixels, fitted.ids[stay])
        read = fitted.pixels

        def pieces() -> Iterator[shards.Chunk]:
            signs = health.examine(read)
            stay = signs.sound if "drop" in self.mend else np.arange(len(read))
            for start in range(0, len(stay), CHUNK):
                some = stay[start : start + CHUNK]
                yield health.mended(read[some], signs.take(some), self.mend), fitted.ids[some]

        return self._in_shards(",".join(self.mend), len(read), pieces)

    def _in_shards(self, mend: str, most: int, images: shards.Source) -> Fitted:
        what = f"{self.path.resolve()}\0{self.shape}\0{mend}"
        name = hashlib.sha256(what.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        found = shards.kept(name, self._listing[1], self.shape, most, images)
        return Fitted(found, found.ids)

    def _too_few(self, count: int) -> Problem:
        return Problem(
            N_(
                "{path} holds too few pictures ({count}); at least two are needed, one to "
                "train and one to test."
            ),
            path=sources.printable(self.path),
            count=count,
        )


def _tested(count: int) -> int:
    """How many of ``count`` pictures are for testing."""
    return max(1, round(TEST_SHARE * count))


def _split_choice(text: str) -> tuple[str, dict[str, str]]:
    """The path, and what is chosen behind its last question mark, if that is a choice."""
    path, sign, end = text.rpartition("?")
    pieces = dict(piece.partition("=")[::2] for piece in end.split("&"))
    if sign and pieces.keys() <= {"side", "colour", "seed", "mend"}:
        return path, pieces
    return text, {}  # a path may have a question mark of its own


def _whole(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Problem(
            N_("“{text}” is no {name} of own pictures; expected is a whole number."),
            text=text,
            name=name,
        )
    return int(text)


@lru_cache(maxsize=1)  # the other split and the check-up want the same pictures a moment later
def _in_memory(path: Path, shape: Shape, version: str) -> Fitted:
    """``version`` only tells the cache when to read anew."""
    pieces = list(_chunks(path, shape))
    pixels = [pixels for pixels, _ in pieces] or [np.zeros((0, *shape), np.uint8)]
    ids = [ids for _, ids in pieces] or [np.zeros(0, np.int64)]
    return Fitted(np.concatenate(pixels), np.concatenate(ids))


def _chunks(path: Path, shape: Shape) -> Iterator[shards.Chunk]:
    """The pictures that can be read, CHUNK at a time, each with the number of its name."""
    pixels: list[NDArray[np.uint8]] = []
    ids: list[int] = []
    with sources.opened(path) as source:
        for n, name in enumerate(source.names):
            try:
                pixels.append(read_picture(source.read(name), shape, MAX_PIXELS).pixels)
                ids.append(n)
            except (Problem, *sources.UNREADABLE):
                continue  # whoever asks finds its number missing
            if len(ids) == CHUNK:
                yield np.stack(pixels), np.array(ids)
                pixels, ids = [], []
    if ids:
        yield np.stack(pixels), np.array(ids)
