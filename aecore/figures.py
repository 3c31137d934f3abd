"""Figures that were measured before: of shipped models, of the shipped map, of benchmarks."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from aecore import checkpoint
from aecore.map_file import MAP


@cache
def kept(name: str) -> Mapping[str, Any]:
    """The figures of a shipped checkpoint, of the shipped map, or those that a benchmark has kept
    as ``checkpoints/NAME.json``, names within names joined by dots; of several draws the mean.

    Raises KeyError for an unknown name; ValueError and Problem for a damaged file.
    """
    if name == MAP.stem:
        facts: Mapping[str, Any] = checkpoint.read_header(MAP).ours["facts"]
        return facts
    benchmarks = checkpoint.SHIPPED / f"{name}.json"
    if benchmarks.is_file():
        return dict(_joined(json.loads(benchmarks.read_text(encoding="utf-8"))))
    return checkpoint.describe(checkpoint.shipped()[name]).metrics


def _joined(figures: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in figures.items():
        if isinstance(value, dict):
            yield from _joined(value, f"{before}{name}.")
        elif _are_draws(value):
            yield f"{before}{name}", sum(value) / len(value)
        else:
            yield f"{before}{name}", value


def _are_draws(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(type(one) is float for one in value)
