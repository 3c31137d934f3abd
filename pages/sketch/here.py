"""What of Sketch a visitor's browser computes by itself, so that all follows the pen."""

from pathlib import Path

import streamlit as st

from aecore import checkpoint
from aecore.messages import Problem
from browser import pack, served
from ui import machine

MOST_WORK = 5_000_000  # multiply-adds of an image, encoder and decoder together: 5 ms


def weights(path: Path) -> list[str]:
    """Where a browser fetches encoder and decoder of a checkpoint; none if they are too large.

    Call it in every full run, as ``served`` wants it. Raises Problem for a damaged file.
    """
    halves = _halves(checkpoint.digest(path), path)
    names = (f"{side} {path.stem}" for side in ("encoder", "decoder"))
    return [] if halves is None else [served(*each) for each in zip(halves, names, strict=True)]


@st.cache_resource(max_entries=8, show_spinner=False)
def _halves(digest: str, _path: Path) -> tuple[bytes, bytes] | None:
    from aecore import network_layers

    machine.compute_with_one_thread()
    # not that of the cache: folded batch norms would no longer fit into 16 bits
    model, _card = checkpoint.load(_path)
    try:
        halves = network_layers.of_encoder(model), network_layers.of_decoder(model)
    except Problem:
        return None
    if sum(half.work for half in halves) > MOST_WORK:
        return None
    encoder, decoder = (pack(half.facts(), **half.arrays) for half in halves)
    return encoder, decoder
