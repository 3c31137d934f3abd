"""Why networks were pretrained layer by layer from 2006 to 2012, and why no longer: loss curves.

Hinton and Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks", Science 313
(2006); Bengio, Lamblin, Popovici and Larochelle, "Greedy Layer-Wise Training of Deep Networks",
NIPS 2006; Ioffe and Szegedy, "Batch Normalization", ICML 2015.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from aecore import metrics
from aecore.messages import N_
from aecore.models import Autoencoder, build
from aecore.recipe import Recipe
from aecore.training.loop import fit

SMALL = 0.05  # standard deviation of the weights with which one began
SHARE = 0.5  # of the training in which the layers learn one by one
WIDTHS, NUMBERS = (256, 128, 64), 30
RATE = 0.01  # peak of the one-cycle schedule


@dataclass(frozen=True)
class Way:
    """How the same layers learn: ``settings`` for the family "deep"; ``small`` random weights."""

    title: str
    settings: Mapping[str, Any]
    small: bool


WAYS: Mapping[str, Way] = {
    "random": Way(N_("Sigmoid units, small random weights"), {"norm": False}, True),
    "layers": Way(
        N_("The same, pretrained layer by layer"), {"norm": False, "pretraining": SHARE}, True
    ),
    "norm": Way(N_("Sigmoid units with batch norm"), {"norm": True}, False),
}


@dataclass(frozen=True)
class Size:
    """How much is learned: training images, epochs and test images that judge."""

    images: int
    epochs: int
    judges: int


WHOLE = Size(20_000, 12, 2_000)
IN_SMALL = Size(5_000, 12, 500)  # what a visitor makes anew


@dataclass(frozen=True)
class Point:
    """After an epoch: its number, the loss on test images (BCE in nats a pixel), seconds so far."""

    epoch: int
    bce: float
    seconds: float

    def to_json(self) -> dict[str, float]:
        """Plain values."""
        return asdict(self)


def of_mean_image(train: np.ndarray, test: np.ndarray) -> float:
    """BCE in nats a pixel on ``test`` of drawing the mean of ``train`` for every image.

    Both uint8 (N, 1, 28, 28). A network that stays there has learned where ink is, and no digit.
    """
    mean = train.mean(0, dtype=np.float32) / 255
    return float(metrics.bce(np.broadcast_to(mean, test.shape), test / np.float32(255)).mean())


def network(way: str, seed: int = 0) -> Autoencoder:
    """The network of one of WAYS before it has learned. For images of 28×28."""
    chosen = WAYS[way]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = build(
            "deep",
            image_shape=(1, 28, 28),
            latent_dim=NUMBERS,
            widths=WIDTHS,
            activation="sigmoid",
            **chosen.settings,
        )
        for layer in model.modules():
            if chosen.small and isinstance(layer, nn.Linear):
                nn.init.normal_(layer.weight, std=SMALL)
                nn.init.zeros_(layer.bias)
    return model


def curve(
    way: str, train: np.ndarray, test: np.ndarray, size: Size = IN_SMALL, seed: int = 0
) -> Iterator[Point]:
    """Train one of WAYS on uint8 images (N, 1, 28, 28); a point after each epoch.

    The epochs in which single layers learn count as well. Raises Problem for a bad seed.
    """
    recipe = Recipe(
        epochs=size.epochs, batch_size=100, learning_rate=RATE, seed=seed, precision="float32"
    )
    seconds = 0.0
    for epoch in fit(network(way, seed), train[: size.images], test[: size.judges], recipe):
        seconds += epoch.seconds
        bce = epoch.test["recon"] / train[0].size
        yield Point(epoch.number, round(bce, 5), round(seconds, 2))
