"""A family that tests add: one layer a side, and codes that shall be small."""

import math
from dataclasses import dataclass
from types import MappingProxyType

from torch import Tensor, nn

from aecore.messages import N_
from aecore.models.base import LOSS, Autoencoder, Config, Figure, setting
from aecore.models.layers import PixelDecoder


@dataclass(frozen=True)
class ToyFamilyConfig(Config):
    """``toyweight`` weighs the size of the codes, 0 to 10."""

    toyweight: float = setting(0.01, N_("Toy weight"), most=10.0)


class ToyFamily(Autoencoder):
    """Two linear layers and a penalty on the squared size of a code."""

    family = "toyfamily"
    title = N_("Toy family")
    summary = N_("A toy: its codes are kept small.")
    changes = (LOSS,)
    seconds = 1
    figures = MappingProxyType({"toysize": Figure(N_("Squared size of a toy code"), 2)})
    config_type = ToyFamilyConfig
    learning_rate = 1e-2

    def __init__(self, config: ToyFamilyConfig) -> None:
        super().__init__(config)
        self.toyweight = config.toyweight
        pixels = math.prod(config.image_shape)
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(pixels, config.latent_dim))
        self.decoder = PixelDecoder(
            nn.Linear(config.latent_dim, pixels), nn.Unflatten(1, config.image_shape)
        )

    def code_losses(self, z: Tensor) -> dict[str, Tensor]:
        return {"toysize": z.square().sum(1).mean()}

    def weights(self) -> dict[str, float]:
        return {"toysize": self.toyweight}
