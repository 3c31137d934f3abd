"""Learning by heart: errors on learned and on new digits, for each size and each remedy.

    python benchmarks/by_heart.py [--keep]

Trains them all, of aecore/by_heart.py, and prints one JSON object: for each remedy and size the
MSE on images learned from, on test images, and the gap between them. --keep writes what the app
shows, checkpoints/inside/by_heart.safetensors, and what chapters of the course name,
checkpoints/by-heart.json.
"""

import argparse
import json
import sys
import time

from machine import describe_machine

from aecore import checkpoint
from aecore.by_heart import BY_HEART, REMEDIES, SIZES, ByHeart, make

FIGURES = checkpoint.SHIPPED / "by-heart.json"


def told(found: ByHeart) -> dict[str, dict[str, dict[str, float]]]:
    """The figures by remedy and size."""
    return {
        remedy: {
            str(size): {
                "learned": round(float(found.kept[s, r, 0]), 5),
                "test": round(float(found.kept[s, r, 1]), 5),
                "gap": round(float(found.gap()[s, r]), 5),
            }
            for s, size in enumerate(SIZES)
        }
        for r, remedy in enumerate(REMEDIES)
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", action="store_true")
    chosen = parser.parse_args()
    started = time.monotonic()
    found = make(lambda images, remedy: print(images, remedy, file=sys.stderr, flush=True))
    seconds = time.monotonic() - started
    if chosen.keep:
        found.save(BY_HEART)
        figures = json.dumps(told(found), indent=1) + "\n"
        FIGURES.write_text(figures, encoding="utf-8")
    print(json.dumps({"mse": told(found), "seconds": round(seconds), **describe_machine()}))


if __name__ == "__main__":
    main()
