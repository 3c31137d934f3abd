"""Seconds of training until the test BCE is reached: ours, and a peer's on the same machine.

    python benchmarks/train_speed.py
    python benchmarks/train_speed.py --peer PYTHON SCRIPT     # SCRIPT MODEL EPOCHS NPZ

The peer trains the Keras blog's deep autoencoder for 100 epochs and prints lines such as
``deep epoch 100 train_s 252.9 test_bce 0.0819 …``. Our time includes the look at the test images
after each epoch and the probe that chooses the precision; the peer's includes most of its looks.
Prints one JSON object.
"""

import argparse
import json
import re
import resource
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from machine import describe_machine

from aecore import data
from aecore.evaluation import evaluate
from aecore.models import build
from aecore.training.loop import fit
from aecore.training.recipe import Recipe

TARGET = 0.0819  # the peer's test BCE after 100 epochs
EPOCHS = 3


def ours(train: np.ndarray, test: np.ndarray) -> dict[str, float]:
    """Train ``deep`` with 32 numbers until the target is reached."""
    torch.manual_seed(0)
    model = build("deep", image_shape=(1, 28, 28), latent_dim=32)
    pixels = train[0].size
    started = time.perf_counter()
    for epoch in fit(model, train, test, Recipe(epochs=EPOCHS)):
        seconds = time.perf_counter() - started
        if epoch.test["recon"] / pixels <= TARGET:
            break
    else:
        raise RuntimeError(f"BCE {TARGET} was not reached in {EPOCHS} epochs")
    return {
        "epochs": epoch.number,
        "seconds": round(seconds, 2),
        "images_per_second": round(epoch.images_per_second),
        "test_bce": evaluate(model, test)["bce"],
    }


def peer(python: str, script: Path, train: data.Images, test: data.Images) -> dict[str, float]:
    """Run the peer and read its last line at or below the target."""
    with tempfile.TemporaryDirectory() as folder:
        npz = Path(folder) / "mnist.npz"
        labels = {"ytr": train.labels, "yte": test.labels}
        np.savez(npz, xtr=train.pixels[:, 0], xte=test.pixels[:, 0], **labels)
        command = [python, str(script), "deep", "100", str(npz)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = re.findall(r"epoch (\d+) train_s ([\d.]+) test_bce ([\d.]+)", printed)
    reached = [row for row in lines if float(row[2]) <= TARGET]
    if not reached:
        raise RuntimeError(f"the peer ended at {lines[-1]}, above {TARGET}")
    epochs, seconds, bce = reached[0]
    return {"epochs": int(epochs), "seconds": float(seconds), "test_bce": float(bce)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", nargs=2, metavar=("PYTHON", "SCRIPT"))
    chosen = parser.parse_args()
    train, test = data.load("mnist", "train"), data.load("mnist", "test")
    runs = sorted((ours(train.pixels, test.pixels) for _ in range(3)), key=lambda r: r["seconds"])
    found = {"target_bce": TARGET, "ours": runs[1], "ours_seconds": [r["seconds"] for r in runs]}
    found["ours_peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    if chosen.peer:
        python, script = chosen.peer
        found["peer"] = peer(python, Path(script).resolve(), train, test)
        found["ratio"] = round(found["peer"]["seconds"] / found["ours"]["seconds"], 1)
    print(json.dumps({**found, **describe_machine()}))


if __name__ == "__main__":
    main()
