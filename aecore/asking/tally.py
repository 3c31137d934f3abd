"""Answers of a class, counted for a picture of them: who said what isn't in it."""

from collections.abc import Collection, Sequence
from typing import Any

BINS = 20  # of the histogram of numbers
MOST_POINTS = 300  # of a cloud
MOST_DRAWINGS = 60

Tally = list[Any]
"""``choose``: how many chose each option. ``order``: for each option how many put it first,
second … ``number``: how many in each of BINS bins of the same width. ``point``: the points
themselves. ``drawing``: the drawings' texts."""


def tally(facts: dict[str, Any], answers: Collection[Any]) -> Tally:
    """Checked answers to a question, counted; ``facts`` are what a browser is told of it."""
    match facts["form"]:
        case "choose":
            chosen = [0] * len(facts["options"])
            for answer in answers:
                for option in answer:
                    chosen[option] += 1
            return chosen
        case "order":
            n = len(facts["options"])
            places = [[0] * n for _ in range(n)]
            for answer in answers:
                for place, option in enumerate(answer):
                    places[option][place] += 1
            return places
        case "number":
            return _histogram(facts["from"], facts["to"], list(answers))
        case "point":
            return list(answers)[:MOST_POINTS]
        case _:
            return list(answers)[:MOST_DRAWINGS]


def _histogram(low: float, high: float, numbers: Sequence[float]) -> list[int]:
    bins = [0] * BINS
    for number in numbers:
        share = (number - low) / (high - low)
        bins[min(BINS - 1, max(0, int(share * BINS)))] += 1  # the last one has its upper end too
    return bins
