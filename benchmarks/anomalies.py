"""Who finds the strange digits: autoencoders that know one digit each, and their rivals.

    python benchmarks/anomalies.py [--keep] [DIGIT …]

One digit is normal, the other nine are strange; every score is fitted to the training images of
the normal digit alone and judged on all 10,000 test images. Prints, as one JSON object, the area
under the ROC of every score for every digit, with the interval of a bootstrap, and the means over
the digits. Blur, ink and the weight of the code in aecore/anomalies.py were chosen by looking at
the digits 2 and 8, on these images; nothing else was. With --keep it writes
checkpoints/anomalies.json, which the screen shows; of digits that aren't named there, what was
kept before stays. Takes about three minutes.
"""

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
from machine import describe_machine

from aecore import anomalies, checkpoint, data, detection
from aecore.anomalies import FIGURES, ONE_CLASS, SCORES, Normal
from aecore.files import replacing


def judged(digit: int) -> dict[str, dict[str, float]]:
    """The area of every score with its interval, and the seconds that it took."""
    train, test = data.load("mnist", "train"), data.load("mnist", "test")
    assert test.labels is not None
    model, _card = checkpoint.load(ONE_CLASS / f"{digit}.safetensors")
    normal = Normal(train.of_classes((digit,)).pixels, model)
    own = test.labels == digit
    found = {}
    for name, score in SCORES.items():
        began = time.perf_counter()
        scores = score.fit(normal)(test.pixels)
        seconds = time.perf_counter() - began
        areas = detection.areas(scores[own], scores[~own])
        low, high = areas.auroc_interval
        found[name] = {"auroc": areas.auroc, "low": low, "high": high, "seconds": seconds}
        print(f"{digit} {name} {areas.auroc:.4f} {seconds:.1f} s", file=sys.stderr)
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("digits", type=int, nargs="*", default=range(10))
    parser.add_argument("--keep", action="store_true")
    chosen = parser.parse_args()
    measured = {str(digit): judged(digit) for digit in chosen.digits}
    kept = anomalies.figures() if chosen.keep else None
    digits = dict(sorted(({**kept["digits"], **measured} if kept else measured).items()))
    means = {
        name: float(np.mean([found[name]["auroc"] for found in digits.values()])) for name in SCORES
    }
    found = {"mean": means, "digits": digits}
    if chosen.keep:
        rounded = json.loads(json.dumps(found), parse_float=lambda text: round(float(text), 4))
        with replacing(FIGURES) as beside:
            beside.write_text(json.dumps(rounded, indent=1) + "\n", encoding="utf-8")
    print(json.dumps({**found, **describe_machine()}))


if __name__ == "__main__":
    main()
