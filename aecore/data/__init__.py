"""DATASETS and how to get images from them.

``load("mnist", "test")`` reads images that are on this machine; ``dataset(name).download()``
fetches them first. ``folder:PATH`` names a folder or a zip archive of one's own pictures.
"""

from pathlib import Path

from aecore.data.dataset import SPLITS, Dataset, Images, Progress, Shape, Split
from aecore.data.digits import DIGITS
from aecore.data.mnist import FASHION_MNIST, MNIST, decoded_mnist
from aecore.data.own import PREFIX, OwnPictures
from aecore.messages import N_, Problem
from aecore.registry import Registry

__all__ = [
    "DATASETS",
    "SPLITS",
    "Dataset",
    "Images",
    "Progress",
    "Shape",
    "Split",
    "dataset",
    "decoded_mnist",
    "load",
]

DATASETS: Registry[Dataset] = Registry(
    unknown=N_("There is no data set “{name}”. There are: {known}, and folder:PATH.")
)
for _entry in (MNIST, FASHION_MNIST, DIGITS):
    DATASETS.add(_entry.name, _entry)


def dataset(name: str) -> Dataset:
    """The data set of that name, or of the folder or archive in ``folder:PATH``. Raises Problem."""
    if not name.startswith(PREFIX):
        return DATASETS[name]
    path = name.removeprefix(PREFIX)
    if not path:
        raise Problem(N_("After folder: the path of a folder or a zip archive is missing."))
    return OwnPictures(Path(path).expanduser())


def load(name: str, split: Split) -> Images:
    """A split of a data set: uint8 (N, C, H, W). Never downloads. Raises Problem."""
    return dataset(name).load(split)
