"""Which windows of simulated heartbeats are strange, by autoencoders and by simple rivals.

``python benchmarks/heartbeats.py [--keep]`` prints a JSON object: of each judge the area under the
ROC over all windows and for each kind of trouble, and what it finds at the threshold that 99 of 100
normal training windows stay below. The judges learned from the normal training signal, the figures
are those of the test signal. ``--keep`` writes checkpoints/heartbeats.json, which the screen reads.
"""

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from aecore import checkpoint
from aecore.data import load
from aecore.data.heartbeats import HEARTBEATS, KINDS, SCALE, STRANGE, recorded
from aecore.detection import auroc
from aecore.files import write_json
from aecore.signals import judging
from aecore.signals.judging import Judge
from aecore.signals.shipped import FIGURES, MODELS
from aecore.signals.windows import Windows, kinds_of

SIZES = (8, 16, 32, 64)  # numbers of PCA


def judges() -> dict[str, Judge]:
    """All of them by name."""
    normal = load(HEARTBEATS.name, "train").pixels
    found = {name: judging.by_model(checkpoint.load(path)[0]) for name, path in MODELS.items()}
    found |= {f"pca-{size}": judging.by_pca(normal, size) for size in SIZES}
    return {**found, "knn": judging.by_neighbour(normal)}


def measured(judge: Judge) -> dict[str, float]:
    """The figures of one judge."""
    normal = judge(load(HEARTBEATS.name, "train").pixels)[0]
    signal = recorded("test")
    windows = Windows.of(signal)
    started = time.monotonic()
    strangeness = judging.judged(judge, windows, windows.cut(signal, SCALE)).strangeness
    seconds = time.monotonic() - started
    kinds = kinds_of(windows, signal, KINDS)
    usual = strangeness[kinds == 0]
    figures = {"auroc": auroc(usual, strangeness[kinds > 0])}
    for kind in STRANGE:
        figures[kind] = auroc(usual, strangeness[kinds == KINDS.index(kind)])
    threshold = judging.usual(normal)
    counts = judging.counted(strangeness, windows, signal, threshold)
    return {**figures, "threshold": threshold, **counts._asdict(), "seconds": seconds}


def main() -> None:
    """Measure all, print, and keep it if asked to."""
    parser = argparse.ArgumentParser(description="Autoencoders and rivals on heartbeats")
    parser.add_argument("--keep", action="store_true", help=f"write {FIGURES.name}")
    chosen = parser.parse_args()
    found = {name: measured(judge) for name, judge in judges().items()}
    rounded = {
        name: {key: float(f"{value:.4g}") for key, value in figures.items()}
        for name, figures in found.items()
    }
    if chosen.keep:
        write_json(FIGURES, rounded)
    print(json.dumps(rounded))


if __name__ == "__main__":
    main()
