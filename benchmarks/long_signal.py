"""A signal of ten million rows: what reading and judging it takes.

``python benchmarks/long_signal.py [--rows 10000000]`` writes a table of a wave with a pause, reads
it in pieces, cuts it into windows and lets PCA judge them. It prints a JSON object: megabytes of
the table, seconds of each step, the peak of the process's memory in megabytes above what its
imports take, and whether the pause is what PCA finds strangest.
"""

import argparse
import importlib
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from aecore.data.own_signal import OwnSignal
from aecore.signals import judging, kept
from aecore.signals.case import Case

RATE = 100  # rows a second
AT_ONCE = 100_000


def write(path: Path, rows: int) -> None:
    """A sine of one turn a second, with noise and a pause of four seconds near the end."""
    rng = np.random.default_rng(0)
    with path.open("w", encoding="ascii") as file:
        file.write("time,value\n")
        for start in range(0, rows, AT_ONCE):
            times = np.arange(start, min(start + AT_ONCE, rows)) / RATE
            values = np.sin(2 * np.pi * times) + rng.normal(0, 0.05, len(times))
            pause = rows / RATE * 0.9
            values[(times > pause) & (times < pause + 4)] = 0
            file.writelines(f"{t:.2f},{v:.4f}\n" for t, v in zip(times, values, strict=True))


def peak() -> float:
    """Megabytes that the process has taken at most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="A signal of many rows")
    parser.add_argument("--rows", type=int, default=10_000_000)
    chosen = parser.parse_args()
    for library in ("sklearn.decomposition", "torch"):  # so that their memory doesn't count
        importlib.import_module(library)

    found: dict[str, float | bool] = {"rows": chosen.rows}
    with tempfile.TemporaryDirectory() as folder:
        os.environ["AECORE_RUNS_DIR"] = folder
        path = Path(folder) / "long.csv"
        write(path, chosen.rows)
        found["table_mb"] = path.stat().st_size / 1e6
        before = peak()
        started = time.monotonic()
        with path.open("rb") as stream:
            name = kept.add(stream, path.name, path.stat().st_size)
        found["read_seconds"] = time.monotonic() - started
        found["read_peak_mb"] = peak() - before
        started = time.monotonic()
        case = Case.named(OwnSignal(kept.kept()[name], every=2).name)
        judged = judging.judged(judging.by_pca(case.normal, 16), case.windows, case.pixels)
        found["judge_seconds"] = time.monotonic() - started
        found["windows"] = case.windows.count
        found["judge_peak_mb"] = peak() - before
        at = case.windows.starts(case.signal.rate)[judged.strangeness.argmax()]
        found["pause_is_strangest"] = bool(abs(at - case.signal.seconds * 0.9) < 8)
    print(json.dumps({key: round(value, 2) for key, value in found.items()}))


if __name__ == "__main__":
    main()
