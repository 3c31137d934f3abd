"""Models of the family "deep" in NumPy, for those who shall not wait until PyTorch is loaded.

That takes a second or two; a few images through such a model take a millisecond.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray

from aecore import checkpoint
from aecore.messages import N_, Problem

Layer = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Weights (outputs, inputs) and shift (outputs,); a batch norm is part of both."""

KNOWN = {"image_shape", "latent_dim", "widths"}  # of a configuration; all else as it is at first
EPSILON = 1e-5  # of PyTorch's batch norm


@dataclass(frozen=True, eq=False)
class FullyConnected:
    """Encoder and decoder, SiLU between their layers, of images ``shape`` (C, H, W)."""

    shape: tuple[int, int, int]
    encoder: list[Layer]
    decoder: list[Layer]

    @classmethod
    def load(cls, path: Path) -> Self:
        """That of a checkpoint. Raises Problem for another family, or for other settings."""
        from safetensors.numpy import load_file

        card = checkpoint.describe(path)
        if card.family != "deep" or set(card.config) - KNOWN:
            raise Problem(N_("“{name}” needs PyTorch to run."), name=path.name)
        arrays = {name: array.astype(np.float32) for name, array in load_file(path).items()}
        layers = len(card.config["widths"]) + 1
        halves = ([_layer(arrays, f"{half}{3 * n}", f"{half}{3 * n + 1}") for n in range(layers)]
                  for half in ("encoder.1.", "decoder.0."))  # fmt: skip
        return cls(card.image_shape, *halves)

    def untrained(self, seed: int = 0) -> Self:
        """The same network before it has learned: PyTorch's first weights, evenly drawn."""
        dice = np.random.default_rng(seed)

        def drawn(weight: NDArray[np.float32], shift: NDArray[np.float32]) -> Layer:
            most = weight.shape[1] ** -0.5
            first, second = (dice.uniform(-most, most, one.shape) for one in (weight, shift))
            return first.astype(np.float32), second.astype(np.float32)

        halves = ([drawn(*layer) for layer in half] for half in (self.encoder, self.decoder))
        return type(self)(self.shape, *halves)

    def encode(self, pixels: np.ndarray) -> NDArray[np.float32]:
        """Codes (N, d), float32, of images (N, C, H, W), uint8 or float32 in 0…1."""
        flat = pixels.reshape(len(pixels), -1).astype(np.float32)
        return _through(self.encoder, flat / np.float32(255) if pixels.dtype == np.uint8 else flat)

    def decode(self, codes: np.ndarray) -> NDArray[np.float32]:
        """Images (N, C, H, W), float32 in 0…1, of codes (N, d)."""
        drawn = _sigmoid(_through(self.decoder, codes.astype(np.float32)))
        return drawn.reshape(-1, *self.shape)

    def reconstruct(self, pixels: np.ndarray) -> NDArray[np.float32]:
        """Images through the code and back."""
        return self.decode(self.encode(pixels))


def _layer(arrays: dict[str, NDArray[np.float32]], linear: str, norm: str) -> Layer:
    weight, bias = arrays[f"{linear}.weight"], arrays[f"{linear}.bias"]
    if f"{norm}.weight" not in arrays:
        return weight, bias
    scale = arrays[f"{norm}.weight"] / np.sqrt(arrays[f"{norm}.running_var"] + EPSILON)
    shift = scale * (bias - arrays[f"{norm}.running_mean"]) + arrays[f"{norm}.bias"]
    return scale[:, None] * weight, shift


def _through(layers: list[Layer], x: NDArray[np.float32]) -> NDArray[np.float32]:
    for n, (weight, shift) in enumerate(layers):
        if n:
            x = x * _sigmoid(x)
        x = x @ weight.T + shift
    return x


def _sigmoid(x: NDArray[np.float32]) -> NDArray[np.float32]:
    half: NDArray[np.float32] = np.tanh(x / 2).astype(np.float32) / np.float32(2)  # exp overflows
    return half + np.float32(0.5)
