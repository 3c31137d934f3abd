"""Digits in photographs of paper: how many are found, and what models make of them.

    python benchmarks/handwriting.py [--photographs 60] [--pages 12]

Photographs of one test digit each and pages of 20 to 30, with uneven light, grain, blur and, two
in three, lined or squared paper (paper.py). Reconstructions of what was found are compared with
those of all test digits. Prints one JSON object.
"""

import argparse
import json
import time

import numpy as np
from machine import describe_machine
from paper import Written, page, photograph

from aecore import checkpoint, data, metrics
from aecore.evaluation import reconstruct
from aecore.messages import Problem
from aecore.photograph import Digit, digits_in

MODELS = ("conv-32", "deep-32")
RULINGS = ("", "lined", "squared")


def found_in(written: Written) -> tuple[list[Digit], float]:
    """What is found, and the seconds that it took."""
    started = time.perf_counter()
    try:
        found = digits_in(written.image)
    except Problem:
        found = []
    return found, time.perf_counter() - started


def errors(name: str, pixels: np.ndarray) -> np.ndarray:
    """MSE (N,) of a shipped model's reconstructions of uint8 images (N, 1, 28, 28)."""
    model, _card = checkpoint.load(checkpoint.shipped()[name])
    return metrics.mse(reconstruct(model, pixels), pixels.astype(np.float32) / 255)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photographs", type=int, default=60)
    parser.add_argument("--pages", type=int, default=12)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    rng = np.random.default_rng(chosen.seed)
    test = data.load("mnist", "test").pixels
    order = rng.permutation(len(test))
    singles = order[: chosen.photographs]
    alone, seconds = [], []
    for n, place in enumerate(singles):
        found, took = found_in(photograph(test[place, 0], rng, RULINGS[n % 3]))
        seconds.append(took)
        if len(found) == 1:
            alone.append(found[0].pixels)
    whole, digits, page_seconds = 0, 0, []
    for n in range(chosen.pages):
        places = rng.choice(order, rng.integers(20, 31), replace=False)
        found, took = found_in(page(test[places, 0], rng, RULINGS[n % 3]))
        page_seconds.append(took)
        whole += len(found) == len(places)
        digits += len(places)
    pixels = np.array(alone)[:, None]
    figures = {}
    for name in MODELS:
        mse, usual = float(errors(name, pixels).mean()), float(errors(name, test).mean())
        figures[name] = {"mse": mse, "mse_of_test_digits": usual, "ratio": mse / usual}
    told = {
        "photographs": len(singles),
        "with_one_digit_found": len(alone),
        "pages": chosen.pages,
        "digits_on_pages": digits,
        "pages_with_every_digit_found": whole,
        "reconstruction": figures,
        "seconds_a_photograph": float(np.median(seconds)),
        "seconds_a_page": float(np.median(page_seconds)),
    }
    print(json.dumps({**told, **describe_machine()}))


if __name__ == "__main__":
    main()
