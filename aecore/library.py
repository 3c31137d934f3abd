"""The checkpoints on this machine by name: shipped ones, those of runs, those loaded from files."""

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from aecore import checkpoint, intake, quota
from aecore.checkpoint import Card
from aecore.data import DATASETS
from aecore.intake import taking_in
from aecore.messages import N_, Problem
from aecore.registry import Registry
from aecore.storage import loaded_dir
from aecore.training.run import runs

if TYPE_CHECKING:
    from aecore.models import Autoencoder

MAX_UPLOAD = 100_000_000  # bytes


def checkpoints() -> Registry[Path]:
    """Every checkpoint by name: shipped first, then the newest runs, then loaded files.

    A run is there from its first epoch on. Asking for an unknown name raises Problem.
    """
    found: Registry[Path] = Registry(
        unknown=N_("There is no checkpoint “{name}”. There are: {known}.")
    )
    own = {run.name: run.checkpoint for run in runs() if run.checkpoint.is_file()}
    loaded = {path.stem: path for path in sorted(loaded_dir().glob("*.safetensors"))}
    for name, path in (*checkpoint.shipped().items(), *own.items(), *loaded.items()):
        if name not in found:
            found.add(name, path)
    return found


def add(file_name: str, content: bytes) -> str:
    """Keep a checkpoint that somebody hands over; return its name. Raises Problem.

    Also in a zip archive that holds nothing else. The file is checked to the last weight before it
    counts; nothing else is left behind.
    """
    too_large = Problem(
        N_("“{name}” is larger than 100 MB; choose a smaller file."), name=file_name
    )
    if len(content) > MAX_UPLOAD:
        raise too_large
    name = _free_name(file_name)
    with taking_in(loaded_dir() / f"{name}.safetensors", content, file_name) as waiting:
        if checkpoint.size(waiting) > MAX_UPLOAD:  # a zip archive, before memory is taken
            raise too_large
        _, card = checkpoint.load(waiting)
        # a stranger's name could pass for another model's, and a stranger's folder:PATH would have
        # us read folders of this machine
        known = card.dataset if card.dataset in DATASETS else ""
        classes = card.classes if known else ()
        checkpoint.relabel(waiting, name=name, dataset=known, classes=classes)
    return name


def keep(file_name: str, model: "Autoencoder", card: Card) -> str:
    """Keep a model that was made of a file of that name; return its name here. Raises Problem."""
    name = _free_name(file_name)
    held = sum(each.numel() * each.element_size() for each in model.state_dict().values())
    quota.check_intake(held)
    with taking_in(loaded_dir() / f"{name}.safetensors", b"", file_name) as waiting:
        checkpoint.save(waiting, model, replace(card, name=name))
    return name


def _free_name(file_name: str) -> str:
    """A name for what came in that file, which no other model has."""
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", Path(file_name).stem).strip("-._")[:60] or "loaded"
    taken = checkpoints()
    names = (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3)))
    return next(free for free in names if free not in taken)


def remove(name: str) -> None:
    """Delete a loaded checkpoint. Raises Problem for any other, and for somebody else's."""
    path = loaded_dir() / f"{name}.safetensors"
    if path not in loaded_dir().glob("*.safetensors"):
        raise Problem(N_("“{name}” was not loaded from a file here; it stays."), name=name)
    intake.remove(path)
