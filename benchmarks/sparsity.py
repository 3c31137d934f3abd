"""The shipped sparse autoencoder beside a dense one of equal size and recipe.

    python benchmarks/sparsity.py

Trains the same model once more with the penalty's weight at 0 and prints, as one JSON object, BCE
and mean activity on the test digits of both, and their ratios. Takes a minute or two.
"""

import json

import torch
from machine import describe_machine

from aecore import checkpoint, data
from aecore.evaluation import evaluate
from aecore.models import build
from aecore.recipe import Recipe
from aecore.training.loop import fit


def main() -> None:
    train, test = data.load("mnist", "train").pixels, data.load("mnist", "test").pixels
    sparse, card = checkpoint.load(checkpoint.shipped()["sparse-32"])
    torch.manual_seed(card.seed)
    dense = build(card.family, **{**card.config, "sparsity": 0.0})
    for _epoch in fit(dense, train, test, Recipe.from_json(card.recipe)):
        pass
    dense.eval()
    found = {
        name: {key: evaluate(model, test)[key] for key in ("bce", "mse", "activity")}
        for name, model in (("sparse", sparse), ("dense", dense))
    }
    ratios = {key: found["sparse"][key] / found["dense"][key] for key in ("bce", "activity")}
    print(json.dumps({**found, "sparse_over_dense": ratios, **describe_machine()}))


if __name__ == "__main__":
    main()
