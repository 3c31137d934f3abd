"""What of Denoise a visitor's browser computes by itself, so that pictures follow the hand."""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from aecore import checkpoint
from aecore.checkpoint import Card
from aecore.messages import Problem
from browser import pack, served
from ui import cache, machine

# shipped for this: what the large denoiser does, roughly, and small enough for eight images a frame
LIGHT = checkpoint.SHIPPED / "denoise" / "light.safetensors"
MOST_WORK = 4_000_000  # multiply-adds of an image, encoder and decoder together
DAMAGES = ("gaussian", "salt_pepper", "block", "lowres", "jigsaw")  # of browser/denoise/damage.js


@dataclass(frozen=True)
class Runs:
    """The model that the browser runs: its name, and where encoder and decoder are fetched."""

    name: str
    weights: list[str]


def runs(path: Path, card: Card) -> Runs | None:
    """What the browser runs of a checkpoint: the model itself where it is small enough, else a
    light one that has learned the same; None where there is none."""
    found = _halves(card.name, checkpoint.digest(path), path)
    if found is not None:
        return Runs(card.name, _served(found))
    light = cache.card(LIGHT)
    learned = ("dataset", "image_shape", "corruption", "strength")
    if any(getattr(card, fact) != getattr(light, fact) for fact in learned):
        return None
    found = _halves(light.name, checkpoint.digest(LIGHT), LIGHT)
    return None if found is None else Runs(light.name, _served(found))


def _served(halves: tuple[bytes, bytes]) -> list[str]:
    return [
        served(half, f"denoise {side}")
        for side, half in zip(("encoder", "decoder"), halves, strict=True)
    ]


@st.cache_resource(max_entries=8, show_spinner=False)
def _halves(name: str, digest: str, _path: Path) -> tuple[bytes, bytes] | None:
    """Encoder and decoder for a browser; None where it cannot run them for eight images a frame."""
    from aecore import network_layers

    machine.compute_with_one_thread()
    model, _card = cache.model(_path)
    try:
        halves = network_layers.of_encoder(model), network_layers.of_decoder(model)
    except Problem:
        return None
    if sum(half.work for half in halves) > MOST_WORK:
        return None
    encoder, decoder = (pack(half.facts(), **half.arrays) for half in halves)
    return encoder, decoder
