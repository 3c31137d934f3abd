"""Signals that somebody handed over, each kept as a file under its name."""

import re
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

import numpy as np

from aecore import checkpoint, intake, ownership, quota
from aecore.job import writing_to
from aecore.map_file import read_tensors
from aecore.messages import N_, Problem
from aecore.signals import csv_file
from aecore.signals.csv_file import Report
from aecore.signals.signal import Signal
from aecore.signals.windows import NUMBERS
from aecore.storage import signals_dir

SUFFIX = ".safetensors"
MAX_UPLOAD = 400  # megabytes: ten million rows of some forty letters
VALUE = 4  # bytes of each that is kept
MAX_NAME = 60  # letters


def kept() -> dict[str, Path]:
    """The files of the signals that are kept, by what they are called."""
    return {path.stem: path.resolve() for path in sorted(signals_dir().glob(f"*{SUFFIX}"))}


def add(stream: BinaryIO, file_name: str, size: int, report: Report = lambda share: None) -> str:
    """Read a table of ``size`` bytes and keep its signal; returns what it is called.

    One that is kept already is not kept twice. Raises Problem, and whatever ``report`` raises,
    which is called with the share read.
    """
    quota.check_intake(min(size, csv_file.MOST_ROWS * VALUE))
    signal = csv_file.read(stream, file_name, size, report)
    _check(signal, file_name)
    stem = re.sub(r"[^\w.-]+", "-", Path(file_name).stem).strip("-._")[:MAX_NAME] or "signal"
    name, number = stem, 1
    while name in kept():
        if _is_same(load(kept()[name]), signal):
            return name
        number += 1
        name = f"{stem}-{number}"
    path = signals_dir() / f"{name}{SUFFIX}"
    with writing_to(signals_dir()):
        signals_dir().mkdir(parents=True, exist_ok=True)
        ownership.claim(path)
        save(path, signal)
    return name


def _check(signal: Signal, file_name: str) -> None:
    """Raise Problem for a signal in which nothing can be found."""
    if len(signal) < NUMBERS:
        raise Problem(
            N_("{file} has {n} rows, and the shortest window {needed}; hand over a longer signal."),
            file=file_name,
            n=len(signal),
            needed=NUMBERS,
        )
    if signal.values.min() == signal.values.max():
        raise Problem(
            N_("The value in {file} is the same all the time; there is nothing to find in it."),
            file=file_name,
        )


def _is_same(one: Signal, other: Signal) -> bool:
    return (one.rate, one.begins) == (other.rate, other.begins) and np.array_equal(
        one.values, other.values
    )


def remove(name: str) -> None:
    """Delete the signal that is kept under that name, if it is there. Raises Problem."""
    if name in (found := kept()):
        intake.remove(found[name])


def save(path: Path, signal: Signal) -> None:
    """Write a signal without its marks as safetensors, whole or not at all. Raises OSError."""
    import torch

    facts = {"rate": signal.rate, "begins": signal.begins, "unit": signal.unit}
    tensors = {"values": torch.from_numpy(signal.values)}
    checkpoint.write(path, tensors, {"format": 1, "kind": "signal", "facts": facts})


def load(path: Path) -> Signal:
    """The signal in a file: one of ``save``, or a table of text. Raises Problem."""
    try:
        stat = path.stat()
    except OSError as error:
        raise Problem(N_("There is no signal {path}."), path=path) from error
    return _load(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=2)
def _load(path: Path, changed: int, size: int) -> Signal:
    if path.suffix != SUFFIX:
        with path.open("rb") as stream:
            return csv_file.read(stream, path.name, size)
    values = read_tensors(path, "signal", {"values": 1})["values"]
    facts = checkpoint.read_header(path).ours.get("facts")
    try:
        assert isinstance(facts, dict)
        rate, begins, unit = float(facts["rate"]), float(facts["begins"]), str(facts["unit"])
        assert rate > 0 and len(values) <= csv_file.MOST_ROWS
    except (AssertionError, KeyError, TypeError, ValueError) as error:
        raise Problem(N_("“{name}” is damaged."), name=path.name) from error
    return Signal(values, rate, begins=begins, unit=unit)
