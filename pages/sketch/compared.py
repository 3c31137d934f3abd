"""What an image resembles: its place on the shipped plane and map, and the digits nearest to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from aecore import checkpoint
from aecore.data import dataset, decoded_mnist
from aecore.map_file import Map
from aecore.messages import Problem
from aecore.placing import NEIGHBOURS, Nearest, place
from pages.sketch.places import Places, places
from pages.sketch.together import Together
from ui import cache, coder
from ui.coder import Coder

PLANE_MODEL = "vae-2"
MAP_MODEL = "deep-32"  # whose codes the shipped map shows
DENOISER = "denoise-256"
NEAREST = 9  # digits
SAMPLE = 500  # test digits that say how far a digit usually is from the nearest one


def path_of(name: str) -> Path:
    """The file of a shipped model."""
    return checkpoint.SHIPPED / f"{name}.safetensors"


def shipped_coder(name: str) -> Coder:
    """A shipped model. Raises Problem."""
    return coder.of_model(name, path_of(name))


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

    def similar(self, codes: np.ndarray) -> list[Similar]:
        """For each code (N, 32) of MAP_MODEL the digits nearest to it."""
        where, distances = self.codes.of(codes, NEAREST)
        ranks = np.searchsorted(self.usual, distances[:, 0]) / len(self.usual)
        return [
            Similar(self.pixels[near], self.labels[near], far, float(rank))
            for near, far, rank in zip(where, distances, ranks, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class Chart:
    """Codes (N, d) of the test digits, their positions (N, 2), and the picture of these."""

    codes: Nearest
    positions: np.ndarray
    picture: Places

    def marks(self, codes: np.ndarray) -> list[str]:
        """For each code (N, d) HTML that marks its place, and where the codes nearest to it lie."""
        near, distances = self.codes.of(codes, NEIGHBOURS)
        # on a plane of codes a code is its own place
        same = self.codes.known is self.positions
        at = codes if same else self.positions[place(near, distances, self.positions)]
        around = self.positions[near[:, :NEAREST]]
        return [self.picture.marks(*each) for each in zip(at, around, strict=True)]


@dataclass(frozen=True, eq=False)
class Question:
    """An image for the models: uint8 (1, 28, 28), the same with noise on it, float32 in 0…1, and,
    uint8 (C, H, W), as the model of the checkpoint at ``path`` takes it."""

    digit: np.ndarray
    noisy: np.ndarray
    path: Path
    image: np.ndarray


@dataclass(frozen=True, eq=False)
class Seen:
    """What they make of it.

    ``code`` (d,) and ``x_hat`` (C, H, W), float32 in 0…1, by the model of the checkpoint that was
    asked for; HTML that marks the place on plane and map; the nearest digits; ``clean``, float32
    (1, 28, 28) in 0…1, without the noise.
    """

    code: np.ndarray
    x_hat: np.ndarray
    on_plane: str
    on_map: str
    digits: Similar
    clean: np.ndarray


class Compared:
    """All that an image is compared with: the plane, the shipped map, the digits themselves.

    ``see`` compares: ``seen = compared.see(Question(digit, noisy, path, image))``.
    """

    def __init__(self, plane: Chart, map: Chart, known: Known) -> None:
        self.plane = plane
        self.map = map
        self.known = known
        self.see: Together[Question, Seen] = Together(self._see_all)

    def _see_all(self, questions: list[Question]) -> list[Seen]:
        digits = np.stack([question.digit for question in questions])
        codes = shipped_coder(MAP_MODEL).encode(digits)
        noisy = np.stack([question.noisy for question in questions])
        seen = zip(
            _through(questions, codes),
            self.plane.marks(shipped_coder(PLANE_MODEL).encode(digits)),
            self.map.marks(codes),
            self.known.similar(codes),
            shipped_coder(DENOISER).reconstruct(noisy),
            strict=True,
        )
        return [Seen(*through, *others) for through, *others in seen]


def _through(
    questions: list[Question], codes: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """For each question code and reconstruction by its model; ``codes`` (N, 32) by MAP_MODEL."""
    found: dict[int, tuple[np.ndarray, np.ndarray]] = {}
    for path in {question.path for question in questions}:
        model = coder.of_model(path.stem, path)
        those = [n for n, question in enumerate(questions) if question.path == path]
        if path == path_of(MAP_MODEL):
            own = codes[those]
        else:
            own = model.encode(np.stack([questions[n].image for n in those]))
        both = zip(own, model.decode(own), strict=True)
        found |= dict(zip(those, both, strict=True))
    return (found[n] for n in range(len(questions)))


def shipped() -> Compared:
    """Read and encoded once for everybody. Raises Problem."""
    return _compared(
        checkpoint.digest(path_of(PLANE_MODEL)),
        checkpoint.digest(path_of(MAP_MODEL)),
        dataset(cache.MNIST).on_this_machine("train"),
        cache.test_digits().decoded,
    )


@st.cache_resource(max_entries=2, show_spinner=False)
def _compared(plane_model: str, map_model: str, train: bool, decoded: bool) -> Compared:
    shipped = cache.shipped_map()
    picture = places(shipped.positions, shipped.labels)
    on_map = Chart(Nearest(shipped.codes), shipped.positions, picture)
    return Compared(_plane(), on_map, _known(shipped, train))


def _plane() -> Chart:
    """The plane of PLANE_MODEL with the test digits on it."""
    digits = cache.test_digits()
    codes = shipped_coder(PLANE_MODEL).encode(digits.pixels)
    labels = np.zeros(len(codes), np.int64) if digits.labels is None else digits.labels
    return Chart(Nearest(codes), codes, places(codes, labels))


def _known(shipped: Map, here: bool) -> Known:
    """The training digits where they are ``here``; usual distances by those of the map."""
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
    codes = Nearest(shipped_coder(MAP_MODEL).encode(train.pixels))
    usual = codes.of(shipped.codes[sample], 1)[1][:, 0]
    return Known(codes, train.pixels, train.labels, np.sort(usual), False)
