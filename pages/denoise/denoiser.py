"""Damaged images and what a model, a median filter and PCA make of them."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from aecore import metrics
from aecore.checkpoint import Card
from aecore.data import Images
from ui import cache, coder, drawing, subject
from ui.coder import Coder
from ui.controls import choose
from ui.i18n import _, language, ngettext, number
from ui.subject import Subject

if TYPE_CHECKING:
    from aecore.restoration import Restore

SHOWN = 8  # images
MIXED = "mixed"  # stands in the address where a class would
STRENGTHS = tuple(step / 10 for step in range(11))
SAMPLE = 300  # test images behind the curves
PCA_SIZES = (8, 16, 32, 64, 128, 256)
PATIENCE = 0.25  # seconds of computing before other clicks get their turn
SAME = 100.0  # dB: above it two images are the same but for rounding


@dataclass(frozen=True, eq=False)
class Denoiser:
    """A checkpoint, the test images it is tried on and its two rivals."""

    path: Path
    card: Card
    images: Images

    @cached_property
    def methods(self) -> "dict[str, Restore]":
        """What restores: "damaged" (does nothing), "model", "median" and, if it's here, "pca"."""
        from aecore import restoration

        found: dict[str, Restore] = {
            "damaged": lambda x: x,
            "model": self.model.reconstruct,
            "median": restoration.median_filter,
        }
        if self.pca is not None:
            found["pca"] = _by(self.pca)
        return found

    @cached_property
    def model(self) -> Coder:
        """The checkpoint's model. Raises Problem."""
        return coder.of_model(self.card.name, self.path)

    @cached_property
    def pca(self) -> Coder | None:
        """The rival, of the images that are shown."""
        return coder.rival(self.card, self.images.dataset)

    def name(self, method: str, kind: str) -> str:
        """A method's name for people."""
        from aecore.corruption import CORRUPTIONS

        if method == "pca" and self.pca is not None:
            size = self.pca.latent_dim
            return ngettext("PCA, {n} number", "PCA, {n} numbers", size).format(n=number(size))
        return {
            "damaged": _(CORRUPTIONS[kind].damaged),
            "model": _(CORRUPTIONS[kind].restored),
            "median": _("3×3 median"),
        }[method]

    def subject(self, which: str, seed: int) -> Subject | None:
        """What is looked at: images of a class, of many (MIXED), or the visitor's drawing.

        The drawing several times, for each gets noise of its own; None while there is none.
        """
        if which == drawing.CHOICE:
            return subject.drawn(self.card.image_shape, SHOWN)
        places = self.pick("" if which == MIXED else which, seed)
        return subject.test_images(self.images, places)

    def pick(self, which: str, seed: int) -> np.ndarray:
        """Places of up to SHOWN test images: of one class, or with "" of many classes."""
        order: np.ndarray = np.random.default_rng(seed).permutation(len(self.images))
        labels = self.images.labels
        if labels is None:
            return order[:SHOWN]
        if which:
            of_class: np.ndarray = order[labels[order] == int(which)]
            return of_class[:SHOWN]
        firsts = np.sort(np.unique(labels[order], return_index=True)[1])
        others = np.setdiff1d(np.arange(min(len(order), 2 * SHOWN)), firsts)
        places = order[np.concatenate([firsts, others])[:SHOWN]]
        by_class: np.ndarray = places[np.argsort(labels[places], kind="stable")]
        return by_class


def decibels(psnr: float) -> str:
    """A PSNR for people; of equal images it is infinite."""
    return _("∞ dB") if psnr > SAME else _decibels(round(10 * psnr), language())


@lru_cache(1024)
def _decibels(tenths: int, language: str) -> str:
    # kept, as a slider's rerun writes two dozen of them, and Babel takes its time
    return _("{psnr} dB").format(psnr=number(tenths / 10, 1))


def _by(pca: Coder) -> "Restore":
    return lambda x: pca.reconstruct(x).clip(0, 1)  # straight lines may leave 0…1


def restored(
    denoiser: Denoiser,
    shown: Subject,
    kind: str,
    strength: float,
    seed: int,
    methods: Sequence[str],
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """What these methods make of the images, uint8, and their mean PSNR over them in dB."""
    from aecore import restoration

    original = shown.pixels.astype(np.float32) / 255
    damaged = restoration.damage(shown.pixels, kind, strength, seed)
    found, means = {}, {}
    for method in methods:
        made = denoiser.methods[method](damaged)
        means[method] = float(metrics.psnr(made, original).mean())
        found[method] = (made.clip(0, 1) * 255).round().astype(np.uint8)
    return found, means


Curves = dict[float, Mapping[str, float]]
"""PSNR in dB by strength and method."""


def curves(denoiser: Denoiser, kind: str) -> Curves:
    """PSNR over strength, as far as PATIENCE reaches; the rest at the next call.

    Computed once for everybody, strength by strength.
    """
    began = time.monotonic()
    found: Curves = {}
    for strength in STRENGTHS:
        found[strength] = _psnr(denoiser, kind, strength, denoiser.methods)
        if time.monotonic() - began > PATIENCE:
            break
    return found


def complete(found: Curves) -> bool:
    """Whether every strength is there."""
    return len(found) == len(STRENGTHS)


def best_pca(denoiser: Denoiser, kind: str) -> tuple[int, float]:
    """The size at which PCA restores best where methods are compared, and its PSNR in dB."""
    from aecore.corruption import CORRUPTIONS

    found = (coder.pca(denoiser.images.dataset, size) for size in PCA_SIZES)
    sizes = {str(pca.latent_dim): _by(pca) for pca in found}
    psnr = _psnr(denoiser, kind, CORRUPTIONS[kind].compared_at, sizes)
    best = max(psnr, key=psnr.__getitem__)
    return int(best), psnr[best]


def _psnr(
    denoiser: Denoiser, kind: str, strength: float, methods: "Mapping[str, Restore]"
) -> Mapping[str, float]:
    shown = denoiser.images
    return _kept_psnr(
        denoiser.model.key,
        cache.identity(shown),
        kind,
        strength,
        tuple(methods),
        methods,
        shown.pixels[:SAMPLE],
    )


@st.cache_data(max_entries=2048, show_spinner=False)
def _kept_psnr(
    key: str,
    data: tuple[str, int, bool],
    kind: str,
    strength: float,
    names: tuple[str, ...],
    _methods: "Mapping[str, Restore]",
    _pixels: np.ndarray,
) -> dict[str, float]:
    from aecore.restoration import psnr_by_strength

    return next(psnr_by_strength(_methods, _pixels, kind, [strength]))[1]


def choose_damage() -> str:
    """Let people choose what is done to the images: a key of CORRUPTIONS."""
    # brings PyTorch; the page's title needn't wait
    from aecore.corruption import CORRUPTIONS, suiting

    kinds = [kind for kind in suiting(symbols=False) if kind != "none"]
    return choose(_("Damage"), "kind", kinds, lambda each: _(CORRUPTIONS[each].title))


def model_title(name: str, card: Card) -> str:
    """A checkpoint with what it has learned to undo."""
    from aecore.corruption import CORRUPTIONS

    if card.corruption not in CORRUPTIONS or card.corruption == "none":
        return _("{name} (never saw damage)").format(name=name)
    return _("{name} ({damage} up to {strength})").format(
        name=name,
        damage=_(CORRUPTIONS[card.corruption].title),
        strength=number(card.strength, 2),
    )
