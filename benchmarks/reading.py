"""What a reading program sees in damaged and in restored digits, and which it takes for which.

    python benchmarks/reading.py [--images 10000] [--keep]

The shipped classifier reads test digits as they are, damaged, and restored by a shipped model: in
noise of 0.5 and of 1, in four quarters that have changed places, and through a code of two numbers.
Prints one JSON object: the share that it reads right, and how many digits of one
class are read as another once restored. --keep writes checkpoints/reading.json, which chapters of
the course name.
"""

import argparse
import json

import numpy as np
from machine import ROOT, describe_machine

from aecore import checkpoint, classifier, restoration
from aecore.data import load

DAMAGES = {  # a name for chapters: model, damage, strength
    "noise-half": ("denoise-256", "gaussian", 0.5),
    "noise-full": ("denoise-256", "gaussian", 1.0),
    "puzzle": ("jigsaw-64", "jigsaw", 1.0),
    "two-numbers": ("vae-2", "none", 0.0),
}
PART = 1000  # images at a time


def bytes_of(images: np.ndarray) -> np.ndarray:
    """Float images in about 0…1 as uint8, as a screen shows them."""
    shown: np.ndarray = (images.clip(0, 1) * 255).round().astype(np.uint8)
    return shown


def read(name: str, kind: str, strength: float, pixels: np.ndarray) -> dict[str, np.ndarray]:
    """The classes that are read in images, damaged and restored by the model ``name``."""
    reader = classifier.shipped()
    model, _card = checkpoint.load(checkpoint.shipped()[name])
    restore = restoration.by_model(model)
    found: dict[str, list[np.ndarray]] = {"damaged": [], "restored": []}
    for start in range(0, len(pixels), PART):
        damaged = restoration.damage(pixels[start : start + PART], kind, strength, seed=start)
        found["damaged"].append(reader.predict(bytes_of(damaged)))
        found["restored"].append(reader.predict(bytes_of(restore(damaged))))
    return {which: np.concatenate(parts) for which, parts in found.items()}


def told(seen: dict[str, np.ndarray], labels: np.ndarray) -> dict[str, object]:
    """The shares 0…1 that are read right, and ``as``: counts by true and read class."""
    pairs = [(a, b) for a in range(10) for b in range(10) if a != b]
    restored = seen["restored"]
    return {
        **{which: round(float((read == labels).mean()), 4) for which, read in seen.items()},
        "as": {f"{a}-{b}": int(((labels == a) & (restored == b)).sum()) for a, b in pairs},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--keep", action="store_true")
    chosen = parser.parse_args()
    digits = load("mnist", "test").take(slice(chosen.images))
    assert digits.labels is not None
    found = {
        name: told(read(*damage, digits.pixels), digits.labels) for name, damage in DAMAGES.items()
    }
    if chosen.keep:
        text = json.dumps(found, indent=1) + "\n"
        (ROOT / "checkpoints" / "reading.json").write_text(text, encoding="utf-8")
    print(json.dumps({**found, "images": len(digits), **describe_machine()}))


if __name__ == "__main__":
    main()
