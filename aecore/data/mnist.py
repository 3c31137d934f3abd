"""MNIST and Fashion-MNIST: four IDX files each, from the teacher's folder, the cache or a mirror.

MNIST: Y. LeCun, C. Cortes, C. Burges, http://yann.lecun.com/exdb/mnist (CC BY-SA 3.0).
Fashion-MNIST: H. Xiao, K. Rasul, R. Vollgraf, https://arxiv.org/abs/1708.07747 (MIT).
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from aecore.data.dataset import Dataset, Images, Progress, Shape, Split, check_split
from aecore.data.download import RemoteFile, cache_folder, fetch
from aecore.data.idx import read_idx
from aecore.messages import N_, Problem

# images and labels of each split, by their published names without .gz
FILES: Mapping[str, tuple[str, str]] = {
    "train": ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"),
    "test": ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"),
}

# how many images the whole splits have
WHOLE: Mapping[str, int] = {"train": 60_000, "test": 10_000}

DECODE_BATCH = 1000


@dataclass(frozen=True)
class IdxDataset(Dataset):
    """A data set in the four files of MNIST.

    folders: names of its folder inside AECORE_DATA_DIR; "" is that folder itself.
    samples: folders there with a part of it only; searched last, so that they never hide the whole.
    content: MD5 of the uncompressed files by name, where published. A copy may be packed anew, so
    this, and not the MD5 of the .gz, tells whether it is authentic. Without it the structure is
    all that is checked.
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
    downloadable: bool = True

    def on_this_machine(self, split: Split = "test") -> bool:
        """Whether images and labels of a split lie in one of the places that are searched."""
        return any(len(_present(folder, split)) == 2 for folder in self._places())

    def load(self, split: Split) -> Images:
        """Read and check a split: uint8 (N, 1, 28, 28). Raises Problem."""
        check_split(split)
        for folder in self._places():
            found = _present(folder, split)
            if len(found) == 2:
                return self._read(split, *found.values())
            if found:
                raise Problem(
                    N_("{folder} has {found}, but not {missing}, which belongs to it."),
                    folder=folder,
                    found=" + ".join(found),
                    missing=" + ".join(set(FILES[split]) - set(found)),
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
                files=" + ".join(FILES[split]),
            )
        raise Problem(
            N_(
                "{title} is not on this machine. Download it, or put {files} into a folder and "
                "name that folder in AECORE_DATA_DIR."
            ),
            title=self.title,
            files=" + ".join(FILES[split]),
        )

    def download(self, progress: Progress | None = None) -> None:
        """Fetch what the cache lacks; see ``aecore.data.download.fetch``. Raises Problem."""
        fetch(self.remote, self.mirrors, cache_folder() / self.name, self.title, progress)

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
        content = dict(self.content)
        for file, idx, published in (
            (images_file, images, FILES[split][0]),
            (labels_file, labels, FILES[split][1]),
        ):
            if content and idx.md5 != content[published]:
                raise Problem(
                    N_(
                        "{file} is not the published file of {title}: its content has the MD5 "
                        "{found}, not {expected}. Copy or download it again."
                    ),
                    file=file,
                    title=self.title,
                    found=idx.md5,
                    expected=content[published],
                )
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
        return Images(
            pixels=images.values[:, np.newaxis],  # (N, H, W) -> (N, 1, H, W)
            labels=labels.values.astype(np.int64),
            dataset=self.name,
            split=split,
            note=""
            if count == WHOLE[split]
            else N_("These images are a sample of the data set, not all of it."),
        )


def _present(folder: Path, split: str) -> dict[str, Path]:
    """Those of a split's two files that are in ``folder``, images first, by published name."""
    found = {}
    for name in FILES[split]:
        dotted = name.replace("-idx", ".idx")  # so named by some programs that unpack archives
        for spelling in (name, f"{name}.gz", dotted, f"{dotted}.gz"):
            # os.path, as it says no where pathlib raises: in a folder that may not be entered
            if os.path.isfile(folder / spelling):
                found[name] = folder / spelling
                break
    return found


def decoded_mnist() -> Images:
    """A stand-in for the MNIST test images on a machine that lacks them.

    The shipped deep model draws them from the 32-number codes in the shipped map: uint8
    (10000, 1, 28, 28) with their true labels, ``decoded=True``. Raises Problem.
    """
    import torch

    from aecore import checkpoint, map_file

    shipped = map_file.load_map()
    model, _ = checkpoint.load(checkpoint.SHIPPED / "deep-32.safetensors")
    with torch.inference_mode():
        batches = torch.as_tensor(shipped.codes).split(DECODE_BATCH)
        drawn = [(model.decode(z) * 255).round().to(torch.uint8).numpy() for z in batches]
    return Images(
        pixels=np.concatenate(drawn),
        labels=np.asarray(shipped.labels, dtype=np.int64),
        dataset="mnist",
        split="test",
        decoded=True,
        note=N_(
            "These digits are not the originals: they are decoded from the shipped codes of 32 "
            "numbers each."
        ),
    )


DIGITS = tuple("0123456789")

MNIST = IdxDataset(
    name="mnist",
    title="MNIST",
    summary=N_("70,000 handwritten digits, 28×28 pixels, grey."),
    classes=DIGITS,
    folders=("", "mnist"),
    mirrors=(
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    remote=(
        RemoteFile("train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873", 9_912_422),
        RemoteFile("train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432", 28_881),
        RemoteFile("t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3", 1_648_877),
        RemoteFile("t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c", 4_542),
    ),
    content=(
        ("train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb"),
        ("train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624"),
        ("t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea"),
        ("t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"),
    ),
)

FASHION_MNIST = IdxDataset(
    name="fashion_mnist",
    title="Fashion-MNIST",
    summary=N_("70,000 pictures of clothes, 28×28 pixels, grey."),
    classes=(
        N_("T-shirt"),
        N_("trousers"),
        N_("pullover"),
        N_("dress"),
        N_("coat"),
        N_("sandal"),
        N_("shirt"),
        N_("sneaker"),
        N_("bag"),
        N_("ankle boot"),
    ),
    folders=("fashion-mnist", "fashion_mnist"),
    samples=("fashion-mnist-sample",),
    mirrors=(
        "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    ),
    remote=(
        RemoteFile("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d", 26_421_880),
        RemoteFile("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe", 29_515),
        RemoteFile("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79", 4_422_102),
        RemoteFile("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310", 5_148),
    ),
)
