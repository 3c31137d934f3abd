"""What draws on Generate: a model or PCA, and the distributions of its codes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from aecore import checkpoint
from aecore.checkpoint import Card
from aecore.data import Images
from aecore.generator import (
    PCA_NUMBERS,
    SHIPPED_PRIORS,
    STANDARD,
    Generator,
    of_model,
    of_pca,
    shipped_prior,
)
from aecore.plain_layers import NetworkLayers
from aecore.priors import Prior
from ui import cache, coder, frame, machine
from ui.controls import choose
from ui.i18n import _, number

PCA = "pca"  # stands in the address where a model would
DIGITS = 10  # classes
BEST = {  # which are shown at first
    "draw": ("cvae-16", "vae-16", "vae-2"),
    "walk": ("vae-16", "deep-32"),
    "sum": ("vae-16", "deep-32"),
}


@dataclass(frozen=True, eq=False)
class Source:
    """A generator under its name; ``card`` is None of PCA."""

    name: str
    card: Card | None
    generator: Generator

    @property
    def key(self) -> str:
        """What tells it from all others, for caches."""
        return self.generator.key

    def encode(self, pixels: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Codes (N, d) of images (N, C, H, W) and their classes (N,), if they are known."""
        machine.compute_with_one_thread()
        return self.generator.encode(pixels, labels)

    def decode(self, codes: np.ndarray, labels: np.ndarray | None = None) -> np.ndarray:
        """Images (N, C, H, W) in 0…1 of codes (N, d) and classes (N,), if any are asked for."""
        machine.compute_with_one_thread()
        return self.generator.decode(codes, labels)

    def layers(self) -> NetworkLayers:
        """The decoder for a browser. Raises Problem where none can run it."""
        if self.card is None:
            return coder.pca(cache.MNIST, self.generator.numbers).layers()
        return coder.of_model(self.name, cache.checkpoints()[self.name]).layers()

    def prior(self, way: str) -> Prior:
        """The distribution that its codes are drawn from. Raises Problem."""
        if way == STANDARD:
            return Prior.standard(self.generator.numbers)
        kept = _shipped(self.key, way, checkpoint.digest(SHIPPED_PRIORS))
        return kept or _fitted(self, way, cache.test_digits())


@st.cache_resource(max_entries=64, show_spinner=False)
def _shipped(key: str, way: str, digest: str) -> Prior | None:
    return shipped_prior(key, way)


_PRIORS: cache.Kept[Prior] = cache.Kept(32)


def _fitted(source: Source, way: str, shown: Images) -> Prior:
    """Fitted here, once for everybody; it shows how far it is, and any other click stops it."""
    key = (source.key, way, *cache.identity(shown))
    found = _PRIORS.get(key)
    if found is not None:
        return found
    place = st.empty()
    words = _("Fitting Gaussians to {n} codes").format(n=number(len(shown)))
    bar = place.progress(0.0, words)
    machine.compute_with_one_thread()

    def progress(share: float) -> None:
        bar.progress(share, words)

    found = source.generator.fit(way, shown, progress)
    place.empty()
    return _PRIORS.keep(key, found)


def choose_source(task: str) -> Source:
    """Let people choose what draws. Raises Problem where nothing can."""
    cards = {
        name: card
        for name, card in cache.cards().items()
        if card.dataset == cache.MNIST and card.corruption == "none"
    }
    words = _("PCA, {n} numbers").format(n=PCA_NUMBERS)
    name = choose(
        _("Model"),
        "generator",
        [*cards, PCA],
        lambda each: words if each == PCA else frame.model_words(cards[each]),
        default=next((name for name in BEST[task] if name in cards), None),
        label_visibility="collapsed",
    )
    if name == PCA:
        generator = of_pca(cache.shipped_pca(), (1, 28, 28))
        return Source(f"pca-{PCA_NUMBERS}", None, generator)
    return of_checkpoint(name, cache.checkpoints()[name])


def of_checkpoint(name: str, path: Path) -> Source:
    """The model of a checkpoint under that name. Raises Problem."""
    model, card = cache.model(path)
    return Source(name, card, of_model(model, checkpoint.digest(path)))
