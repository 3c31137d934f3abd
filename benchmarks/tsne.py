"""t-SNE of the 10,000 shipped codes: our settings of openTSNE, and scikit-learn's own.

    python benchmarks/tsne.py [--points N] [--alone]

Both start from the same 32-number codes with perplexity 30; kNN accuracy judges the maps. More
than 10,000 points, up to 70,000, are MNIST's training and test digits as deep-32 encodes them
(AECORE_DATA_DIR names the folder with MNIST). ``--alone`` leaves scikit-learn out. Prints one JSON
object; ``first_positions`` is the second at which t-SNE first had places other than its start.
"""

import argparse
import json
import time

import numpy as np
from machine import describe_machine
from sklearn.manifold import TSNE

from aecore import checkpoint, map_file, mapping, metrics, projection
from aecore.evaluation import encode


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=10_000)
    parser.add_argument("--alone", action="store_true")
    chosen = parser.parse_args()
    codes, labels = codes_and_labels(chosen.points)
    projection.tsne(codes[:1000])  # imports and compiles what is compiled once
    seen: list[float] = []

    def on_step(iteration: int, positions: np.ndarray) -> bool:
        seen.append(time.perf_counter())
        return False

    runs = {"ours": lambda: projection.tsne(codes, perplexity=30, seed=0, on_step=on_step)}
    if not chosen.alone:
        runs["scikit_learn"] = lambda: TSNE(perplexity=30, random_state=0, n_jobs=-1).fit_transform(
            codes
        )
    found: dict[str, dict[str, float]] = {}
    for name, run in runs.items():
        started = time.perf_counter()
        positions = run()
        found[name] = {
            "seconds": round(time.perf_counter() - started, 1),
            "knn_accuracy": metrics.knn_accuracy(positions, labels),
            "trustworthiness": metrics.trustworthiness(codes, positions),
        }
        if name == "ours":
            found[name]["first_positions"] = round(seen[0] - started, 1)
    told: dict[str, object] = {"points": len(codes), **found}
    if not chosen.alone:
        told["ratio"] = round(found["ours"]["seconds"] / found["scikit_learn"]["seconds"], 3)
    print(json.dumps(told | describe_machine()))


def codes_and_labels(points: int) -> tuple[np.ndarray, np.ndarray]:
    """The shipped codes (N, 32), or those of all MNIST where they are too few, and labels (N,)."""
    shipped = map_file.load_map()
    if points <= len(shipped.codes):
        return shipped.codes[:points], shipped.labels[:points]
    digits = mapping.load_split("mnist", mapping.ALL)
    digits = digits.take(projection.sample(len(digits), points, seed=0))
    model, _card = checkpoint.load(checkpoint.shipped()["deep-32"])
    assert digits.labels is not None
    return encode(model, digits.pixels), digits.labels


if __name__ == "__main__":
    main()
