"""The steps and tables of all codes on the chart, in one file: training codes aren't everywhere."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from aecore import checkpoint, data
from aecore.compression.code_coder import Levels
from aecore.compression.lossless import FOLDER
from aecore.compression.quantise import STEPPED, Steps
from aecore.map_file import read_tensors
from aecore.messages import N_, Problem
from aecore.pca import SHIPPED_PCA, PrincipalComponents

FILE = FOLDER / "steps.safetensors"
FIGURES = checkpoint.SHIPPED / "compress.json"  # what benchmarks/compression.py --keep found
MODELS = ("simple-32", "deep-32", "sparse-32", "conv-32", "recurrent-32", "vae-2", "aae-2")
PCA = "pca"
PCA_SIZES = (4, 16, 32, 64, 128)
SAMPLE = 10_000  # training images whose codes are looked at

Kept = Mapping[tuple[str, int], Levels]
"""By model (or PCA, of its largest size) and bits a number."""


def make(path: Path = FILE) -> None:
    """Fit them on the codes of training digits, and write them. Raises Problem, OSError."""
    import torch

    from aecore import evaluation

    pixels = data.load("mnist", "train").pixels[:SAMPLE]
    pca = PrincipalComponents.load(SHIPPED_PCA)
    codes = {PCA: pca.encode(pixels.astype(np.float32) / 255, max(PCA_SIZES))}
    for name in MODELS:
        model, _card = checkpoint.load(checkpoint.shipped()[name])
        codes[name] = evaluation.encode(model, pixels)
    tensors = {}
    for name, found in codes.items():
        for bits in STEPPED:
            levels = Levels.fit(found, bits)
            tensors[f"{name}/{bits}/low"] = torch.from_numpy(levels.steps.low)
            tensors[f"{name}/{bits}/high"] = torch.from_numpy(levels.steps.high)
            # 16 bits: half the size, and whole numbers below 2^16 need no more
            tensors[f"{name}/{bits}/tables"] = torch.from_numpy(levels.tables.astype(np.uint16))
    path.parent.mkdir(exist_ok=True)
    checkpoint.write(path, tensors, {"format": 1, "kind": "steps"})


@cache
def load(path: Path = FILE) -> Kept:
    """Read what ``make`` has written. Raises Problem."""
    dimensions = {
        f"{name}/{bits}/{part}": 2 if part == "tables" else 1
        for name in (PCA, *MODELS)
        for bits in STEPPED
        for part in ("low", "high", "tables")
    }
    tensors = read_tensors(path, "steps", dimensions)
    found = {}
    for name in (PCA, *MODELS):
        for bits in STEPPED:
            low, high, tables = (
                tensors[f"{name}/{bits}/{part}"] for part in ("low", "high", "tables")
            )
            if tables.shape != (len(low), 2**bits) or (tables < 1).any():
                raise Problem(N_("“{name}” is damaged."), name=path.name)
            found[name, bits] = Levels(Steps(low, high, bits), tables.astype(np.int32))
    return found


@cache
def figures(path: Path = FIGURES) -> Mapping[str, Any]:
    """What benchmarks/compression.py has kept, on the 10,000 test digits. Raises Problem."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Problem(N_("“{name}” is damaged."), name=path.name) from error
    if not isinstance(found, dict):
        raise Problem(N_("“{name}” is damaged."), name=path.name)
    return found
