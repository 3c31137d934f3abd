"""EMNIST Digits: four times as many digits as MNIST, made of the same forms.

Source: G. Cohen, S. Afshar, J. Tapson, A. van Schaik, EMNIST: an extension of MNIST to handwritten
letters, https://arxiv.org/abs/1702.05373; of NIST Special Database 19 (public domain).

It is published in one archive with five other sets, of which only the archive's MD5 is known: a
download is checked by that, files in AECORE_DATA_DIR by their structure.
"""

from aecore.data.download import RemoteFile
from aecore.data.idx_dataset import IdxDataset
from aecore.messages import N_

FILES = (
    "emnist-digits-train-images-idx3-ubyte",
    "emnist-digits-train-labels-idx1-ubyte",
    "emnist-digits-test-images-idx3-ubyte",
    "emnist-digits-test-labels-idx1-ubyte",
)

EMNIST_DIGITS = IdxDataset(
    name="emnist_digits",
    title="EMNIST Digits",
    summary=N_("280,000 handwritten digits, 28×28 pixels, grey."),
    classes=tuple("0123456789"),
    train_images=240_000,
    test_images=40_000,
    files=FILES,
    by_columns=True,  # shown as stored, they lie on their side and mirrored
    folders=("emnist", "", "gzip", "emnist/gzip", "EMNIST/raw"),
    mirrors=(
        "https://biometrics.nist.gov/cs_links/EMNIST/",
        "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/",
    ),
    remote=(
        RemoteFile(
            "gzip.zip",
            "58c8d27c78d21e728a6bc7b3cc06412e",
            561_753_746,
            members=tuple(f"gzip/{name}.gz" for name in FILES),
        ),
    ),
)
