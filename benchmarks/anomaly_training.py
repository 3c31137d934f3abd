"""How long another autoencoder trains when it is begun on the Anomalies screen.

    python benchmarks/anomaly_training.py [--digits 8 1]

The plan is the screen's own, begun as the screen begins it: in a process of its own, whose start
and imports count, with the digit as what is normal. Prints one JSON object, seconds for each.
"""

import argparse
import json
import os
import tempfile
import time
from types import SimpleNamespace

from machine import describe_machine

from aecore import data
from aecore.job import ALIVE
from aecore.training.run import Run
from pages.anomalies.training import plan_of


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--digits", type=int, nargs="+", default=[8, 1])
    digits = parser.parse_args().digits
    images = data.load("mnist", "train")
    seconds = {}
    for digit in digits:
        known = images.of_classes([digit]).pixels
        normal = SimpleNamespace(dataset="mnist", classes=(digit,), known=known)
        seconds[str(digit)] = round(trained(plan_of(normal, size=8, noise=0.0)), 1)
    print(json.dumps({"seconds": seconds, "machine": describe_machine()}, indent=1))


def trained(plan) -> float:
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AECORE_RUNS_DIR"] = folder
        began = time.monotonic()
        run = Run.begin(plan)
        while run.state() in ALIVE:
            time.sleep(0.1)
        if run.state() != "done":
            raise SystemExit(f"the training ended as {run.state()}")
        return time.monotonic() - began


if __name__ == "__main__":
    main()
