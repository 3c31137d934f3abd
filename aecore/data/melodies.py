"""Melodies: windows of two bars of the tunes that music21 brings along, or of one's own.

``melodies`` are in C major or A minor, ``melodies?keys=own`` in the keys in which they are written.
``melodies:PATH`` names own MIDI or ABC files; ``?keys=own`` may stand behind it, too.
"""

import os
from abc import abstractmethod
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from aecore.data import music21_corpus, tune_files
from aecore.data.archives import printable
from aecore.data.dataset import Dataset, Images, Progress, Shape, Split, check_split
from aecore.data.music21_corpus import COLLECTIONS
from aecore.melodies.melody import SHAPE, Tunes, one_hot
from aecore.melodies.roll import rolls
from aecore.melodies.windows import Checkup, Halves, Windows, checkup, load, save, split
from aecore.messages import N_, Problem

NAME = "melodies"
PREFIX = f"{NAME}:"
OWN_KEYS = "?keys=own"
# windows, of 2.9 KB each as examples; of more some are taken
MOST_TRAINING, MOST_TESTING = 100_000, 10_000


class SymbolDataset(Dataset):
    """What published and own melodies share."""

    shape: Shape = SHAPE
    own_keys: bool

    @property
    def symbols(self) -> bool:
        """True."""
        return True

    @abstractmethod
    def tunes(self) -> Tunes:
        """All tunes, and what was left out. Raises Problem."""

    @abstractmethod
    def halves(self) -> Halves:
        """The windows of both splits. Raises Problem."""

    def windows(self, split: Split) -> Windows:
        """Those of a split, of very many some. Raises Problem."""
        check_split(split)
        found = self.halves().train if split == "train" else self.halves().test
        most = MOST_TRAINING if split == "train" else MOST_TESTING
        if len(found) <= most:
            return found
        return found.take(np.linspace(0, len(found) - 1, most).astype(np.intp))

    def checkup(self) -> Checkup:
        """What there is, and what was left out. Raises Problem."""
        return checkup(self.tunes(), self.halves())

    def pictured(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Windows as piano rolls."""
        return rolls(pixels)


@dataclass(frozen=True)
class Melodies(SymbolDataset):
    """The tunes of music21, once ``download`` has had them read; classes are the collections."""

    own_keys: bool = False
    name: str = field(init=False)
    title: str = N_("Melodies")
    summary: str = N_(
        "Two bars each of folk songs, fiddle tunes and chorales, a symbol for every sixteenth; out "
        "of the package music21."
    )
    classes: tuple[str, ...] = tuple(each.title for each in COLLECTIONS.values())
    shape: Shape = SHAPE
    train_images: int = MOST_TRAINING

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", NAME + (OWN_KEYS if self.own_keys else ""))

    @classmethod
    def named(cls, text: str) -> Self:
        """The melodies that a name means. Raises Problem."""
        if text not in (NAME, NAME + OWN_KEYS):
            raise Problem(
                N_("There are no melodies “{name}”; there are: {known}."),
                name=text,
                known=f"{NAME}, {NAME}{OWN_KEYS}",
            )
        return cls(own_keys=text != NAME)

    def on_this_machine(self, split: Split = "test") -> bool:
        """Whether all collections have been read."""
        return all(os.path.isfile(music21_corpus.kept_at(name)) for name in COLLECTIONS)

    def download(self, progress: Progress | None = None) -> None:
        """Have music21 read its tunes, which takes some minutes. Raises Problem, and whatever
        ``progress`` raises, which hears hundredths of a collection."""
        for number, name in enumerate(COLLECTIONS):
            if os.path.isfile(music21_corpus.kept_at(name)):
                continue

            def report(share: float, done: int = number) -> None:
                if progress is not None:
                    progress(round(100 * (done + share)), 100 * len(COLLECTIONS))

            music21_corpus.prepare(name, report)

    def tunes(self) -> Tunes:
        if not self.on_this_machine():
            raise Problem(
                N_(
                    "{title}: the tunes have not been read on this machine; run “python -m aecore "
                    "download melodies”, which has the package music21 read those that it holds."
                ),
                title=self.title,
            )
        return music21_corpus.everything()

    def halves(self) -> Halves:
        tunes = self.tunes()
        path = music21_corpus.kept_at("windows-own-keys" if self.own_keys else "windows")
        if not os.path.isfile(path):  # cutting all takes half a minute
            save(path, split(tunes.tunes, not self.own_keys))
        return _kept(path)

    def load(self, split: Split) -> Images:
        """The windows of a split as examples, uint8 (N, 1, T, SYMBOLS). Raises Problem."""
        found = self.windows(split)
        labels = music21_corpus.collection_of(found.tunes)
        return Images(one_hot(found.symbols), labels, self.name, split)


@lru_cache(maxsize=2)
def _kept(path: Path) -> Halves:
    return load(path)


@dataclass(frozen=True)
class OwnMelodies(SymbolDataset):
    """Melodies of MIDI and ABC files at ``path``, see aecore.data.tune_files."""

    path: Path
    own_keys: bool = False
    shape: Shape = SHAPE
    classes: tuple[str, ...] = ()
    name: str = field(init=False)
    title: str = field(init=False)
    summary: str = N_("Two bars each of your own tunes, a symbol for every sixteenth.")

    def __post_init__(self) -> None:
        choice = OWN_KEYS if self.own_keys else ""
        object.__setattr__(self, "name", f"{PREFIX}{self.path}{choice}")
        object.__setattr__(self, "title", printable(self.path.name or str(self.path)))

    @classmethod
    def named(cls, text: str) -> Self:
        """The melodies that a name means, with or without ``melodies:``. Raises Problem.

        A relative path is completed: a run is resumed from another folder than it began in.
        """
        text = text.removeprefix(PREFIX)
        path = text.removesuffix(OWN_KEYS)
        if not path:
            raise Problem(N_("After melodies: the path of MIDI or ABC files is missing."))
        return cls(Path(os.path.abspath(os.path.expanduser(path))), path != text)

    # as in own_signal.py: known when the tunes have been read, and nobody assigns to it
    @property
    def train_images(self) -> int:  # type: ignore[override]  # a field elsewhere, never assigned
        """How many windows are for training. Raises Problem."""
        return len(self.windows("train"))

    @property
    def version(self) -> str:
        """Another one when a file comes, goes or changes. Raises Problem."""
        return tune_files.version(self.path)

    def on_this_machine(self, split: Split = "test") -> bool:
        """Whether there is a file or a folder."""
        return os.path.exists(self.path)

    def tunes(self) -> Tunes:
        return _own_tunes(self.path, self.version)

    def halves(self) -> Halves:
        found = _own_halves(self.path, self.own_keys, self.version)
        if not len(found.train) or not len(found.test):
            raise Problem(
                N_(
                    "{name} gives {train} windows of two bars for training and {test} for testing; "
                    "expected is at least one of each, from different tunes. Hand over more tunes, "
                    "or longer ones."
                ),
                name=self.title,
                train=len(found.train),
                test=len(found.test),
            )
        return found

    def load(self, split: Split) -> Images:
        """The windows of a split as examples, uint8 (N, 1, T, SYMBOLS). Raises Problem."""
        return Images(one_hot(self.windows(split).symbols), None, self.name, split)


@lru_cache(maxsize=2)
def _own_tunes(path: Path, version: str) -> Tunes:
    return tune_files.tunes_at(path)


@lru_cache(maxsize=2)
def _own_halves(path: Path, own_keys: bool, version: str) -> Halves:
    return split(_own_tunes(path, version).tunes, not own_keys)


MELODIES = Melodies()
