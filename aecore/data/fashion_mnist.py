"""Fashion-MNIST: clothes, as many and as large as MNIST's digits.

Source: H. Xiao, K. Rasul, R. Vollgraf, https://arxiv.org/abs/1708.07747 (MIT).
"""

from aecore.data.download import RemoteFile
from aecore.data.idx_dataset import IdxDataset
from aecore.messages import N_

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
    folders=("fashion-mnist", "fashion_mnist", "FashionMNIST/raw"),
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
