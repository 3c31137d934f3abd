"""Images through a bottleneck and back: by models and by their straight-line rival, PCA."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore import checkpoint, metrics
from aecore.checkpoint import Card
from aecore.data import DATASETS, Images, Shape, dataset
from aecore.messages import Problem
from aecore.pca import PrincipalComponents
from ui import cache, drawing
from ui.frame import data_title
from ui.i18n import _, number

OWN = "upload"  # stands in the address where a data set would
OWN_PICTURES = (OWN, drawing.CHOICE)
BATCH = 500  # images between two reports

Report = Callable[[float], None]
"""Called with the share done, 0…1."""


def data_sets(cards: Iterable[Card]) -> list[str]:
    """What can be shown: MNIST, the data sets on this machine, one's own picture, a drawing."""
    names = dict.fromkeys([*DATASETS, *(card.dataset for card in cards)])
    return [cache.MNIST, *(n for n in names if n != cache.MNIST and _is_here(n)), *OWN_PICTURES]


def _is_here(name: str) -> bool:
    try:
        return dataset(name).on_this_machine("test")
    except Problem:  # a data set that this version doesn't know
        return False


def data_words(name: str) -> str:
    """The words for one of ``data_sets``."""
    if name == drawing.CHOICE:
        return drawing.words()
    return _("Your own picture") if name == OWN else data_title(name)


def test_images(name: str) -> Images:
    """The test images of a data set; of MNIST decoded ones if need be. Raises Problem."""
    return cache.test_digits() if name == cache.MNIST else cache.images(name, "test")


def first_shape(cards: Mapping[str, Card], names: Sequence[str]) -> Shape:
    """The shape (C, H, W) that the first of these models knows; MNIST's if there is none."""
    return cards[names[0]].image_shape if names else (1, 28, 28)


def misfit(card: Card, shape: Shape) -> str:
    """Why a model is left out."""
    words = _("{name} is left out: it knows images of {known}, and these have {found}.")
    return words.format(
        name=card.name, known=shape_words(card.image_shape), found=shape_words(shape)
    )


def shape_words(shape: Shape) -> str:
    """A shape (C, H, W) for people."""
    words = (
        _("{width}×{height} grey pixels")
        if shape[0] == 1
        else _("{width}×{height} pixels in colour")
    )
    return words.format(width=shape[2], height=shape[1])


@dataclass(frozen=True)
class Bottleneck:
    """An encoder and a decoder by name: a model, or PCA.

    ``through`` takes uint8 images (N, C, H, W) to codes (N, d) and reconstructions (N, C, H, W)
    in 0…1. ``key`` tells it from all others, for caches.
    """

    name: str
    key: str
    latent_dim: int
    through: Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def of_model(name: str, path: Path) -> Bottleneck:
    """The bottleneck of a checkpoint. Raises Problem."""
    model, card = cache.model(path)

    def through(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        import torch

        from aecore.models import to_input

        with torch.inference_mode():
            z = model.encode(to_input(pixels))
            return z.numpy(), model.decode(z).numpy()

    return Bottleneck(name, checkpoint.digest(path), card.latent_dim, through)


def rival(card: Card) -> Bottleneck | None:
    """PCA with as many numbers as the card's model, fitted to the same training images.

    None where these are not on this machine or have another shape.
    """
    try:
        source = dataset(card.dataset)
        if source.shape != card.image_shape:
            return None
        pca = cache.pca(card.dataset)
    except Problem:
        return None
    if len(pca.mean) != prod(card.image_shape):
        return None
    size = min(card.latent_dim, len(pca.components))
    return Bottleneck(f"PCA-{size}", f"pca {card.dataset} {size}", size, _by_pca(pca, size))


def _by_pca(
    pca: PrincipalComponents, size: int
) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    def through(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        codes = pca.encode(pixels.astype(np.float32) / 255, size)
        return codes, pca.decode(codes).reshape(pixels.shape)

    return through


def no_pca(card: Card) -> str:
    """Why PCA is not shown beside a model."""
    words = _("No PCA here: the training images of {name} ({data}) are not on this machine.")
    return words.format(name=card.name, data=data_title(card.dataset) or "–")


def telling(bar: DeltaGenerator) -> Report:
    """A report that fills a bar; a click on any control ends the work, as always."""
    words = _("Looking at all test images …")

    def report(share: float) -> None:
        bar.progress(share, words)

    return report


def errors(bottleneck: Bottleneck, shown: Images, report: Report) -> np.ndarray:
    """MSE (N,) of every image of a test split, computed once for everybody."""
    kept = _kept(bottleneck.key, shown.dataset, cache.changed(shown.dataset), shown.decoded)
    if not kept:
        parts = []
        for start in range(0, len(shown), BATCH):
            pixels = shown.pixels[start : start + BATCH]
            parts.append(mse_of(bottleneck.through(pixels)[1], pixels))
            report(min(1.0, (start + BATCH) / len(shown)))
        kept.append(np.concatenate(parts))
    return kept[0]


def figures(
    models: Mapping[Bottleneck, Card], shown: Images, report: Report
) -> dict[str, tuple[str, str]]:
    """Each model's MSE over all test images, with what it is compared to, for a row of figures.

    Where the images are decoded ones, their errors say little: then the figures are those that
    were measured on the originals, if there are any.
    """
    found: dict[str, tuple[str, str]] = {}
    for bottleneck, card in models.items():
        # a figure that was measured after training is as good as a new one, and saves a second
        measured = card.metrics.get("mse")
        at_home = card.dataset == shown.dataset
        value = measured if at_home and (shown.decoded or not shown.note) else None
        compared = []
        if shown.decoded:
            if value is None:
                continue
            compared.append(_("measured on the originals"))
        else:
            if value is None:
                value = float(errors(bottleneck, shown, report).mean())
            if straight := rival(card):
                mean = float(errors(straight, shown, report).mean())
                compared.append(_("PCA of the same size {mse}").format(mse=number(mean, 4)))
            if measured is not None and not at_home:
                words = _("on {data}, from which it learned, {mse}")
                title = data_title(card.dataset)
                compared.append(words.format(data=title, mse=number(measured, 4)))
        label = "{name}" if found else _("{name}, MSE over {n} test images")
        label = label.format(name=bottleneck.name, n=number(len(shown)))
        found[label] = (number(value, 4), "; ".join(compared))
    return found


@st.cache_resource(max_entries=64, show_spinner=False)
def _kept(key: str, data: str, changed: int, decoded: bool) -> list[np.ndarray]:
    """Where ``errors`` keeps what it has computed; a cached function could not show progress."""
    return []


def mse_of(x_hat: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """MSE (N,) of reconstructions (N, C, H, W) in 0…1 of uint8 images."""
    return metrics.mse(x_hat, pixels.astype(np.float32) / 255)
