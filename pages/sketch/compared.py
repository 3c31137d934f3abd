"""What a drawing is compared with: the shipped plane and map with the test digits on them.

The browser does it. What is too large for that, the server answers for all who draw at once.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from aecore import checkpoint
from aecore.placing import Nearest
from browser import pack, without_server
from pages.sketch.places import Places, places
from pages.sketch.together import Together
from ui import cache, coder
from ui.coder import Coder

PLANE_MODEL = "vae-2"
LIGHT_PLANE = "aae-2"  # a sixth of the weights: for a page that brings them all along
MAP_MODEL = "deep-32"  # whose codes the shipped map shows
DENOISER = "denoise-256"
SAMPLE = 500  # test digits that say how far a digit usually is from the nearest one


def plane_model() -> str:
    """The model on whose plane a drawing gets its place."""
    return LIGHT_PLANE if without_server() else PLANE_MODEL


def path_of(name: str) -> Path:
    """The file of a shipped model."""
    return checkpoint.SHIPPED / f"{name}.safetensors"


def shipped_coder(name: str) -> Coder:
    """A shipped model. Raises Problem."""
    return coder.of_model(name, path_of(name))


@dataclass(frozen=True, eq=False)
class Known:
    """The test digits on plane and map: pictures of both, and for browsers packed arrays.

    ``digits``: codes (N, 32) and positions (N, 2) on the map, labels (N,), and how far some of them
    are from the nearest other one, sorted. ``on_plane``: positions (N, 2).
    """

    plane: Places
    map: Places
    digits: bytes
    on_plane: bytes


def known() -> Known:
    """Read and encoded once for everybody. Raises Problem."""
    name = plane_model()
    return _known(name, checkpoint.digest(path_of(name)), cache.test_digits().decoded)


@st.cache_resource(max_entries=2, show_spinner=False)
def _known(name: str, digest: str, decoded: bool) -> Known:
    shipped, digits = cache.shipped_map(), cache.test_digits()
    on_plane = shipped_coder(name).encode(digits.pixels)
    labels = np.zeros(len(on_plane), np.int64) if digits.labels is None else digits.labels
    sample = np.random.default_rng(0).permutation(len(shipped.codes))[:SAMPLE]
    # the nearest of all is each digit itself
    usual = np.sort(Nearest(shipped.codes).of(shipped.codes[sample], 2)[1][:, 1])
    packed = pack(
        None,
        codes=shipped.codes.astype(np.float16),  # as the file has them
        positions=shipped.positions,
        labels=shipped.labels.astype(np.uint8),
        usual=usual.astype(np.float32),
    )
    return Known(
        places(on_plane, labels),
        places(shipped.positions, shipped.labels),
        packed,
        pack(None, positions=on_plane),
    )


@dataclass(frozen=True, eq=False)
class Question:
    """A checkpoint that is too large for browsers, and an image as it takes it, uint8 (C, H, W)."""

    path: Path
    image: np.ndarray


def _through(questions: list[Question]) -> list[tuple[np.ndarray, np.ndarray]]:
    found: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for path in {question.path for question in questions}:
        those = [n for n, question in enumerate(questions) if question.path == path]
        model = coder.of_model(path.stem, path)
        codes = model.encode(np.stack([questions[n].image for n in those]))
        found |= dict(zip(those, zip(codes, model.decode(codes), strict=True), strict=True))
    return [found[n] for n in range(len(questions))]


def _denoised(noisy: list[np.ndarray]) -> list[np.ndarray]:
    return list(shipped_coder(DENOISER).reconstruct(np.stack(noisy)))


# what is asked of the server; by many at once, together. Both raise Problem
through: Together[Question, tuple[np.ndarray, np.ndarray]] = Together(_through)
"""Code (d,) and reconstruction, float32 (C, H, W) in 0…1."""
denoised: Together[np.ndarray, np.ndarray] = Together(_denoised)
"""An image without the noise, both float32 (1, 28, 28) in 0…1."""
