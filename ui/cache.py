"""What all sessions share: models, images and projections, read once.

Everything here is handed to everybody: models come ready for use (``eval``, no gradients) and
nobody may train or change them. Entries are kept by what they are made from, a file's digest or
a data set's name, never by arrays: Streamlit hashes large arrays only in part.
"""

from collections.abc import Hashable
from dataclasses import replace
from functools import lru_cache
from math import prod
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

import streamlit as st

from aecore import checkpoint, library
from aecore.checkpoint import Card
from aecore.data import DATASETS, Images, Split, dataset, decoded_mnist, load
from aecore.data.own import OwnPictures
from aecore.foreign import no_checkpoint
from aecore.map_file import Map, load_map
from aecore.messages import N_, Problem
from aecore.pca import SHIPPED_PCA, PrincipalComponents
from ui import machine

if TYPE_CHECKING:
    from aecore.models import Autoencoder

Value = TypeVar("Value")

MNIST = "mnist"
PCA_BYTES = 64 * 2**20  # of pixels to fit on; MNIST takes less


class Kept(Generic[Value]):
    """What all sessions share and no cached function can make: because it shows how far it is, or
    because somebody asks whether it is there. The newest ``most`` stay."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._values: dict[Hashable, Value] = {}
        self._lock = Lock()

    def get(self, key: Hashable) -> Value | None:
        """What is kept under this key."""
        return self._values.get(key)

    def keep(self, key: Hashable, value: Value) -> Value:
        """Keep it for everybody; returns it."""
        with self._lock:
            self._values.pop(key, None)  # the newest stand last
            self._values[key] = value
            for old in list(self._values)[: -self._most]:
                del self._values[old]
        return value


def model(path: Path) -> tuple["Autoencoder", Card]:
    """The model of a checkpoint and its card; a changed file is read anew. Raises Problem.

    Shared with everybody; ``ui.coder.of_model`` computes with it::

        autoencoder, card = cache.model(path)
    """
    try:
        digest = checkpoint.digest(path)
    except OSError as error:  # deleted by somebody else, or unreadable
        raise _unreadable(path) from error
    with _reading(path, digest):  # one reads the file, and who wants it meanwhile waits for that
        return _model(path, digest)


def _unreadable(path: Path) -> Problem:
    return no_checkpoint(path.name, N_("it cannot be read"))


@lru_cache(maxsize=64)
def _reading(path: Path, digest: str) -> Lock:
    """One lock a file: a large model that is read must not hold up those who use others."""
    return Lock()


# Streamlit's own cache looks at the function's signature anew whenever it is asked, and a screen
# asks for several models at every move of a slider
@lru_cache(maxsize=16)
def _model(path: Path, digest: str) -> tuple["Autoencoder", Card]:
    from aecore.models.folding import fold_batch_norms

    found = checkpoint.load(path)
    fold_batch_norms(found[0])
    machine.spare_the_collector()  # PyTorch is imported by now
    return found


def checkpoints() -> dict[str, Path]:
    """Every checkpoint on this machine by its id: shipped, runs from the newest on, loaded files.

    A run's id is its name. Cheap: looks at names only, so a run that has just ended is there.
    """
    return dict(library.checkpoints())


def card(path: Path) -> Card:
    """The card of a checkpoint, without its model or torch. Raises Problem."""
    try:
        stat = path.stat()
    except OSError as error:
        raise _unreadable(path) from error
    return _card(str(path), stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=256)  # likewise: every screen asks for the cards of all models
def _card(path: str, modified: int, size: int) -> Card:
    return checkpoint.describe(Path(path))


def cards() -> dict[str, Card]:
    """The cards of ``checkpoints()`` by id; damaged files are left out."""
    found = {}
    for name, path in checkpoints().items():
        try:
            found[name] = card(path)
        except Problem:  # damaged, or deleted by somebody else this moment
            continue
    return found


def images(name: str, split: Split) -> Images:
    """A split of a data set, read once. Never downloads. Raises Problem."""
    return _images(name, split, changed(name))


@st.cache_resource(max_entries=6, show_spinner=False)
def _images(name: str, split: Split, changed: int) -> Images:
    return load(name, split)


def changed(name: str) -> int:
    """When the folder or archive of somebody's own pictures last changed; 0 for other sets."""
    if name in DATASETS:
        return 0
    try:
        return OwnPictures.named(name).path.stat().st_mtime_ns
    except (OSError, Problem):
        return 0


def identity(shown: Images) -> tuple[str, int, bool]:
    """What tells these images of a data set from all others, for caches."""
    return shown.dataset, changed(shown.dataset), shown.decoded


def test_digits() -> Images:
    """The 10,000 MNIST test digits, decoded from the shipped codes when they aren't here.

    Then ``decoded`` is True and ``note`` says why; ``frame.in_use`` puts it on the screen.
    Raises Problem only when the shipped files are damaged.
    """
    if not dataset(MNIST).on_this_machine("test"):
        return _decoded_digits()
    try:
        return images(MNIST, "test")
    except Problem as problem:  # the files are bad: say so and go on
        return replace(_decoded_digits(), note=problem.sentence, note_values=problem.values)


def images_for(card: Card) -> Images:
    """Test images that a model takes: of the data set it learned from, if they are here.

    Otherwise digits. Raises Problem when there are none of its shape.
    """
    if card.dataset not in ("", MNIST):
        try:
            own = images(card.dataset, "test")
        except Problem:  # not here, or damaged: digits may do
            own = test_digits()
        if own.shape == card.image_shape:
            return own
    digits = test_digits()
    if digits.shape != card.image_shape:
        channels, height, width = card.image_shape
        raise Problem(
            N_(
                "“{name}” takes images of {width}×{height} pixels and {channels} channels; there "
                "are none on this machine. Choose another model."
            ),
            name=card.name,
            width=width,
            height=height,
            channels=channels,
        )
    return digits


@st.cache_resource(max_entries=1, show_spinner=False)
def _decoded_digits() -> Images:
    return decoded_mnist()


@st.cache_resource(max_entries=1, show_spinner=False)
def shipped_map() -> Map:
    """Codes, t-SNE positions and labels of the 10,000 test digits. Raises Problem."""
    return load_map()


@st.cache_resource(max_entries=1, show_spinner=False)
def shipped_pca() -> PrincipalComponents:
    """PCA of the MNIST training images, up to its number of components. Raises Problem."""
    return PrincipalComponents.load(SHIPPED_PCA)


def pca(name: str) -> PrincipalComponents:
    """PCA of a data set's training images; MNIST's is shipped, others are fitted once.

    That takes some seconds for a large set. Raises Problem when the images aren't here.
    """
    return shipped_pca() if name == MNIST else _fitted_pca(name, changed(name))


@st.cache_resource(max_entries=4, show_spinner=False)
def _fitted_pca(name: str, changed: int) -> PrincipalComponents:
    pixels = load(name, "train").pixels
    # of a set larger than memory every so many: a few thousand images tell its directions
    return PrincipalComponents.fit(pixels[:: 1 + prod(pixels.shape) // PCA_BYTES])
