"""Puzzles of test digits, put together: how many lie right.

    python benchmarks/jigsaw.py [--model FILE] [--images N]

Each digit is cut into 2×2 tiles, and these are laid in one of all 24 orders, drawn evenly, the
right one among them. A puzzle counts as put together when the model's picture is nearer, by
squared error, to the digit than to its tiles in any of the 23 other orders. (Where two tiles are
the same to the last bit, as two black ones, swapping them is no other order.) Prints one JSON
object; ``untouched`` counts the same for pictures that nobody put together: one of 24 is right by
chance, and a few have tiles alike.
"""

import argparse
import json
from itertools import permutations
from pathlib import Path

import numpy as np
import torch
from machine import ROOT, describe_machine
from torch import Tensor

from aecore import checkpoint
from aecore.corruption import arranged
from aecore.data import load
from aecore.models import to_input
from aecore.projection import sample
from aecore.restoration import by_model

MODEL = ROOT / "checkpoints" / "jigsaw-64.safetensors"
ORDERS = torch.tensor(list(permutations(range(4))))  # the first one leaves all in place


def puzzles(x: Tensor, seed: int = 0) -> Tensor:
    """Images (N, C, H, W), each with its tiles in one of all 24 orders."""
    generator = torch.Generator().manual_seed(seed)
    return arranged(x, ORDERS[torch.randint(len(ORDERS), (len(x),), generator=generator)])


def put_together(drawn: Tensor, x: Tensor) -> np.ndarray:
    """Whether each picture (N, C, H, W) is nearest to its image in ``x`` of all orders of that
    image's tiles: bool (N,)."""
    errors = [
        (drawn - arranged(x, order.expand(len(x), 4))).square().flatten(1).sum(1)
        for order in ORDERS
    ]
    right, *others = errors
    nearest: np.ndarray = (right <= torch.stack(others).amin(0)).numpy()
    return nearest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=MODEL, metavar="FILE")
    parser.add_argument("--images", type=int, default=10_000, help="test digits")
    chosen = parser.parse_args()
    test = load("mnist", "test")
    places = sample(len(test), chosen.images, seed=0)
    x = to_input(test.pixels[places])
    model, _card = checkpoint.load(chosen.model)
    laid = puzzles(x)
    right = put_together(torch.from_numpy(by_model(model)(laid.numpy())), x)
    labels = test.labels[places]
    found = {
        "model": chosen.model.stem,
        "images": len(x),
        "right": round(float(right.mean()), 4),
        "right_by_digit": [round(float(right[labels == k].mean()), 4) for k in range(10)],
        "untouched": round(float(put_together(laid, x).mean()), 4),
    }
    print(json.dumps({**found, **describe_machine()}))


if __name__ == "__main__":
    main()
