"""The melodies that are shown, by their codes, and the model that decodes them."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from aecore import checkpoint
from aecore.checkpoint import Card
from aecore.melodies.shown import TUNES, Shown
from aecore.network_halves import packed
from aecore.packing import pack
from browser import served
from ui import cache

MODEL = checkpoint.SHIPPED / "music" / "variational-64.safetensors"
MENDER = checkpoint.SHIPPED / "music" / "denoising-64.safetensors"


@dataclass(frozen=True, eq=False)
class Space:
    """A model, the codes of the melodies that are shown, and a model that mends damaged ones."""

    card: Card
    shown: Shown
    decoder: str
    """Where the browser fetches the decoder."""
    encoder: str
    mender: tuple[str, str]
    """Both halves of the one that mends."""
    codes: str
    """Where it fetches the codes, their places on the plane, the plane's directions, and those of
    properties."""


def space() -> Space:
    """What there is. Raises Problem for a damaged file."""
    halves, mends = packed(MODEL), packed(MENDER)
    assert halves is not None and mends is not None  # a test has them run in a browser
    return Space(
        cache.card(MODEL),
        shown(),
        served(halves.decoder, "music decoder"),
        served(halves.encoder, "music encoder"),
        (served(mends.encoder, "music mender, in"), served(mends.decoder, "music mender, out")),
        served(_codes(checkpoint.digest(TUNES)), "music codes"),
    )


def shown() -> Shown:
    """The melodies that are shown. Raises Problem for a damaged file."""
    return _shown(checkpoint.digest(TUNES))


@st.cache_resource(max_entries=2, show_spinner=False)
def _shown(digest: str) -> Shown:
    return Shown.load()


@st.cache_resource(max_entries=2, show_spinner=False)
def _codes(tunes: str) -> bytes:
    found = _shown(tunes)
    names = ("codes", "axes", "middle", "directions")
    arrays = {name: getattr(found, name).astype(np.float32) for name in names}
    arrays["places"] = found.places().astype(np.float32)
    return pack(None, **arrays)
