"""A visitor's own pictures: from a folder, an archive or a data file, fitted, mended and split.

``folder:PATH`` names them with the usual choice, grey and 28×28. Another choice stands behind the
path, so that runs and checkpoints repeat it::

    folder:holiday.zip?side=32&colour=rgb&seed=1&mend=invert,centre,drop
"""

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import prod
from pathlib import Path
from typing import Self, cast

import numpy as np
from numpy.typing import NDArray

from aecore.data import health, shards, sources
from aecore.data.archives import listed, printable
from aecore.data.dataset import Dataset, Images, Shape, Split, check_split
from aecore.data.layout import Listing
from aecore.data.pictures import HEIC, Reach, Scales, fit_pixels, reach_of, read_picture
from aecore.data.shards import Shards
from aecore.kinds import kind_of
from aecore.messages import N_, Problem, Remark

PREFIX = "folder:"

SIDES = (16, 64)  # pixels, from and to
CHANNELS = {"grey": 1, "rgb": 3}

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
    """Pictures of any size in a folder, an archive or a data file, see aecore.data.sources.

    Each is fitted into ``side`` × ``side`` pixels.

    ``mend`` names what is put right, see aecore.data.health. The pictures that can be read (and
    with "drop", are worth it), sorted by name and then shuffled by ``seed``, give 80 % for training
    and 20 % for testing, unless they came split. If every picture lies in a subfolder and there are
    several, the subfolders are the classes. Raises Problem for values outside their range.
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
        title = printable(self.path.name or str(self.path))
        object.__setattr__(self, "title", title)

    @classmethod
    def named(cls, text: str) -> Self:
        """The pictures that a name means, with or without ``folder:``. Raises Problem.

        A relative path is completed: a run is resumed from another folder than it began in.
        """
        text = text.removeprefix(PREFIX)
        path, choice = _split_choice(text)
        if not path:
            raise Problem(
                N_("After folder: the path of a folder, an archive or a data file is missing.")
            )
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
    def _listing(self) -> Listing:
        """What is there; looked for once, since a folder may be large."""
        return sources.listing(self.path)

    @property
    def names(self) -> tuple[str, ...]:
        """The pictures there are, relative to the folder, with slashes. Raises Problem."""
        return self._listing.names

    @property
    def version(self) -> str:
        """A digest of the pictures' names and of the split that they came in. Raises Problem."""
        came = self._listing.tested
        split = "" if came is None else came.tobytes().hex()
        return hashlib.sha256((repr(self.names) + split).encode()).hexdigest()[:16]

    # Other data sets are dataclasses that store these two as fields, so the contract can't make
    # them properties (a dataclass would take the property for its field's default). Here they are
    # found on disk when first asked for, and nobody assigns to them.
    @property
    def classes(self) -> tuple[str, ...]:  # type: ignore[override]  # a field elsewhere, never assigned
        """The subfolders, if they are classes, or what labels there are. Raises Problem."""
        return self._listing.classes

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What people should know of how the pictures lie there. Raises Problem."""
        return self._listing.remarks

    @property
    def train_images(self) -> int:  # type: ignore[override]  # a field elsewhere, never assigned
        """How many pictures are for training, if all can be read: none is. Raises Problem."""
        return len(self.names) - int(self._tested(np.arange(len(self.names))).sum())

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
        tested = self._tested(fitted.ids)
        chosen = np.flatnonzero(tested if split == "test" else ~tested)
        if not 0 < tested.sum() < count:  # only as they came split
            raise self._too_few(len(chosen))
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
            note_values={"names": listed(unreadable)} if unreadable else {},
        )

    def checkup(self) -> Checkup:
        """What is to be seen on the pictures, both splits, after mending. Raises Problem."""
        read = self._fitted()
        fitted = self._mended(read)
        signs = health.examine(fitted.pixels)
        names = [self.names[each] for each in fitted.ids]
        unreadable = self._unreadable(read.ids)
        findings = health.report(signs, names, unreadable, self._heic(unreadable))
        return Checkup(fitted.pixels, signs, findings)

    def _heic(self, names: Sequence[str]) -> list[str]:
        """Those of the pictures that are HEIC."""
        if not names:
            return []
        wanted = set(names)
        with sources.opened(self.path) as source:
            return [
                file.name
                for file in source.files
                if file.name in wanted and kind_of(file.head()) == "heic"
            ]

    def _unreadable(self, read: NDArray[np.int64]) -> list[str]:
        there = set(read.tolist())
        return [name for n, name in enumerate(self.names) if n not in there]

    def _tested(self, ids: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of the pictures with these numbers are for testing: bool (N,)."""
        if self._listing.tested is not None:
            return self._listing.tested[ids]
        count = len(ids)
        shuffled = np.random.default_rng(self.seed).permutation(count)
        tested = np.zeros(count, bool)
        tested[shuffled[: max(1, round(TEST_SHARE * count))]] = True
        return tested

    def _labels(self, ids: NDArray[np.int64]) -> NDArray[np.int64] | None:
        labels = self._listing.labels
        return None if labels is None else labels[ids]

    def _fitted(self) -> Fitted:
        """All that can be read, in order of their names. Raises Problem."""
        count = len(self.names)
        if count < 2:
            raise self._too_few(count)
        if count * prod(self.shape) > MAX_RESULT:
            raise Problem(
                N_("{path} holds {count} pictures, too many for their size; choose a smaller one."),
                count=count,
                path=sources.called(self.path),
            )
        if count * prod(self.shape) > IN_MEMORY:
            return self._in_shards("", count, lambda: _chunks(self.path, self.shape))
        fitted = _in_memory(self.path, self.shape, self._listing.version)
        if not len(fitted.ids):
            if len(self._heic(self.names)) == count:
                raise Problem(HEIC)
            raise Problem(
                N_("None of the {count} pictures in {path} can be read."),
                path=sources.called(self.path),
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
        found = shards.kept(name, self._listing.version, self.shape, most, images)
        return Fitted(found, found.ids)

    def _too_few(self, count: int) -> Problem:
        return Problem(
            N_(
                "{path} holds too few pictures ({count}); at least two are needed, one to "
                "train and one to test."
            ),
            path=sources.called(self.path),
            count=count,
        )


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
    listing = sources.listing(path)
    # of pictures with more than 8 bits; the others need not be looked through for it
    scales = Scales(lambda: _reaches(path))
    with sources.opened(path) as source:
        for n, content in source.pictures(listing):
            try:
                if isinstance(content, bytes):
                    pixels.append(read_picture(content, shape, MAX_PIXELS, scales).pixels)
                else:
                    pixels.append(fit_pixels(content, shape))
                ids.append(n)
            except Problem:
                continue  # whoever asks finds its number missing
            if len(ids) == CHUNK:
                yield np.stack(pixels), np.array(ids)
                pixels, ids = [], []
    if ids:
        yield np.stack(pixels), np.array(ids)


def _reaches(path: Path) -> Iterator[Reach]:
    """The values in each picture that has more than 8 bits a pixel."""
    with sources.opened(path) as source:
        for _, content in source.pictures(sources.listing(path)):
            if isinstance(content, bytes) and (reach := reach_of(content, MAX_PIXELS)):
                yield reach
