"""Damaged images and what a model, a median filter and PCA make of them."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from aecore import checkpoint, metrics
from aecore.checkpoint import Card
from aecore.data import Images, dataset
from aecore.messages import Problem
from ui import cache, drawing, images
from ui.i18n import _, language, ngettext, number

if TYPE_CHECKING:
    from aecore.restoration import Restore

SHOWN = 8  # images
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
            # asked for anew each time: every run of a script is a thread that first has to be told
            # to compute alone, see cache.model
            "model": lambda x: restoration.by_model(cache.model(self.path)[0])(x),
            "median": restoration.median_filter,
        }
        if self.pca_size:
            found["pca"] = restoration.by_pca(cache.pca(self.images.dataset), self.pca_size)
        return found

    @cached_property
    def pca_size(self) -> int:
        """How many numbers the rival PCA keeps: as many as the model, or 0 without a PCA."""
        try:
            pca = cache.pca(self.images.dataset)
        except Problem:  # the training images that it would be fitted to are not here
            return 0
        if len(pca.mean) != prod(self.card.image_shape):
            return 0
        return min(self.card.latent_dim, len(pca.components))

    def name(self, method: str, kind: str) -> str:
        """A method's name for people."""
        from aecore.corruption import CORRUPTIONS

        if method == "pca":
            words = ngettext("PCA, {n} number", "PCA, {n} numbers", self.pca_size)
            return words.format(n=number(self.pca_size))
        return {
            "damaged": _(CORRUPTIONS[kind].damaged),
            "model": _(CORRUPTIONS[kind].restored),
            "median": _("3×3 median"),
        }[method]

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


@dataclass(frozen=True, eq=False)
class Chosen:
    """The images on the screen, uint8 (N, C, H, W), with their row of pictures and its words."""

    pixels: np.ndarray
    words: list[str]
    row: images.Row


def test_images(shown: Images, places: np.ndarray) -> Chosen:
    """The test images at ``places`` as they were before any damage."""
    classes = dataset(shown.dataset).classes
    words = [number(n) for n in range(1, len(places) + 1)]
    if shown.labels is not None:
        words = [_(classes[label]) for label in shown.labels[places]]
    name = _("Decoded") if shown.decoded else _("Original")
    pixels = shown.pixels[places]
    return Chosen(pixels, words, _row(name, pixels, words, words))


def drawn(image: np.ndarray) -> Chosen:
    """The visitor's drawing, uint8 (C, H, W), several times: each gets noise of its own."""
    words = [number(n) for n in range(1, SHOWN + 1)]
    pixels = np.repeat(image[None], SHOWN, axis=0)
    return Chosen(pixels, words, _row(drawing.words(), pixels, words, [""] * SHOWN))


def _row(name: str, x: np.ndarray, words: list[str], captions: list[str]) -> images.Row:
    parts = zip(x, words, captions, strict=True)
    return images.Row(
        name, [images.picture(each, f"{name}: {word}", caption) for each, word, caption in parts]
    )


def rows(
    denoiser: Denoiser, shown: Chosen, kind: str, strength: float, seed: int, rivals: bool
) -> tuple[list[images.Row], dict[str, float]]:
    """The rows of pictures, and the mean PSNR of every method over these images."""
    from aecore import restoration

    original = shown.pixels.astype(np.float32) / 255
    damaged = restoration.damage(shown.pixels, kind, strength, seed)
    found, means = [], {}
    for method, restore in denoiser.methods.items():
        restored = restore(damaged)
        psnr = metrics.psnr(restored, original)
        means[method] = float(psnr.mean())
        if rivals or method in ("damaged", "model"):
            captions = [decibels(value) for value in psnr.tolist()]
            found.append(_row(denoiser.name(method, kind), restored, shown.words, captions))
    found.insert(2, shown.row)  # beside what is to resemble it
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
    from aecore.restoration import by_pca

    pca = cache.pca(denoiser.images.dataset)
    sizes = {str(k): by_pca(pca, k) for k in PCA_SIZES if k <= len(pca.components)}
    psnr = _psnr(denoiser, kind, CORRUPTIONS[kind].compared_at, sizes)
    best = max(psnr, key=psnr.__getitem__)
    return int(best), psnr[best]


def _psnr(
    denoiser: Denoiser, kind: str, strength: float, methods: "Mapping[str, Restore]"
) -> Mapping[str, float]:
    shown = denoiser.images
    return _kept_psnr(
        checkpoint.digest(denoiser.path),
        (shown.dataset, cache.changed(shown.dataset), shown.decoded),
        kind,
        strength,
        tuple(methods),
        methods,
        shown.pixels[:SAMPLE],
    )


@st.cache_data(max_entries=2048, show_spinner=False)
def _kept_psnr(
    digest: str,
    data: tuple[str, int, bool],
    kind: str,
    strength: float,
    names: tuple[str, ...],
    _methods: "Mapping[str, Restore]",
    _pixels: np.ndarray,
) -> dict[str, float]:
    from aecore.restoration import psnr_by_strength

    return next(psnr_by_strength(_methods, _pixels, kind, [strength]))[1]


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
