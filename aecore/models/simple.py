"""One layer in, one layer out."""

import math
from dataclasses import dataclass

from torch import nn

from aecore.messages import N_
from aecore.models.base import Autoencoder, Config, check_code_activation
from aecore.models.layers import PixelDecoder


@dataclass(frozen=True)
class SimpleConfig(Config):
    """``code_activation`` "none" or "relu"."""

    code_activation: str = "none"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_code_activation(self.code_activation)


class Simple(Autoencoder):
    """A linear code and a linear decoder with a sigmoid: PCA's closest neural relative.

    Baldi and Hornik (1989) show that with squared error and no sigmoid it finds PCA's plane.
    """

    family = "simple"
    title = N_("Simple")
    summary = N_("One layer in, one layer out: the closest relative of PCA.")
    changes = ()
    seconds = 1
    config_type = SimpleConfig
    learning_rate = 1e-2  # one layer a side bears larger steps

    def __init__(self, config: SimpleConfig) -> None:
        super().__init__(config)
        self.code_activation = config.code_activation
        if config.code_activation == "relu":
            self.bend = nn.ReLU()
        pixels = math.prod(config.image_shape)
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(pixels, config.latent_dim))
        self.decoder = PixelDecoder(
            nn.Linear(config.latent_dim, pixels), nn.Unflatten(1, config.image_shape)
        )

    def needed(self, share: float = 0.9) -> float:
        # a ReLU switches some off for good; the others make up for it
        return super().needed(0.5 if self.code_activation == "relu" else share)
