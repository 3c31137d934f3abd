"""t-SNE of the 10,000 shipped codes: our settings of openTSNE, and scikit-learn's own.

    python benchmarks/tsne.py [--points N]

Both start from the same 32-number codes with perplexity 30; kNN accuracy judges the maps. Prints
one JSON object.
"""

import argparse
import json
import time

from machine import describe_machine
from sklearn.manifold import TSNE

from aecore import metrics, projection


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--points", type=int, default=10_000)
    points = parser.parse_args().points
    shipped = projection.load_map()
    codes, labels = shipped.codes[:points], shipped.labels[:points]
    projection.tsne(codes[:1000])  # imports and compiles what is compiled once
    found = {}
    for name, run in {
        "ours": lambda: projection.tsne(codes, perplexity=30, seed=0),
        "scikit_learn": lambda: TSNE(perplexity=30, random_state=0, n_jobs=-1).fit_transform(codes),
    }.items():
        started = time.perf_counter()
        positions = run()
        found[name] = {
            "seconds": round(time.perf_counter() - started, 1),
            "knn_accuracy": metrics.knn_accuracy(positions, labels),
            "trustworthiness": metrics.trustworthiness(codes, positions),
        }
    ratio = found["ours"]["seconds"] / found["scikit_learn"]["seconds"]
    print(
        json.dumps({"points": len(codes), **found, "ratio": round(ratio, 3), **describe_machine()})
    )


if __name__ == "__main__":
    main()
