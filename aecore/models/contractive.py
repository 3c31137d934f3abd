"""A code that follows the image only where it must."""

import math
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from aecore.messages import N_
from aecore.models.base import LOSS, Autoencoder, Config, Figure, setting
from aecore.models.layers import PixelDecoder, last_linear


@dataclass(frozen=True)
class ContractiveConfig(Config):
    """``contraction`` weighs the penalty, 0 to 100."""

    latent_dim: int = 128
    contraction: float = setting(
        0.1,
        N_("Weight of the contraction"),
        help=N_("0 makes a plain autoencoder; the more, the less a code follows small changes."),
        most=100.0,
    )


class Contractive(Autoencoder):
    """One bent layer as the code, whose Jacobian is kept small: Rifai, Vincent, Muller, Glorot and
    Bengio, "Contractive Auto-Encoders: Explicit Invariance During Feature Extraction", ICML 2011.

    As there the decoder has the encoder's weights: with weights of its own it would undo what a
    smaller encoder does, and nothing would be gained. Their sigmoid is a hyperbolic tangent here:
    codes around 0 leave the mean image to the decoder's bias.
    """

    family = "contractive"
    title = N_("Contractive")
    summary = N_("A penalty keeps the code from following small changes of what goes in.")
    changes = (LOSS,)
    seconds = 2
    figures = MappingProxyType(
        {"jacobian": Figure(N_("Squared norm of the encoder's Jacobian"), 2)}
    )
    config_type = ContractiveConfig
    learning_rate = 1e-2  # one layer a side bears larger steps

    def __init__(self, config: ContractiveConfig) -> None:
        super().__init__(config)
        self.contraction = config.contraction
        pixels = math.prod(config.image_shape)
        mirrored = nn.Linear(config.latent_dim, pixels)
        nn.init.xavier_uniform_(mirrored.weight)  # fits both its ways
        self.decoder = PixelDecoder(mirrored, nn.Unflatten(1, config.image_shape))
        self.bias = nn.Parameter(torch.zeros(config.latent_dim))

    @property
    def mirrored(self) -> nn.Linear:
        """The layer of both ways; the decoder's, so that a checkpoint holds its weights once."""
        return last_linear(self.decoder)

    def encode(self, x: Tensor) -> Tensor:
        return torch.tanh(F.linear(x.flatten(1), self.mirrored.weight.T, self.bias))

    def jacobian(self, z: Tensor) -> Tensor:
        """‖∂z/∂x‖², the squared Frobenius norm, (B,), where the codes are ``z`` (B, d)."""
        slope = 1 - z**2  # of the hyperbolic tangent
        return (slope.square() * self.mirrored.weight.square().sum(0)).sum(1)

    def code_losses(self, z: Tensor) -> dict[str, Tensor]:
        return {"jacobian": self.jacobian(z).mean()}

    def weights(self) -> dict[str, float]:
        return {"jacobian": self.contraction}
