"""A data set that tests add: ten bars."""

from aecore.data.download import RemoteFile
from aecore.data.idx_dataset import MNIST_FILES, IdxDataset
from aecore.messages import N_

TOYBARS = IdxDataset(
    name="toybars",
    title=N_("Toy bars"),
    summary=N_("Bars of a toy, 28×28 pixels, grey."),
    classes=tuple("abcdefghij"),
    folders=("toybars", "ToyBars/raw"),
    mirrors=("https://one.invalid/", "https://other.invalid/"),
    remote=tuple(
        RemoteFile(f"{name}.gz", md5=f"{number:032x}", size=5000 + number)
        for number, name in enumerate(MNIST_FILES)
    ),
)
