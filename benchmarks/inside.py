"""The bottleneck dial's models and PCA of the same size on the 10,000 test digits.

    python benchmarks/inside.py          # prints one JSON object; with --keep it is kept

``mse``: mean squared error of the model with so many numbers, images in 0…1; ``pca_mse``: of as
many principal components of the 60,000 training digits (checkpoints/pca.safetensors);
``mean_image_mse``: of the training digits' mean in place of every image.
"""

import argparse
import json

import numpy as np
from machine import describe_machine

from aecore import bottleneck, checkpoint, data, evaluation, metrics
from aecore.files import replacing
from aecore.pca import SHIPPED_PCA, PrincipalComponents


def dial() -> dict[str, object]:
    """The figures of every size, model beside PCA."""
    test = data.load("mnist", "test").pixels
    x = test.astype(np.float32) / 255
    pca = PrincipalComponents.load(SHIPPED_PCA)
    sizes = {}
    for size, path in bottleneck.models().items():
        model, card = checkpoint.load(path)
        sizes[str(size)] = {
            "mse": float(metrics.mse(evaluation.reconstruct(model, test), x).mean()),
            "pca_mse": float(metrics.mse(pca.reconstruct(x, size), x).mean()),
            "weights": sum(each.numel() for each in model.parameters()),
            "seconds": card.seconds,
        }
    mean = pca.mean.reshape(test.shape[1:])
    return {
        "sizes": sizes,
        "mean_image_mse": float(metrics.mse(np.broadcast_to(mean, x.shape), x).mean()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true", help="write checkpoints/inside.json")
    keep = parser.parse_args().keep
    found = {"dial": dial()}
    if keep:
        with replacing(bottleneck.FIGURES) as beside:
            beside.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({**found, **describe_machine()}))


if __name__ == "__main__":
    main()
