"""Data sets in arrays and tables: .npz and .npy of NumPy, IDX as MNIST has it, and .csv.

Which array is what follows from shapes and names: x_train and y_train as Keras has them,
train_images and train_labels as MedMNIST, train-images-idx3-ubyte, mnist_train.csv, and the like.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from aecore.data.archives import MAX_FILE, MAX_UNPACKED, File, gzipped, listed, too_many, too_much
from aecore.data.arrays import Array, array
from aecore.data.layout import (
    MAX_CLASSES,
    SPLIT_WORDS,
    Listing,
    classes_remark,
    is_split,
    is_tested,
    split_remark,
)
from aecore.data.rows import MIN_SIDE, Rows, rows, shape_of
from aecore.kinds import kind_of, may_be_picture
from aecore.messages import N_, Problem, Remark

MAX_PICTURES = 2_000_000
MAX_SIDE = 4096  # pixels
BRIGHT = 128  # a set that reaches so high, and not above 255, is in grey levels already

SUFFIXES = frozenset({".npy", ".csv", ".tsv", ".txt", ".data", ".gz"})
ROLES = re.compile(r"images?|imgs?|labels?|targets?|data|idx\d?|ubyte|arr|x|y|\d")
IS_LABELS = re.compile(r"(?<![a-z])(?:y|labels?|targets?)(?![a-z])")
IS_ROLE = re.compile(r"(?<![a-z])(?:x|y|images?|imgs?|data|labels?|targets?)(?![a-z])")
_WORD = "|".join(sorted(SPLIT_WORDS, key=len, reverse=True))
SPLIT = re.compile(rf"(?<![a-z])[xy]?({_WORD})[xy]?(?![a-z])")


@dataclass(frozen=True, eq=False)
class Part:
    """Pictures in one array or table.

    labels: an array of them, maybe of another length; None where they are in the table itself, or
    nowhere. split: one of SPLIT_WORDS, or "".
    """

    pixels: Array | Rows
    labels: Array | None
    split: str

    def pieces(self) -> Iterator[NDArray]:
        """The pictures as they are in the file, (n, H, W) or (n, H, W, C). Raises Problem."""
        if isinstance(self.pixels, Rows):
            yield from (values for _, values in self.pixels.pieces())
            return
        for values in self.pixels.pieces():
            if values.ndim == 2:
                values = values.reshape(len(values), *(shape_of(values.shape[1]) or ()))
            if values.ndim == 4 and values.shape[3] not in (1, 3, 4):
                values = values.transpose(0, 2, 3, 1)  # channels first
            yield values[..., 0] if values.ndim == 4 and values.shape[3] == 1 else values

    def measured(self) -> "Measured":
        """Look at all of it once; of whole bytes at the labels alone. Raises Problem."""
        reach = (np.inf, -np.inf)
        if isinstance(self.pixels, Rows):
            labels: list[str] = []
            count = 0
            for some, values in self.pixels.pieces():
                labels += some
                count += len(values)
                reach = _reach(values, reach)
                if count > MAX_PICTURES:
                    raise too_many(self.pixels.name, MAX_PICTURES)
            return Measured(count, labels or None, *reach)
        if self.pixels.dtype == np.uint8:
            reach = (0, 255)
        else:
            for values in self.pixels.pieces():
                reach = _reach(values, reach)
        count = len(self.pixels)
        if self.labels is not None and len(self.labels) != count:
            return Measured(count, _unfitting(count, len(self.labels)), *reach)
        return Measured(count, _labels(self.labels), *reach)


@dataclass(frozen=True)
class Measured:
    """What is known of a part that has been looked through: labels, lowest and highest value.

    labels: or what to tell of those that are no classes; None if there are none.
    """

    count: int
    labels: list[str] | Remark | None
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Table:
    """A data set in one or more arrays or tables."""

    parts: Sequence[Part]

    @property
    def files(self) -> list[File]:
        """In which it lies."""
        return [each.file for part in self.parts for each in (part.pixels, part.labels) if each]

    def listing(self, version: str) -> Listing:
        """Names, classes and split; tables of text are read for it. Raises Problem."""
        known = [part.measured() for part in self.parts]
        names = [
            f"{PurePosixPath(part.pixels.name).stem}[{n}]"
            for part, one in zip(self.parts, known, strict=True)
            for n in range(one.count)
        ]
        tested = None
        remarks: list[Remark] = []
        words = {part.split for part in self.parts}
        if is_split(words):
            marks = [is_tested(part.split, words) for part in self.parts]
            tested = np.repeat(marks, [one.count for one in known])
            remarks.append(split_remark(tested))
        classes: tuple[str, ...] = ()
        labels = None
        told = [label for one in known if isinstance(one.labels, list) for label in one.labels]
        remarks += [one.labels for one in known if isinstance(one.labels, Remark)]
        if all(isinstance(one.labels, list) for one in known):
            classes = _in_order(set(told))
            if len(classes) > MAX_CLASSES:
                remarks.append(classes_remark(len(classes)))
                classes = ()
            elif len(classes) > 1:
                number = {name: n for n, name in enumerate(classes)}
                labels = np.array([number[label] for label in told], np.int64)
            else:
                classes = ()
        reach = (min(one.low for one in known), max(one.high for one in known))
        return Listing(tuple(names), version, classes, labels, tested, tuple(remarks), reach)

    def pictures(self, reach: tuple[float, float]) -> Iterator[NDArray[np.uint8]]:
        """The pictures in grey levels, uint8 (H, W) or (H, W, C). Raises Problem.

        reach: the lowest and the highest value of all; one scale for the set, so that bright and
        dim stay apart.
        """
        for part in self.parts:
            for values in part.pieces():
                yield from values if values.dtype == np.uint8 else in_grey_levels(values, reach)


def in_grey_levels(values: NDArray, reach: tuple[float, float]) -> NDArray[np.uint8]:
    """``reach`` becomes 0…255, unless it looks like grey levels already. NaN becomes 0."""
    low, high = reach
    if 0 <= low and BRIGHT <= high <= 255:
        low, high = 0, 255
    if not low < high:
        return np.zeros(values.shape, np.uint8)
    scaled = (values.astype(np.float64) - low) * (255 / (high - low))
    levels: NDArray[np.uint8] = np.rint(np.nan_to_num(scaled).clip(0, 255)).astype(np.uint8)
    return levels


def _reach(values: NDArray, before: tuple[float, float]) -> tuple[float, float]:
    """The lowest and the highest value, counting those before."""
    finite = values[np.isfinite(values)].astype(np.float64)
    return (
        min(before[0], finite.min(initial=np.inf)),
        max(before[1], finite.max(initial=-np.inf)),
    )


def found(files: Sequence[File], called: str) -> Table | None:
    """The data set that lies in files; None if there is none.

    Raises Problem for more than one, and for arrays that are damaged or too large.
    """
    arrays = _arrays(files)
    if not arrays:
        return None
    pixels = [each for each in arrays if _are_pixels(each)]
    taken: set[int] = set()
    parts = []
    for each in pixels:
        labels = None if isinstance(each, Rows) else _labels_of(each, arrays, taken)
        parts.append(Part(each, labels, _split_word(each.name)))
    if not parts:
        raise Problem(
            N_(
                "{path} holds no pictures among its arrays ({names}). Expected is one of shape "
                "(N, height, width), (N, height, width, 3) or (N, pixels)."
            ),
            path=called,
            names=listed([each.name for each in arrays]),
        )
    families = sorted({family(part.pixels.name) for part in parts})
    if len(families) > 1:
        raise Problem(
            N_("{path} holds several data sets: {names}. Put each into a folder of its own."),
            path=called,
            names=listed(families),
        )
    # Kaggle's test.csv has no labels: what can't be told apart is left out of what can
    labelled = [part for part in parts if part.labels or getattr(part.pixels, "label", -1) >= 0]
    return Table(labelled or parts)


def needs_companions(file: File) -> bool:
    """Whether a file has its labels in another one, as IDX and .npy files do."""
    kind = kind_of(file.head())
    return (kind_of(gzipped(file).head()) if kind == "gzip" else kind) in ("idx", "npy")


def check(file: File) -> None:
    """Raise Problem if a file that ``needs_companions`` is damaged, cut off or too large."""
    if kind_of(file.head()) != "gzip":
        array(file, kind_of(file.head()))
        return
    file = gzipped(file)
    for _ in array(file, kind_of(file.head())).pieces():
        pass


def belong_together(name: str, other: str) -> bool:
    """Whether two files may be parts of one data set: their roles or splits differ, nothing else.

    a1.npy and a2.npy are two sets, a1_images.npy and a1_labels.npy are one.
    """
    if family(name) != family(other) or _own_numbers(name) != _own_numbers(other):
        return False
    ours, theirs = _split_word(name), _split_word(other)
    if bool(ours) != bool(theirs):
        return False
    return bool(ours) or all(IS_ROLE.search(_role(each)) for each in (name, other))


def _own_numbers(name: str) -> list[str]:
    return re.findall(r"\d+", SPLIT.sub(" ", re.sub(r"idx\d", " ", name.lower())))


def family(name: str) -> str:
    """What the names of all files of one data set share: no role, no split, no folder of it."""
    parts = re.sub(r"(\.gz|\.npy|\.csv)+$", "", name.lower()).split("/")
    words = []
    for part in parts:
        kept = re.split(r"[^a-z0-9]+|(?<=[a-z])(?=\d)", SPLIT.sub(" ", part))
        words += [word for word in kept if word and not ROLES.fullmatch(word)]
    return " ".join(dict.fromkeys(words))


def _role(name: str) -> str:
    """A name in small letters, without words of a split: of trainX and X_train the x is left."""
    return SPLIT.sub(lambda found: found[0].replace(found[1], " "), name.lower())


def _split_word(name: str) -> str:
    """The word in a name, from its end, that says which part of a split it is; or ""."""
    for part in reversed(name.lower().split("/")):
        if said := SPLIT.search(part):
            return said[1]
    return ""


def _arrays(files: Sequence[File]) -> list[Array | Rows]:
    """Those files that hold an array or a table of pictures. Raises Problem."""
    arrays: dict[str, Array | Rows] = {}
    for file in files:
        suffix = PurePosixPath(file.name).suffix.lower()
        if suffix not in SUFFIXES and may_be_picture(file.name) is not None:
            continue
        kind = kind_of(file.head())
        if kind == "gzip":
            file = gzipped(file)
            kind = kind_of(file.head())
        # torchvision leaves what it has unpacked beside the packed file
        if file.name not in arrays:
            if kind in ("npy", "idx"):
                arrays[file.name] = array(file, kind)
            elif kind == "" and (table := rows(file)):
                arrays[file.name] = table
    return list(arrays.values())


def _are_pixels(one: Array | Rows) -> bool:
    if isinstance(one, Rows):
        return True
    if one.dtype.kind not in "buif" or not 1 <= len(one) or IS_LABELS.search(_role(one.name)):
        return False
    if len(one) > MAX_PICTURES:
        raise too_many(one.name, MAX_PICTURES)
    if len(one.shape) == 2:
        return shape_of(one.shape[1]) is not None
    sides = one.shape[1:]
    if len(sides) == 3:
        if sides[2] in (1, 3, 4):
            sides = sides[:2]
        elif sides[0] in (1, 3, 4):
            sides = sides[1:]
    if len(sides) == 2 and max(sides) > MAX_SIDE:
        raise too_much(one.name, MAX_UNPACKED)
    return len(sides) == 2 and min(sides) >= MIN_SIDE


def _labels_of(pixels: Array, arrays: Sequence[Array | Rows], taken: set[int]) -> Array | None:
    """The array of as many labels, of the same part of the split, that no other has.

    If there is none: one that is called labels and fits no other pictures either.
    """
    beside = [
        one
        for one in arrays
        if isinstance(one, Array) and _split_word(one.name) == _split_word(pixels.name)
    ]
    possible = [
        one
        for one in beside
        if id(one) not in taken
        and one.dtype.kind in "buifSU"
        and not _are_pixels(one)
        and (len(one.shape) == 1 or (len(one.shape) == 2 and one.shape[1] <= MAX_CLASSES))
        and 0 not in one.shape
    ]
    # by their name, if several fit
    possible.sort(key=lambda one: not IS_LABELS.search(_role(one.name)))
    fitting = next((one for one in possible if len(one) == len(pixels)), None)
    if fitting is None:
        lengths = {len(one) for one in beside if _are_pixels(one)}
        return next(
            (
                one
                for one in possible
                if IS_LABELS.search(_role(one.name)) and len(one) not in lengths
            ),
            None,
        )
    taken.add(id(fitting))
    return fitting


def _unfitting(pictures: int, labels: int) -> Remark:
    return Remark(
        N_("Without classes: there are {pictures} pictures but {labels} labels."),
        {"pictures": pictures, "labels": labels},
    )


def _labels(labels: Array | None) -> list[str] | Remark | None:
    """Labels as words, or what to tell of measures; None where each names several classes."""
    if labels is None:
        return None
    if labels.dtype.itemsize * prod(labels.shape) > MAX_FILE:
        raise too_much(labels.name, MAX_FILE)
    values = labels.values()
    if values.ndim == 2:
        if values.shape[1] == 1:
            values = values[:, 0]
        elif (np.sort(values, axis=1)[:, :-1] == 0).all() and (values.max(axis=1) == 1).all():
            values = values.argmax(axis=1)  # one-hot
        else:
            return None
    if values.dtype.kind in "SU":
        return [
            each.decode("utf-8", "replace") if isinstance(each, bytes) else str(each)
            for each in values.tolist()
        ]
    whole = np.isfinite(values) & (values == np.rint(values))
    if not whole.all():
        return Remark(
            N_("Without classes: {wrong} of the {count} labels are no whole numbers."),
            {"wrong": int((~whole).sum()), "count": len(values)},
        )
    return [str(int(each)) for each in values.tolist()]


def _in_order(labels: set[str]) -> tuple[str, ...]:
    """Numbers by their size, words by the alphabet."""
    if all(re.fullmatch(r"-?\d{1,18}", label) for label in labels):
        return tuple(sorted(labels, key=int))
    return tuple(sorted(labels))
