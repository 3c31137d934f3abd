"""Several fully connected layers on each side of the code."""

from dataclasses import dataclass

from torch import Tensor

from aecore.messages import N_
from aecore.models.base import Autoencoder, Config, check_widths
from aecore.models.layers import mlp_decoder, mlp_encoder


@dataclass(frozen=True)
class DeepConfig(Config):
    """``widths``: the layers between image and code; the decoder has them in reverse."""

    widths: tuple[int, ...] = (512, 256)

    def __post_init__(self) -> None:
        super().__post_init__()
        check_widths(self.widths)


class Deep(Autoencoder):
    """Fully connected layers, after Hinton and Salakhutdinov, "Reducing the Dimensionality of
    Data with Neural Networks", Science 313 (2006); batch norm replaces their pretraining."""

    family = "deep"
    title = N_("Deep")
    summary = N_("Several layers on each side: bends where PCA can only draw straight lines.")
    config_type = DeepConfig

    def __init__(self, config: DeepConfig) -> None:
        super().__init__(config)
        self.encoder = mlp_encoder(config.image_shape, config.widths, config.latent_dim)
        self.decoder = mlp_decoder(config.latent_dim, config.widths, config.image_shape)

    def encode(self, x: Tensor) -> Tensor:
        z: Tensor = self.encoder(x)  # (B, C, H, W) -> (B, d)
        return z

    def decode_logits(self, z: Tensor) -> Tensor:
        logits: Tensor = self.decoder(z)  # (B, d) -> (B, C, H, W)
        return logits
