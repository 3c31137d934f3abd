"""What a data set is: a name, what can be said about it, and two splits of images."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from aecore.messages import N_, Problem, Remark

Split = Literal["train", "test"]
SPLITS: tuple[Split, ...] = ("train", "test")

Shape = tuple[int, int, int]  # (C, H, W)

# progress(done_bytes, total_bytes); raising from it stops the download
Progress = Callable[[int, int], None]


@dataclass(frozen=True, eq=False)
class Images:
    """Images in memory, with their labels if they have any.

    pixels: uint8 (N, C, H, W), 0…255; of a set larger than memory a ``shards.Shards``, which stays
    on disk and has ``len``, ``shape`` and indexing alone.
    labels: int64 (N,), indices into ``Dataset.classes``.
    decoded: True when a decoder drew these images; they are not the originals then.
    note: a sentence for people about this copy, to be translated and filled with ``note_values``:
    ``_(images.note).format(**images.note_values)``.
    """

    pixels: NDArray[np.uint8]
    labels: NDArray[np.int64] | None
    dataset: str
    split: str
    decoded: bool = False
    note: str = ""
    note_values: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.uint8 or self.pixels.ndim != 4:
            raise ValueError(
                f"pixels must be uint8 (N, C, H, W), not {self.pixels.dtype} {self.pixels.shape}"
            )
        if self.labels is not None and self.labels.shape != (len(self.pixels),):
            raise ValueError(f"{len(self.pixels)} images, but labels of {self.labels.shape}")

    @property
    def shape(self) -> Shape:
        """(C, H, W) of one image."""
        channels, height, width = self.pixels.shape[1:]
        return channels, height, width

    def __len__(self) -> int:
        return len(self.pixels)

    def take(self, indices: Sequence[int] | NDArray[np.integer] | slice) -> "Images":
        """The images at ``indices``, in that order."""
        where = indices if isinstance(indices, slice) else np.asarray(indices, dtype=np.intp)
        labels = None if self.labels is None else self.labels[where]
        return replace(self, pixels=self.pixels[where], labels=labels)

    def of_classes(self, classes: Sequence[int]) -> "Images":
        """Those of the ``classes``, or all where none are named. Raises Problem without labels."""
        if not classes:
            return self
        if self.labels is None:
            raise Problem(
                N_("These examples have no classes of which some could be chosen. Choose others.")
            )
        return self.take(np.flatnonzero(np.isin(self.labels, classes)))


class Dataset(ABC):
    """One data set, whether or not its files are on this machine.

    title, summary and classes are words for people, marked for translation. classes is empty when
    the images have no labels. shape is (C, H, W). train_images is how many the whole of it has for
    training, known without reading any.
    """

    name: str
    title: str
    summary: str
    classes: tuple[str, ...]
    shape: Shape
    train_images: int

    @property
    def download_bytes(self) -> int:
        """What a download brings; 0 for what cannot be downloaded."""
        return 0

    @property
    def downloadable(self) -> bool:
        """Whether ``download`` can fetch it."""
        return self.download_bytes > 0

    @property
    def symbols(self) -> bool:
        """Whether each row of an example is a symbol, a one among zeros, as in melodies."""
        return False

    @property
    def parts(self) -> int:
        """Of how many an example consists that a model predicts: its numbers, or its symbols."""
        return self.shape[1] if self.symbols else math.prod(self.shape)

    @property
    def loss_title(self) -> str:
        """What the reconstruction's loss is called, shared out over the ``parts``; marked for
        translation."""
        return N_("Cross-entropy, nats per symbol") if self.symbols else N_("BCE, nats per pixel")

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What people should know of how it is split and told apart here."""
        return ()

    @property
    def version(self) -> str:
        """What the splits depend on, if they may ever change: another one, other splits."""
        return ""

    @property
    def learned(self) -> tuple[int, ...]:
        """The classes that its training split has, where these aren't all."""
        return ()

    def pictured(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Examples (N, C, H, W) as pictures for people; images are such themselves."""
        return pixels

    @abstractmethod
    def on_this_machine(self, split: Split = "test") -> bool:
        """Whether the files of a split are here. Looks at names only, reads nothing."""

    @abstractmethod
    def load(self, split: Split) -> Images:
        """Read a split into memory. Never downloads. Raises Problem when it is absent or bad."""

    def download(self, progress: Progress | None = None) -> None:
        """Fetch what is missing. Raises Problem, and whatever ``progress`` raises."""
        raise Problem(N_("{title} cannot be downloaded."), title=self.title)


def check_split(split: str) -> None:
    """Raises Problem unless ``split`` is one of SPLITS."""
    if split not in SPLITS:
        raise Problem(
            N_("There is no split “{split}”. There are: {known}."),
            split=split,
            known=", ".join(SPLITS),
        )
