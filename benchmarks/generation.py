"""How good are drawn digits? Fréchet distance, precision, recall, and whether they are as asked.

    AECORE_DATA_DIR=… python benchmarks/generation.py [MODEL …] [--keep]

For every shipped model of MNIST, and for PCA, 10,000 digits are drawn from N(0, I) where it was
made for that, from the shipped Gaussian and from the shipped mixture of its codes. They are
compared with the 10,000 test digits by the features of the shipped classifier. ``--keep`` writes
checkpoints/generation.json, which the screen reads; of the MODELS named alone it renews theirs.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import torch

from aecore import checkpoint, classifier, data
from aecore.fidelity import frechet_distance, precision_recall
from aecore.files import write_json
from aecore.generator import PCA_NUMBERS, STANDARD, Generator, of_model, of_pca, shipped_prior
from aecore.novelty import KnownImages
from aecore.pca import SHIPPED_PCA, PrincipalComponents
from aecore.priors import Prior

KEPT = checkpoint.SHIPPED / "generation.json"
DRAWN = 10_000
COMPARED = 5_000  # of each for precision and recall, which look at all pairs
FOUND = 1_000  # whose nearest training digits are looked for


class Judged:
    """Test digits, training digits and the classifier's view of them."""

    def __init__(self) -> None:
        self.test, self.train = data.load("mnist", "test"), data.load("mnist", "train")
        self.judge = classifier.shipped()
        self.pca = PrincipalComponents.load(SHIPPED_PCA)
        self.real = self.judge.features(self.test.pixels)
        self.known = KnownImages(self.train.pixels, self.pca)

    def figures(self, drawn: np.ndarray) -> dict[str, float]:
        """Of images (N, 1, 28, 28) in 0…1 or uint8, against the test digits."""
        features = self.judge.features(drawn)
        precision, recall = precision_recall(self.real[:COMPARED], features[:COMPARED])
        return {
            "frechet": round(frechet_distance(features, self.real), 3),
            "precision": round(precision, 4),
            "recall": round(recall, 4),
        }

    def distance(self, images: np.ndarray) -> np.ndarray:
        """To the nearest training digit, of some of the images."""
        return self.known.nearest(images[:FOUND]).distances


def measured(generator: Generator, judged: Judged) -> dict[str, Any]:
    """By what codes are drawn from."""
    wanted = np.random.default_rng(1).integers(0, 10, DRAWN)
    held_out = generator.encode(judged.test.pixels, judged.test.labels)
    found = {}
    for way in generator.ways:
        prior = shipped_prior(generator.key, way)
        if way == STANDARD:
            prior = Prior.standard(generator.numbers)
        if prior is None:
            raise SystemExit(f"no prior “{way}” of {generator.key}: build generate/priors first")
        drawn = generator.decode(prior.draw(DRAWN, 0, asked=wanted), wanted)
        found[way] = judged.figures(drawn)
        if generator.conditional or prior.tells_classes:
            found[way]["asked"] = round(float((judged.judge.predict(drawn) == wanted).mean()), 4)
        found[way]["distance"] = round(float(np.median(judged.distance(drawn))), 3)
        found[way]["log_likelihood"] = round(float(prior.log_density(held_out).mean()), 3)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("models", nargs="*", metavar="MODEL")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    judged = Judged()
    cards = {name: checkpoint.describe(path) for name, path in checkpoint.shipped().items()}
    usual = [n for n, c in cards.items() if c.dataset == "mnist" and c.corruption == "none"]
    pca = f"pca-{PCA_NUMBERS}"
    drawn = {}
    if options.models and KEPT.is_file():
        drawn = json.loads(KEPT.read_text(encoding="utf-8"))["drawn"]
    for name in options.models or [*usual, pca]:
        started = time.monotonic()
        if name == pca:
            generator = of_pca(judged.pca, judged.test.shape)
        else:
            path = checkpoint.shipped()[name]
            generator = of_model(checkpoint.load(path)[0], checkpoint.digest(path))
        drawn[name] = measured(generator, judged)
        print(name, round(time.monotonic() - started), json.dumps(drawn[name]), file=sys.stderr)
    test_distances = judged.distance(judged.test.pixels)
    decoder = "vae-16" if "vae-16" in cards else "deep-32"
    path = checkpoint.shipped()[decoder]
    through = of_model(checkpoint.load(path)[0], "")
    decoded = through.decode(through.encode(judged.test.pixels[:FOUND], None), None)
    found = {
        "accuracy": judged.judge.facts.figures["accuracy"],
        "floor": judged.figures(judged.train.pixels[:DRAWN]),
        "distances": {
            "test": round(float(np.median(test_distances)), 3),
            "decoded": round(float(np.median(judged.distance(decoded))), 3),
            "decoder": decoder,
        },
        "drawn": {name: drawn[name] for name in [*usual, pca] if name in drawn},
    }
    print(json.dumps(found, indent=1))
    if options.keep:
        write_json(KEPT, found)


if __name__ == "__main__":
    main()
