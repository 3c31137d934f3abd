"""What of Sketch a visitor's browser computes by itself, so that all follows the pen."""

from collections.abc import Sequence
from pathlib import Path

from aecore import network_halves
from aecore.messages import N_, Problem
from browser import served, without_server
from ui import machine

MOST_WORK = 5_000_000  # multiply-adds of an image, encoder and decoder together: 5 ms
ENCODER = ("encoder",)
BOTH = (*ENCODER, "decoder")


def weights(path: Path, sides: Sequence[str] = BOTH) -> list[str]:
    """Where a browser fetches these halves of a checkpoint; none if they are too large.

    Call it in every full run, as ``served`` wants it. Raises Problem for a damaged file, and for a
    page without a server, which would wait for it forever, where they are too large.
    """
    halves = _halves(path)
    if halves is None and without_server():
        raise Problem(
            N_("“{name}” is too large for a browser: a page that shows it needs a server."),
            name=path.stem,
        )
    if halves is None:
        return []
    return [served(getattr(halves, side), f"{side} {path.stem}") for side in sides]


def small_enough(path: Path) -> bool:
    """Whether a browser can run the checkpoint. Raises Problem for a damaged file."""
    return _halves(path) is not None


def _halves(path: Path) -> network_halves.Halves | None:
    machine.compute_with_one_thread()
    return network_halves.packed(path, MOST_WORK)
