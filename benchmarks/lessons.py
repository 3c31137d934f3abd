"""The Keras blog's autoencoders: as published, in Keras, with our recipe, and our own models.

    python benchmarks/lessons.py                                   # all presets: an hour and more
    python benchmarks/lessons.py keras-blog-simple keras-blog-deep
    python benchmarks/lessons.py --peer PYTHON SCRIPT              # SCRIPT MODEL EPOCHS NPZ
    python benchmarks/lessons.py --peer PYTHON SCRIPT --only-peer  # ours are kept as they are
    python benchmarks/lessons.py --keep checkpoints/lessons.json   # for the table in checkpoints/

Each preset has exactly the published layers; it is trained by ``python -m aecore train --preset``
with the published number of epochs, or with ``--epochs``; ``--keep`` keeps a run of each number.
The peer is SCRIPT, or for what that lacks keras_lessons.py here; PYTHON has Keras and runs it.
``seconds`` are by the clock, ``cpu_seconds`` those that the processors spent, which other work on
the machine changes less.
Prints one JSON object.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from machine import ROOT, describe_machine

from aecore import checkpoint, data
from aecore.files import write_json
from aecore.presets import PRESETS

# what the peer's script has; the others are ours to write
IN_SCRIPT = ("simple", "deep", "conv", "denoise")
HERE = Path(__file__).with_name("keras_lessons.py")  # sparse, seq2seq, vae
# ours of the same purpose with our own settings
OWN = {
    "simple": "simple-32",
    "sparse": "sparse-32",
    "deep": "deep-32",
    "conv": "conv-32",
    "denoise": "denoise-256",
    "seq2seq": "recurrent-32",
    "vae": "vae-2",
}


def preset(name: str, epochs: int | None) -> dict[str, object]:
    """Train a preset by the command line; its figures on the test digits."""
    epochs = epochs or PRESETS[name].recipe.epochs
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "aecore", "train", "--preset", name, "--json"]
        command += ["--dataset", "mnist", "--epochs", str(epochs), "--run", f"{folder}/run"]
        before = _cpu_seconds()
        started = time.perf_counter()
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        told = json.loads(done.stdout)
    figures = {key: round(told[key], 5) for key in FIGURES if key in told}
    return {
        "epochs": epochs,
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_seconds": round(_cpu_seconds() - before, 1),
        **figures,
    }


FIGURES = ("bce", "mse", "psnr", "recon", "kl", "activity", "gaussian_0.5_bce", "gaussian_0.5_psnr")


def _cpu_seconds() -> float:
    """Spent by ended child processes; 0 where the system doesn't tell."""
    try:
        import resource
    except ImportError:  # Windows
        return 0.0
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def peer(python: str, script: Path, model: str, epochs: int) -> dict[str, float]:
    """Run the peer; its last line."""
    train, test = data.load("mnist", "train"), data.load("mnist", "test")
    with tempfile.TemporaryDirectory() as folder:
        npz = Path(folder) / "mnist.npz"
        labels = {"ytr": train.labels, "yte": test.labels}
        np.savez(npz, xtr=train.pixels[:, 0], xte=test.pixels[:, 0], **labels)
        command = [python, str(script), model, str(epochs), str(npz)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    line = re.findall(r"epoch (\d+) train_s ([\d.]+) test_bce ([\d.]+)", printed)[-1]
    return {"epochs": int(line[0]), "seconds": float(line[1]), "bce": float(line[2])}


def _keep(path: Path, name: str, row: dict[str, Any]) -> None:
    """Add a preset's row to a file; runs with other numbers of epochs and the peer's stay."""
    kept = json.loads(path.read_text()) if path.is_file() else {}
    before = kept.get(name, {})
    new = row["ours"]
    epochs = {run["epochs"] for run in new}
    others = [run for run in before.get("ours", []) if run["epochs"] not in epochs]
    runs = sorted([*others, *new], key=lambda run: run["epochs"])
    write_json(path, {**kept, name: {**before, **row, "ours": runs}})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("presets", nargs="*", metavar="PRESET", default=list(PRESETS))
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--peer", nargs=2, metavar=("PYTHON", "SCRIPT"))
    parser.add_argument("--only-peer", action="store_true", help="train none of ours")
    parser.add_argument("--keep", type=Path, help="add what was found to this JSON file")
    chosen = parser.parse_args()
    found: dict[str, object] = {}
    for name in chosen.presets:
        kind = name.removeprefix("keras-blog-")
        row: dict[str, Any] = {"published": PRESETS[name].published}
        row["ours"] = [] if chosen.only_peer else [preset(name, chosen.epochs)]
        if chosen.peer:
            python, script = chosen.peer
            epochs = chosen.epochs or PRESETS[name].recipe.epochs
            row["peer"] = peer(python, script if kind in IN_SCRIPT else HERE, kind, epochs)
        card = checkpoint.describe(checkpoint.shipped()[OWN[kind]])
        row["own"] = {"checkpoint": OWN[kind], "epochs": card.recipe["epochs"]}
        row["own"] |= {"seconds": round(card.seconds, 1), **card.metrics}
        found[name] = row
        if chosen.keep:
            _keep(chosen.keep, name, row)
    print(json.dumps({**found, **describe_machine()}))


if __name__ == "__main__":
    main()
