"""Seconds of training until a test BCE is reached: ours, and a peer's on the same machine.

    python benchmarks/train_speed.py
    python benchmarks/train_speed.py --peer PYTHON SCRIPT     # SCRIPT MODEL EPOCHS NPZ
    python benchmarks/train_speed.py --only conv

The peer trains the Keras blog's autoencoders and prints lines such as ``deep epoch 100 train_s
252.9 test_bce 0.0819 …``; the targets are what it reaches after 20 and 100 epochs of ``deep`` and
10 of ``conv``. Ours is the family of that name with layers and a recipe that reach the target
soonest, see TARGETS. Our time includes the look at the test images after each epoch and the
choice of the precision; the peer's includes most of its looks; imports are in neither. The peer
tells its BCE after 1, 2, 5, 10, 20, 50 and 100 epochs and after its last: a shorter run finds
sooner where it passes a target. Ours is run three times before, between and after the peer's runs,
and its median counts. ``lines`` has all that the peer told. On a GPU ``device_busy`` is the share
of the time that it computes. Prints one JSON object.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from machine import describe_machine

from aecore import data, parallel
from aecore.evaluation import evaluate
from aecore.models import build
from aecore.recipe import Recipe
from aecore.training.loop import fit

MEASURED = Path(__file__).resolve()


@dataclass(frozen=True)
class Way:
    """How we reach a target: settings of the family and a recipe."""

    settings: dict[str, Any]
    recipe: Recipe


# family: the peer's runs, in epochs, and for each target BCE our way. A single epoch is enough, if
# its steps are many and large; one wide layer a side learns sooner than the peer's three narrow
# ones.
TARGETS: dict[str, tuple[tuple[int, ...], dict[float, Way]]] = {
    "deep": (
        (22, 100),
        {
            0.0918: Way(
                {"latent_dim": 32, "widths": (112,)},
                Recipe(epochs=1, batch_size=240, learning_rate=4e-2),
            ),
            0.0819: Way(
                {"latent_dim": 32, "widths": (320,)},
                Recipe(epochs=1, batch_size=160, learning_rate=3e-2),
            ),
        },
    ),
    "conv": ((10,), {0.1013: Way({"latent_dim": 128}, Recipe(epochs=1, learning_rate=1e-2))}),
}


def ours(family: str, target: float) -> dict[str, float]:
    """Train until the target is reached."""
    train, test = data.load("mnist", "train").pixels, data.load("mnist", "test").pixels
    way = TARGETS[family][1][target]
    torch.manual_seed(0)
    model = build(family, image_shape=(1, 28, 28), **way.settings).to(parallel.device())
    # the first step of an optimiser imports what torch.compile needs
    torch.optim.AdamW([torch.zeros(1, requires_grad=True)]).step()
    busy = _DeviceClock()
    started = time.perf_counter()
    for epoch in fit(model, train, test, way.recipe):
        seconds = time.perf_counter() - started
        if epoch.test["recon"] / train[0].size <= target:
            break
    else:
        bce = epoch.test["recon"] / train[0].size
        raise RuntimeError(f"{family}: BCE {target} was not reached, but {bce:.4f}")
    return {
        "epochs": epoch.number,
        "seconds": round(seconds, 2),
        "images_per_second": round(epoch.images_per_second),
        "test_bce": evaluate(model, test)["bce"],
        **busy.share(seconds),
        "peak_mb": _peak_mb(),
    }


class _DeviceClock:
    """The share of the time in which a GPU computes, as its own profiler counts it."""

    def __init__(self) -> None:
        self._profiler = None
        if torch.cuda.is_available():
            self._profiler = torch.profiler.profile(
                activities=[torch.profiler.ProfilerActivity.CUDA]
            )
            self._profiler.start()

    def share(self, seconds: float) -> dict[str, float]:
        if self._profiler is None:
            return {}
        torch.cuda.synchronize()
        self._profiler.stop()
        microseconds = sum(e.self_device_time_total for e in self._profiler.key_averages())
        return {"device_busy": round(microseconds / 1e6 / seconds, 3)}


def _peak_mb() -> int | None:
    """The most memory that this process has held."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def once_more(family: str, target: float) -> dict[str, float]:
    """A run of ours in a process of its own: its memory is its own too."""
    command = [sys.executable, str(MEASURED), "--once", family, str(target)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    told: dict[str, float] = json.loads(done.stdout)
    return told


def median(runs: list[dict[str, float]]) -> dict[str, object]:
    """The run in the middle, and the seconds of all in the order in which they ran."""
    by_seconds = sorted(runs, key=lambda run: run["seconds"])
    return {**by_seconds[len(runs) // 2], "all_seconds": [run["seconds"] for run in runs]}


def peer(python: str, script: Path, family: str, epochs: int) -> list[tuple[int, float, float]]:
    """A run of the peer: its epochs, the seconds until then, its test BCE."""
    train, test = data.load("mnist", "train"), data.load("mnist", "test")
    with tempfile.TemporaryDirectory() as folder:
        npz = Path(folder) / "mnist.npz"
        labels = {"ytr": train.labels, "yte": test.labels}
        np.savez(npz, xtr=train.pixels[:, 0], xte=test.pixels[:, 0], **labels)
        command = [python, str(script), family, str(epochs), str(npz)]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    lines = re.findall(r"epoch (\d+) train_s ([\d.]+) test_bce ([\d.]+)", printed)
    return [(int(epoch), float(seconds), float(bce)) for epoch, seconds, bce in lines]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer", nargs=2, metavar=("PYTHON", "SCRIPT"))
    parser.add_argument("--only", choices=list(TARGETS))
    parser.add_argument("--once", nargs=2, metavar=("FAMILY", "TARGET"), help="one run of ours")
    chosen = parser.parse_args()
    if chosen.once:
        print(json.dumps(ours(chosen.once[0], float(chosen.once[1]))))
        return
    found: dict[str, object] = {}
    for family in [chosen.only] if chosen.only else TARGETS:
        peer_epochs, ways = TARGETS[family]
        # in turn: a machine is faster at one time than at another. Ours first: it is soon done,
        # and so is a target that it misses
        mine = {target: [once_more(family, target) for _ in range(3)] for target in ways}
        lines = []
        for epochs in peer_epochs if chosen.peer else ():
            lines += peer(chosen.peer[0], Path(chosen.peer[1]).resolve(), family, epochs)
            for target, runs in mine.items():
                runs += [once_more(family, target) for _ in range(3)]
        lines.sort()
        for target, runs in mine.items():
            ours_then = median(runs)
            row: dict[str, object] = {"ours": ours_then, "lines": lines}
            # the printed figures have four digits
            reached = [line for line in lines if line[2] <= target]
            if reached:
                epochs, seconds, bce = reached[0]
                row["peer"] = {"epochs": epochs, "seconds": seconds, "test_bce": bce}
                row["ratio"] = round(seconds / ours_then["seconds"], 1)
            elif lines:
                row["peer"] = f"ended at {lines[-1]}, above the target"
            found[f"{family} to {target}"] = row
    print(json.dumps({**found, **describe_machine()}))


if __name__ == "__main__":
    main()
