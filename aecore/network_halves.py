"""Encoder and decoder of a checkpoint as a browser fetches them, packed once for all who ask."""

import math
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from aecore import checkpoint
from aecore.messages import Problem
from aecore.packing import pack

_ALONE = Lock()  # who asks for the same meanwhile waits for it


class Halves(NamedTuple):
    """Both halves, packed as ``browser/shared/network.js`` takes them."""

    encoder: bytes
    decoder: bytes


def packed(path: Path, most_work: float = math.inf) -> Halves | None:
    """Both halves of the checkpoint at ``path``; None where a browser cannot run them, or where an
    image takes more than ``most_work`` multiply-adds through both.

    Raises Problem for a damaged file.
    """
    with _ALONE:
        found = _packed(checkpoint.digest(path), path)
    return found[0] if found is not None and found[1] <= most_work else None


@lru_cache(maxsize=8)
def _packed(digest: str, path: Path) -> tuple[Halves, int] | None:
    """Both halves and their work; ``digest`` tells a changed file."""
    from aecore import network_layers  # brings PyTorch

    # loaded for this, not shared: with its batch norms folded it would no longer fit into 16 bits
    model, _card = checkpoint.load(path)
    try:
        halves = network_layers.of_encoder(model), network_layers.of_decoder(model)
    except Problem:
        return None
    encoder, decoder = (pack(half.facts(), **half.arrays) for half in halves)
    return Halves(encoder, decoder), sum(half.work for half in halves)
