"""What of Denoise a visitor's browser computes by itself, so that pictures follow the hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from aecore import checkpoint, network_halves
from aecore.checkpoint import Card
from aecore.messages import N_, Problem
from browser import served, without_server
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
    found = _small_enough(path, card)
    return None if found is None else Runs(found[1].name, _served(_halves(found[0]) or ()))


def shown(path: Path, card: Card) -> tuple[Path, Card]:
    """The model that is shown where a checkpoint is asked for: itself, but on a page without a
    server what the browser runs of it. Raises Problem where there is none."""
    if not without_server():
        return path, card
    found = _small_enough(path, card)
    if found is None:
        raise Problem(
            N_("“{name}” is too large for a browser: a page that shows it needs a server."),
            name=card.name,
        )
    return found


def _small_enough(path: Path, card: Card) -> tuple[Path, Card] | None:
    if _halves(path) is not None:
        return path, card
    light = cache.card(LIGHT)
    learned = ("dataset", "image_shape", "corruption", "strength")
    same = all(getattr(card, fact) == getattr(light, fact) for fact in learned)
    return (LIGHT, light) if same and _halves(LIGHT) is not None else None


def _served(halves: Sequence[bytes]) -> list[str]:
    return [
        served(half, f"denoise {side}")
        for side, half in zip(("encoder", "decoder"), halves, strict=True)
    ]


def _halves(path: Path) -> Sequence[bytes] | None:
    """Encoder and decoder for a browser; None where it cannot run them for eight images a frame."""
    machine.compute_with_one_thread()
    return network_halves.packed(path, MOST_WORK)
