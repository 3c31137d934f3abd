"""Data sets as MNIST is published: four IDX files, from a folder, the cache or a mirror."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from aecore.data.dataset import SPLITS, Dataset, Images, Progress, Shape, Split, check_split
from aecore.data.download import RemoteFile, cache_folder, fetch
from aecore.data.idx import Idx, read_idx
from aecore.messages import N_, Problem

# images and labels for training, images and labels for testing, as MNIST calls them; without .gz
MNIST_FILES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)

# Sets that borrow MNIST's form and are no data sets here: MD5 of their images as published. From
# https://github.com/pytorch/vision/blob/main/torchvision/datasets/mnist.py
ELSEWHERE = {
    "ed72d4157d28c017586c42bc6afe6370": "QMNIST",
    "1394631089c404de565df7b7aeaf9412": "QMNIST",
}

TURNED_AT_ONCE = 1024  # images


@dataclass(frozen=True)
class IdxDataset(Dataset):
    """A data set in four IDX files.

    train_images, test_images: how many the whole of it has; fewer are a sample.
    files: images and labels for training, images and labels for testing, without .gz.
    folders: names of its folder inside AECORE_DATA_DIR, the usual one first; "" is that folder
    itself. That in which torchvision leaves it belongs here too.
    samples: folders there with a part of it only; searched last, so that they never hide the whole.
    remote: what is published on ``mirrors``: the four files, or one zip archive with them in it.
    content: MD5 of the uncompressed files by name, where published. A copy may be packed anew, so
    this, and not the MD5 of the .gz, tells whether it is authentic. Without it the structure is
    all that is checked, and that it isn't known to be another data set.
    by_columns: whether the files go through an image column by column, as MATLAB does.
    """

    name: str
    title: str
    summary: str
    classes: tuple[str, ...]
    folders: tuple[str, ...]
    mirrors: tuple[str, ...]
    remote: tuple[RemoteFile, ...]
    content: tuple[tuple[str, str], ...] = ()
    samples: tuple[str, ...] = ()
    shape: Shape = (1, 28, 28)
    train_images: int = 60_000
    test_images: int = 10_000
    files: tuple[str, str, str, str] = MNIST_FILES
    by_columns: bool = False

    @property
    def download_bytes(self) -> int:
        """What the mirrors send, all files together."""
        return sum(file.size for file in self.remote)

    def on_this_machine(self, split: Split = "test") -> bool:
        """Whether images and labels of a split lie in one of the places that are searched."""
        names = self._files(split)
        return any(len(_present(folder, names)) == 2 for folder in self._places())

    def load(self, split: Split) -> Images:
        """Read and check a split: uint8 (N, 1, 28, 28). Raises Problem."""
        check_split(split)
        names = self._files(split)
        for folder in self._places():
            found = _present(folder, names)
            if len(found) == 2:
                return self._read(split, *found.values())
            if found:
                raise Problem(
                    N_("{folder} has {found}, but not {missing}, which belongs to it."),
                    folder=folder,
                    found=" + ".join(found),
                    missing=" + ".join(set(names) - set(found)),
                )
        own = os.environ.get("AECORE_DATA_DIR")
        if own and not os.path.isdir(Path(own).expanduser()):
            raise Problem(
                N_("AECORE_DATA_DIR names {folder}, which is not a folder on this machine."),
                folder=own,
            )
        if split == "train" and self.on_this_machine("test"):
            raise Problem(
                N_(
                    "Only test images of {title} are on this machine. Training needs its training "
                    "images: download them, or put {files} beside the test images."
                ),
                title=self.title,
                files=" + ".join(names),
            )
        raise Problem(
            N_(
                "{title} is not on this machine. Download it, or put {files} into a folder "
                "{folder} inside the one that AECORE_DATA_DIR names."
            ),
            title=self.title,
            files=" + ".join(names),
            folder=self.folders[0],
        )

    def download(self, progress: Progress | None = None) -> None:
        """Fetch what the cache lacks; see ``aecore.data.download.fetch``. Raises Problem."""
        fetch(self.remote, self.mirrors, cache_folder() / self.name, self.title, progress)

    def _files(self, split: Split) -> tuple[str, str]:
        """Images and labels, without .gz."""
        return self.files[:2] if split == "train" else self.files[2:]

    def _count(self, split: Split) -> int:
        return self.train_images if split == "train" else self.test_images

    def _places(self) -> Iterator[Path]:
        """The folders that may hold the files, in the order of search."""
        own = os.environ.get("AECORE_DATA_DIR")
        if own:
            for folder in self.folders:
                yield Path(own).expanduser() / folder
        yield cache_folder() / self.name
        if own:
            for folder in self.samples:
                yield Path(own).expanduser() / folder

    def _read(self, split: Split, images_file: Path, labels_file: Path) -> Images:
        images = read_idx(images_file, ndim=3)
        labels = read_idx(labels_file, ndim=1)
        for file, idx, name in zip(
            (images_file, labels_file), (images, labels), self._files(split), strict=True
        ):
            self._require_own(file, idx, name, self._count(split))
        count, *size = images.values.shape
        if (1, *size) != self.shape:
            raise Problem(
                N_("The images in {file} have {found} pixels; those of {title} have {expected}."),
                file=images_file,
                title=self.title,
                found="×".join(map(str, size)),
                expected="×".join(map(str, self.shape[1:])),
            )
        if len(labels.values) != count:
            raise Problem(
                N_("{images} has {count} images, but {labels} has {others} labels."),
                images=images_file,
                count=count,
                labels=labels_file,
                others=len(labels.values),
            )
        if labels.values.max() >= len(self.classes):
            raise Problem(
                N_("{file} has the label {label}; the labels of {title} end at {last}."),
                file=labels_file,
                label=int(labels.values.max()),
                title=self.title,
                last=len(self.classes) - 1,
            )
        if self.by_columns:
            _turn(images.values)
        return Images(
            pixels=images.values[:, np.newaxis],  # (N, H, W) -> (N, 1, H, W)
            labels=labels.values.astype(np.int64),
            dataset=self.name,
            split=split,
            note=""
            if count == self._count(split)
            else N_("These images are a sample of the data set, not all of it."),
        )

    def _published(self, name: str) -> set[str]:
        """MD5s of a file: of its content, and of it as it is sent, as far as they are known."""
        content = {md5 for each, md5 in self.content if each == name}
        return content | {file.md5 for file in self.remote if file.name == f"{name}.gz"}

    def _require_own(self, file: Path, idx: Idx, name: str, whole: int) -> None:
        """Raise Problem if the content of ``file`` isn't what this set publishes as ``name``."""
        if idx.digests & self._published(name):
            return
        expected = dict(self.content).get(name)
        strange = expected is not None or len(idx.values) > whole
        owner = _owner(idx) or (_owner_by_count(idx) if strange else None)
        if owner is not None and owner != (self.name, name):
            other = _idx_datasets()[owner[0]]
            raise Problem(
                N_(
                    "{file} is not {name} of {title}; it seems to be {found} of {other}. To use "
                    "it as such, name it {place} inside the folder that AECORE_DATA_DIR names."
                ),
                file=file,
                name=name,
                title=self.title,
                found=owner[1],
                other=other.title,
                place=f"{other.folders[0]}/{owner[1]}{'.gz' if file.suffix == '.gz' else ''}",
            )
        pictures = f"folder:{file.parent}"  # that is how they can be used all the same
        if idx.packed_md5 in ELSEWHERE:
            raise Problem(
                N_(
                    "{file} is not {name} of {title}; it seems to be of {other}. To use such "
                    "images, open them as own pictures: {pictures}."
                ),
                file=file,
                name=name,
                title=self.title,
                other=ELSEWHERE[idx.packed_md5],
                pictures=pictures,
            )
        if expected is not None:
            raise Problem(
                N_(
                    "{file} is not the published file of {title}: its content has the MD5 "
                    "{found}, not {expected}. Copy or download it again; or, if it is meant to be "
                    "another, open it as own pictures: {pictures}."
                ),
                file=file,
                title=self.title,
                found=idx.md5,
                expected=expected,
                pictures=pictures,
            )
        if strange:
            raise Problem(
                N_(
                    "{file} is not a file of {title}, which has {whole} such images, not {count}. "
                    "Copy or download it again; or, if it is meant to be another, open it as own "
                    "pictures: {pictures}."
                ),
                file=file,
                title=self.title,
                whole=whole,
                count=len(idx.values),
                pictures=pictures,
            )


def _idx_datasets() -> dict[str, IdxDataset]:
    from aecore.data import DATASETS  # not before they are defined, as this module is read first

    return {name: each for name, each in DATASETS.items() if isinstance(each, IdxDataset)}


def _owner(idx: Idx) -> tuple[str, str] | None:
    """Which data set publishes this file, packed or not, and under which name."""
    for entry in _idx_datasets().values():
        for name in entry.files:
            if idx.digests & entry._published(name):
                return entry.name, name
    return None


def _owner_by_count(idx: Idx) -> tuple[str, str] | None:
    """Which data set has so many images or labels, if it is the only one."""
    found = [
        (entry.name, entry._files(split)[0 if idx.values.ndim == 3 else 1])
        for entry in _idx_datasets().values()
        for split in SPLITS
        if entry._count(split) == len(idx.values)
    ]
    return found[0] if len(found) == 1 else None


def _turn(images: NDArray[np.uint8]) -> None:
    """Swap rows and columns of square images (N, H, H), in place: there may be 188 MB of them."""
    for start in range(0, len(images), TURNED_AT_ONCE):
        some = images[start : start + TURNED_AT_ONCE]
        some[:] = some.swapaxes(1, 2).copy()


def _present(folder: Path, names: tuple[str, str]) -> dict[str, Path]:
    """Those of a split's two files that are in ``folder``, by published name."""
    found = {}
    for name in names:
        dotted = name.replace("-idx", ".idx")  # so named by some programs that unpack archives
        for spelling in (name, f"{name}.gz", dotted, f"{dotted}.gz"):
            # os.path, as it says no where pathlib raises: in a folder that may not be entered
            if os.path.isfile(folder / spelling):
                found[name] = folder / spelling
                break
    return found
