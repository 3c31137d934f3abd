"""Small IDX files, written by the tests themselves."""

import gzip
import struct
from pathlib import Path

import numpy as np

from aecore.data import SPLITS
from aecore.data.idx_dataset import IdxDataset


def idx_bytes(values) -> bytes:
    """An IDX file of unsigned bytes."""
    values = np.asarray(values, np.uint8)
    header = bytes([0, 0, 8, values.ndim]) + struct.pack(f">{values.ndim}I", *values.shape)
    return header + values.tobytes()


def small_set(
    entry: IdxDataset, folder: Path, packed: bool = False, count: int = 40
) -> dict[str, np.ndarray]:
    """Write a small training and test set by the names of ``entry``.

    Gives the images of each split as stored, (count, 28, 28): a bar a class along the rows, of
    another length and in another order in each split.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stored = {}
    for split, names in zip(SPLITS, (entry.files[:2], entry.files[2:]), strict=True):
        labels = np.arange(count) % len(entry.classes)
        labels = labels if split == "train" else labels[::-1]
        images = np.zeros((count, *entry.shape[1:]), np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[4 + 2 * label, 3 : 25 if split == "train" else 20] = 255
        stored[split] = images
        for name, values in zip(names, (images, labels), strict=True):
            content = idx_bytes(values)
            if packed:
                (folder / f"{name}.gz").write_bytes(gzip.compress(content, 1))
            else:
                (folder / name).write_bytes(content)
    return stored
