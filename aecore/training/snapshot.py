"""Snapshots: all that a training needs to go on after an epoch, weights and optimisers.

A run keeps the last one and the one before. Each is written beside and renamed, so that a killed
process leaves whole files; the one before is for disks that damage a file later, which its
checksum tells.
"""

import zlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from aecore import checkpoint
from aecore.messages import N_, Problem

if TYPE_CHECKING:
    from torch import Tensor

    from aecore.models import Autoencoder

MAX_BYTES = 1_300_000_000  # weights, best weights and moments of the largest model there may be
LAST = "snapshot.safetensors"
BEFORE = "snapshot-before.safetensors"


class Snapshot(NamedTuple):
    """The end of an epoch: its number from 1, the precision that was trained with, what
    ``Epoch.tensors()`` collected, and the ``version`` of the data set."""

    epoch: int
    precision: str
    tensors: "dict[str, Tensor]"
    images: str = ""


def save(folder: Path, snapshot: Snapshot) -> None:
    """Keep it as the last one. Raises OSError."""
    last = folder / LAST
    if last.exists():
        last.replace(folder / BEFORE)
    tensors = {name: t.detach().cpu().contiguous() for name, t in snapshot.tensors.items()}
    header = {"epoch": snapshot.epoch, "precision": snapshot.precision, "images": snapshot.images}
    checkpoint.write(last, tensors, {**header, "crc32": _crc32(tensors)})


def images(folder: Path) -> str:
    """The data set's version when the last one was saved; "" where it isn't known."""
    try:
        return str(checkpoint.read_header(folder / LAST, MAX_BYTES).ours.get("images", ""))
    except Problem:
        return ""


def load(folder: Path, model: "Autoencoder") -> Snapshot | None:
    """The last one that is whole and fits ``model``; None where none was saved.

    A last one that is neither is removed, if the one before can be used: it must not take its place
    when the next is saved. Raises Problem when none of them can be used, and OSError.
    """
    from safetensors import SafetensorError

    found = [folder / name for name in (LAST, BEFORE) if (folder / name).is_file()]
    for path in found:
        try:
            snapshot = _read(path)
        except (Problem, OSError, SafetensorError, *checkpoint.BAD_VALUES):
            continue
        if _fits(snapshot, model):
            for bad in found[: found.index(path)]:
                bad.unlink(missing_ok=True)
            return snapshot
    if found:
        raise Problem(
            N_(
                "The snapshots of “{name}” are damaged or of another version, so it cannot be "
                "resumed. Start a new run with the same settings; the same seed leads to the "
                "same result."
            ),
            name=folder.name,
        )
    return None


def _read(path: Path) -> Snapshot:
    from safetensors.torch import load as load_bytes

    header = checkpoint.read_header(path, MAX_BYTES).ours
    tensors = load_bytes(path.read_bytes())
    if "crc32" in header and header["crc32"] != _crc32(tensors):  # older versions had none
        raise ValueError("the checksum is another one")
    told = int(header["epoch"]), str(header["precision"]), tensors, str(header.get("images", ""))
    return Snapshot(*told)


def _fits(snapshot: Snapshot, model: "Autoencoder") -> bool:
    shapes: dict[str, dict[str, tuple[int, ...]]] = {"model": {}, "best": {}}
    shapes |= {player: {} for player in model.players()}
    for key, tensor in snapshot.tensors.items():
        kind, _, name = key.partition(".")
        if kind not in shapes:
            return False
        shapes[kind][name] = tuple(tensor.shape)
    weights = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    moments = all(
        shape == tuple(player.parameters[int(index)].shape)
        for name, player in model.players().items()
        for (index, _, kind), shape in ((key.partition("."), s) for key, s in shapes[name].items())
        if kind != "step"
    )
    return shapes["model"] == weights and moments


def _crc32(tensors: "dict[str, Tensor]") -> int:
    """Of names and contents; the order doesn't matter."""
    import torch

    found = 0
    for name in sorted(tensors):
        found = zlib.crc32(name.encode(), found)
        found = zlib.crc32(tensors[name].reshape(-1).view(torch.uint8).numpy().data, found)
    return found
