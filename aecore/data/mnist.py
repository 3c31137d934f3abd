"""MNIST: handwritten digits. And what stands in for them on a machine that lacks them.

Source: Y. LeCun, C. Cortes, C. Burges, http://yann.lecun.com/exdb/mnist (CC BY-SA 3.0).
"""

import numpy as np

from aecore.data.dataset import Images
from aecore.data.download import RemoteFile
from aecore.data.idx_dataset import IdxDataset
from aecore.messages import N_

DECODE_BATCH = 1000

MNIST = IdxDataset(
    name="mnist",
    title="MNIST",
    summary=N_("70,000 handwritten digits, 28×28 pixels, grey."),
    classes=tuple("0123456789"),
    folders=("mnist", "", "MNIST/raw"),
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
