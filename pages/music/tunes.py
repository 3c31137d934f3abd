"""The melodies that are shown, by their codes, and the model that decodes them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from aecore import checkpoint
from aecore.checkpoint import Card
from aecore.melodies.melody import most_likely
from aecore.melodies.properties import directions
from aecore.melodies.shown import TUNES, Shown
from aecore.network_halves import packed
from aecore.packing import pack
from browser import served
from ui import cache, machine

MODEL = checkpoint.SHIPPED / "music" / "variational-64.safetensors"


@dataclass(frozen=True, eq=False)
class Space:
    """A model, and the codes of the melodies that are shown."""

    card: Card
    shown: Shown
    decoder: str
    """Where the browser fetches the decoder."""
    encoder: str
    codes: str
    """Where it fetches the codes, their places on the plane, the plane's directions, and those of
    properties."""


def space() -> Space:
    """What there is. Raises Problem for a damaged file."""
    halves = packed(MODEL)
    assert halves is not None  # a test has it run in a browser
    return Space(
        cache.card(MODEL),
        _shown(checkpoint.digest(TUNES)),
        served(halves.decoder, "music decoder"),
        served(halves.encoder, "music encoder"),
        served(_codes(checkpoint.digest(MODEL), checkpoint.digest(TUNES), MODEL), "music codes"),
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _shown(digest: str) -> Shown:
    return Shown.load()


@st.cache_resource(max_entries=2, show_spinner=False)
def _codes(model: str, tunes: str, _path: Path) -> bytes:
    from aecore.evaluation import draw

    machine.compute_with_one_thread()
    found = _shown(tunes)
    arrays = {name: getattr(found, name).astype(np.float32) for name in ("codes", "axes", "middle")}
    melodies = most_likely(draw(cache.model(_path)[0], arrays["codes"]))
    arrays["directions"] = directions(arrays["codes"], melodies)
    arrays["places"] = found.places().astype(np.float32)
    return pack(None, **arrays)
