"""What an image resembles: its place on the shipped plane and map, and the digits nearest to it."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from aecore import checkpoint
from aecore.data import dataset, decoded_mnist
from aecore.messages import Problem
from aecore.placing import Nearest, place
from ui import cache
from ui.places import Places, places

PLANE_MODEL = "vae-2"
MAP_MODEL = "deep-32"  # whose codes the shipped map shows
DENOISER = "denoise-256"
NEAREST = 9  # digits
SAMPLE = 500  # test digits that say how far a digit usually is from the nearest one


def path_of(name: str) -> Path:
    """The file of a shipped model."""
    return checkpoint.SHIPPED / f"{name}.safetensors"


def encode(name: str, pixels: np.ndarray) -> np.ndarray:
    """Codes (N, d) of uint8 images (N, 1, 28, 28) by a shipped model. Raises Problem."""
    from aecore import evaluation

    return evaluation.encode(cache.model(path_of(name))[0], pixels)


@dataclass(frozen=True, eq=False)
class Similar:
    """The nearest digits, the nearest first: uint8 (k, 1, 28, 28), their classes (k,), distances.

    ``rank``: the share of test digits that are nearer to their own nearest digit, 0…1.
    """

    pixels: np.ndarray
    labels: np.ndarray
    distances: np.ndarray
    rank: float

    @property
    def vote(self) -> tuple[int, int]:
        """The class that most of them have, the nearest's at a draw, and how many have it."""
        counts = np.bincount(self.labels)
        most = int(counts.max())
        winner = next(int(label) for label in self.labels if counts[label] == most)
        return winner, most


@dataclass(frozen=True, eq=False)
class Known:
    """Digits to find the nearest among: training digits, or decoded test digits without them.

    Of ``codes`` (N, 32), ``pixels`` uint8 (N, 1, 28, 28), ``labels`` (N,); ``usual``: how far test
    digits are from the nearest of them, sorted.
    """

    codes: Nearest
    pixels: np.ndarray
    labels: np.ndarray
    usual: np.ndarray
    decoded: bool

    def similar(self, code: np.ndarray) -> Similar:
        """The digits nearest to a code (1, 32) of MAP_MODEL."""
        where, distances = self.codes.of(code, NEAREST)
        rank = np.searchsorted(self.usual, distances[0, 0]) / len(self.usual)
        return Similar(self.pixels[where[0]], self.labels[where[0]], distances[0], float(rank))


def known() -> Known:
    """The digits to find the nearest among; encoded once for everybody. Raises Problem."""
    here = dataset(cache.MNIST).on_this_machine("train")
    return _known(checkpoint.digest(path_of(MAP_MODEL)), here)


@st.cache_resource(max_entries=2, show_spinner=False)
def _known(digest: str, here: bool) -> Known:
    shipped = cache.shipped_map()
    sample = np.random.default_rng(0).permutation(len(shipped.codes))[:SAMPLE]
    try:
        train = cache.images(cache.MNIST, "train") if here else None
    except Problem:  # the files are bad; the screen that lists data sets tells
        train = None
    if train is None or train.labels is None:
        drawn = decoded_mnist()
        # the nearest of all is each digit itself
        codes = Nearest(shipped.codes)
        usual = codes.of(shipped.codes[sample], 2)[1][:, 1]
        return Known(codes, drawn.pixels, shipped.labels, np.sort(usual), True)
    codes = Nearest(encode(MAP_MODEL, train.pixels))
    usual = codes.of(shipped.codes[sample], 1)[1][:, 0]
    return Known(codes, train.pixels, train.labels, np.sort(usual), False)


@dataclass(frozen=True, eq=False)
class Chart:
    """Codes (N, d) of the test digits, their positions (N, 2), and the picture of these."""

    codes: Nearest
    positions: np.ndarray
    picture: Places

    def marks(self, code: np.ndarray) -> str:
        """HTML that marks where a code (1, d) belongs, and where the codes nearest to it lie."""
        around = self.positions[self.codes.of(code, NEAREST)[0][0]]
        # on a plane of codes a code is its own place
        same = self.codes.known is self.positions
        at = code if same else self.positions[place(code, self.codes, self.positions)]
        return self.picture.marks(at[0], around)


@st.cache_resource(max_entries=1, show_spinner=False)
def map_chart() -> Chart:
    """The shipped t-SNE map, which stays as it is. Raises Problem."""
    shipped = cache.shipped_map()
    picture = places(shipped.positions, shipped.labels)
    return Chart(Nearest(shipped.codes), shipped.positions, picture)


def plane_chart() -> Chart:
    """The plane of PLANE_MODEL with the test digits on it. Raises Problem."""
    digits = cache.test_digits()
    return _plane_chart(checkpoint.digest(path_of(PLANE_MODEL)), digits.decoded)


@st.cache_resource(max_entries=2, show_spinner=False)
def _plane_chart(digest: str, decoded: bool) -> Chart:
    digits = cache.test_digits()
    codes = encode(PLANE_MODEL, digits.pixels)
    labels = np.zeros(len(codes), np.int64) if digits.labels is None else digits.labels
    return Chart(Nearest(codes), codes, places(codes, labels))
