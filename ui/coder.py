"""What turns images into codes and codes into images: a model, or its straight-line rival, PCA."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from aecore import checkpoint
from aecore.checkpoint import Card
from aecore.data import dataset
from aecore.messages import Problem
from browser import pack
from ui import cache, images, machine
from ui.frame import data_title
from ui.i18n import _

if TYPE_CHECKING:
    from aecore.plain_layers import NetworkLayers


@dataclass(frozen=True, eq=False)
class Coder:
    """An encoder and a decoder, both on this server.

    ``encode`` takes images (N, C, H, W), uint8 0…255 or float 0…1, to codes (N, latent_dim);
    ``decode`` takes codes to images, float32 (N, C, H, W) in 0…1, which PCA may leave a little.
    ``layers`` gives the decoder for a browser, or raises Problem. ``name`` is for people, ``key``
    tells it from all others, for caches.
    """

    name: str
    key: str
    latent_dim: int
    encode: Callable[[np.ndarray], np.ndarray]
    decode: Callable[[np.ndarray], np.ndarray]
    layers: Callable[[], "NetworkLayers"]

    def reconstruct(self, pixels: np.ndarray) -> np.ndarray:
        """Images through the code and back."""
        return self.decode(self.encode(pixels))


def of_model(name: str, path: Path) -> Coder:
    """The model of a checkpoint under that name. Raises Problem."""
    model, card = cache.model(path)
    from aecore import evaluation, network_layers

    def encode(pixels: np.ndarray) -> np.ndarray:
        machine.compute_with_one_thread()
        return evaluation.encode(model, pixels)

    def decode(codes: np.ndarray) -> np.ndarray:
        machine.compute_with_one_thread()
        return evaluation.draw(model, codes)

    def layers() -> "NetworkLayers":
        machine.compute_with_one_thread()
        # loaded for this: with its batch norms folded it would no longer fit into 16 bits
        return network_layers.of_decoder(checkpoint.load(path)[0])

    return Coder(name, checkpoint.digest(path), card.latent_dim, encode, decode, layers)


def pca(data: str, size: int) -> Coder:
    """PCA of a data set's training images with so many numbers, or as many as it has.

    Raises Problem where the images are not on this machine.
    """
    found, shape = cache.pca(data), dataset(data).shape
    size = min(size, len(found.components))

    def encode(pixels: np.ndarray) -> np.ndarray:
        return found.encode(images.unit(pixels), size)

    def decode(codes: np.ndarray) -> np.ndarray:
        return found.decode(codes.astype(np.float32)).reshape(-1, *shape)

    def layers() -> "NetworkLayers":
        from aecore import network_layers

        return network_layers.of_pca_decoder(found, size, shape)

    key = f"pca {data} {cache.changed(data)} {size}"
    return Coder(f"PCA-{size}", key, size, encode, decode, layers)


def rival(card: Card, data: str | None = None) -> Coder | None:
    """PCA with as many numbers as the card's model, of the training images that it learned from.

    Or of another data set's. None where these are not on this machine or have another shape.
    """
    data = card.dataset if data is None else data
    try:
        # asked before PCA is fitted, which takes some seconds
        return pca(data, card.latent_dim) if dataset(data).shape == card.image_shape else None
    except Problem:
        return None


def no_pca(card: Card) -> str:
    """Why PCA is not shown beside a model."""
    words = _("No PCA here: the training images of {name} ({data}) are not on this machine.")
    return words.format(name=card.name, data=data_title(card.dataset) or "–")


@st.cache_resource(max_entries=32, show_spinner=False)
def packed_decoder(key: str, _layers: Callable[[], "NetworkLayers"]) -> bytes | Problem:
    """The decoder of a coder, by its key and ``layers``, for a browser, or why it can't be."""
    try:
        layers = _layers()
    except Problem as problem:
        return problem
    return pack(layers.facts(), **layers.arrays)
