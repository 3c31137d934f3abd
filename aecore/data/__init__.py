"""DATASETS and how to get images from them.

``load("mnist", "test")`` reads images that are on this machine; ``dataset(name).download()``
fetches them first. ``folder:PATH`` names one's own pictures, see aecore.data.own, ``signal:PATH``
one's own signal, see aecore.data.own_signal, ``melodies:PATH`` one's own tunes, see
aecore.data.melodies.
"""

from aecore.data.dataset import SPLITS, Dataset, Images, Progress, Shape, Split
from aecore.data.digits import DIGITS
from aecore.data.emnist_digits import EMNIST_DIGITS
from aecore.data.fashion_mnist import FASHION_MNIST
from aecore.data.heartbeats import HEARTBEATS
from aecore.data.kmnist import KMNIST
from aecore.data.melodies import MELODIES, Melodies, OwnMelodies
from aecore.data.melodies import PREFIX as MELODIES_PREFIX
from aecore.data.mnist import MNIST, decoded_mnist
from aecore.data.own import PREFIX, OwnPictures
from aecore.data.own_signal import PREFIX as SIGNAL_PREFIX
from aecore.data.own_signal import OwnSignal
from aecore.data.printed import PRINTED
from aecore.messages import N_
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
for _entry in (MNIST, FASHION_MNIST, KMNIST, EMNIST_DIGITS, DIGITS, PRINTED, HEARTBEATS, MELODIES):
    DATASETS.add(_entry.name, _entry)


def dataset(name: str) -> Dataset:
    """The data set of that name, or the own one in ``folder:PATH``, ``signal:PATH`` or
    ``melodies:PATH``.

    Raises Problem.
    """
    if name.startswith(SIGNAL_PREFIX):
        return OwnSignal.named(name)
    if name.startswith(MELODIES_PREFIX):
        return OwnMelodies.named(name)
    if name.startswith(f"{MELODIES.name}?"):
        return Melodies.named(name)
    if not name.startswith(PREFIX):
        return DATASETS[name]
    return OwnPictures.named(name)


def load(name: str, split: Split) -> Images:
    """A split of a data set: uint8 (N, C, H, W). Never downloads. Raises Problem."""
    return dataset(name).load(split)
