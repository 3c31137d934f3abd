"""Kuzushiji-MNIST: ten syllables of old Japanese script, as many and as large as MNIST's digits.

Source: T. Clanuwat, M. Bober-Irizar, A. Kitamoto, A. Lamb, K. Yamamoto, D. Ha, Deep Learning for
Classical Japanese Literature, https://arxiv.org/abs/1812.01718 (CC BY-SA 4.0).
"""

from aecore.data.download import RemoteFile
from aecore.data.idx_dataset import IdxDataset
from aecore.messages import N_

KMNIST = IdxDataset(
    name="kmnist",
    title="Kuzushiji-MNIST",
    summary=N_("70,000 syllables of old Japanese handwriting, 28×28 pixels, grey."),
    classes=(
        "お o",
        "き ki",
        "す su",
        "つ tsu",
        "な na",
        "は ha",
        "ま ma",
        "や ya",
        "れ re",
        "を wo",
    ),
    folders=("kmnist", "KMNIST/raw"),
    mirrors=(  # one host: no other one is named by its publishers
        "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
        "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    ),
    remote=(
        RemoteFile("train-images-idx3-ubyte.gz", "bdb82020997e1d708af4cf47b453dcf7", 18_165_135),
        RemoteFile("train-labels-idx1-ubyte.gz", "e144d726b3acfaa3e44228e80efcd344", 29_497),
        RemoteFile("t10k-images-idx3-ubyte.gz", "5c965bf0a639b31b8f53240b1b52f4d7", 3_041_136),
        RemoteFile("t10k-labels-idx1-ubyte.gz", "7320c461ea6c1c855c0b718fb2a4b134", 5_120),
    ),
)
