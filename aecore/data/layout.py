"""How pictures lie in folders: which are for training and which for testing, and their classes."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from aecore.data.archives import printable
from aecore.messages import N_, Remark

MAX_CLASSES = 256  # maps keep a label in a byte

# names of folders and data files that say what they are for
TRAIN, TEST = frozenset({"train", "training"}), frozenset({"test", "testing", "t10k"})
VALIDATION = frozenset({"val", "valid", "validation", "dev", "eval"})
SPLIT_WORDS = TRAIN | TEST | VALIDATION


@dataclass(frozen=True, eq=False)
class Listing:
    """Pictures before they are read.

    names: relative, with slashes. version: a digest that changes when a picture does. labels:
    int64 (N,), indices into ``classes``, or None. tested: bool (N,), those that are for testing
    where that is said, or None. remarks: what people should know of this. reach: the lowest and
    the highest value in a table.
    """

    names: tuple[str, ...]
    version: str
    classes: tuple[str, ...] = ()
    labels: NDArray[np.int64] | None = None
    tested: NDArray[np.bool_] | None = None
    remarks: tuple[Remark, ...] = ()
    reach: tuple[float, float] = (0, 255)


def of_folders(names: Sequence[str], version: str) -> Listing:
    """What the folders of pictures say.

    Folders called train and test are the split; those below, or those that there are, the classes,
    if every picture lies in one and there are several.
    """
    paths = [PurePosixPath(name).parts[:-1] for name in names]
    remarks: list[Remark] = []
    tested, paths = _split(paths)
    if tested is not None:
        remarks.append(split_remark(tested))
    folders = [printable(folder) for folder in class_folders(paths)]
    classes = tuple(sorted(set(folders)))
    labels = None
    if len(classes) > MAX_CLASSES:
        remarks.append(classes_remark(len(classes)))
        classes = ()
    elif classes:
        number = {name: n for n, name in enumerate(classes)}
        labels = np.array([number[folder] for folder in folders], np.int64)
    return Listing(tuple(names), version, classes, labels, tested, tuple(remarks))


def class_folders(paths: Sequence[tuple[str, ...]]) -> list[str]:
    """The subfolder of each picture below what all paths share, or [] if they are no classes."""
    shared = len(os.path.commonprefix(paths))
    below = [path[shared : shared + 1] for path in paths]
    return [folder for (folder,) in below] if all(below) else []


def is_split(words: set[str]) -> bool:
    """Whether these words, in small letters, say which part trains and which part tests."""
    return words <= SPLIT_WORDS and bool(words & TRAIN) and bool(words - TRAIN)


def is_tested(word: str, words: set[str]) -> bool:
    """Whether a part of a split tests; validation does where nothing else would."""
    return word in (TEST if words & TEST else VALIDATION)


def split_remark(tested: NDArray[np.bool_]) -> Remark:
    """That a split which was there is used."""
    return Remark(
        N_("Split as it came: {train} pictures to train, {test} to test."),
        {"train": int((~tested).sum()), "test": int(tested.sum())},
    )


def classes_remark(count: int) -> Remark:
    """That there are too many classes."""
    return Remark(
        N_("Without classes: {count} are more than the {limit} that can be told apart here."),
        {"count": count, "limit": MAX_CLASSES},
    )


def _split(
    paths: Sequence[tuple[str, ...]],
) -> tuple[NDArray[np.bool_] | None, list[tuple[str, ...]]]:
    """Which pictures are for testing, and the paths without the folders that say so."""
    for depth in range(min(map(len, paths), default=0)):
        said = [path[depth].lower() for path in paths]
        words = set(said)
        if is_split(words):
            tested = np.array([is_tested(word, words) for word in said])
            return tested, [(*path[:depth], *path[depth + 1 :]) for path in paths]
    return None, list(paths)
