"""Convolutions that look at neighbouring pixels together."""

from dataclasses import dataclass

from torch import Tensor

from aecore.messages import N_
from aecore.models.base import Autoencoder, Config, check_widths
from aecore.models.layers import ConvDecoder, conv_encoder


@dataclass(frozen=True)
class ConvConfig(Config):
    """``channels``: feature maps after each halving; ``width``: the linear layer by the code."""

    channels: tuple[int, ...] = (16, 32)
    width: int = 256

    def __post_init__(self) -> None:
        super().__post_init__()
        check_widths(self.channels)
        check_widths((self.width,))


class Conv(Autoencoder):
    """Strided convolutions down to the code and transposed ones back, after Masci et al.,
    "Stacked Convolutional Auto-Encoders", ICANN 2011 (they pool; strides are cheaper)."""

    family = "conv"
    title = N_("Convolutional")
    summary = N_("Small filters slide over the image: made for pictures, with fewer weights.")
    config_type = ConvConfig

    def __init__(self, config: ConvConfig) -> None:
        super().__init__(config)
        shape, latent_dim = config.image_shape, config.latent_dim
        self.encoder = conv_encoder(shape, config.channels, config.width, latent_dim)
        self.decoder = ConvDecoder(latent_dim, config.width, config.channels, shape)

    def encode(self, x: Tensor) -> Tensor:
        z: Tensor = self.encoder(x)  # (B, C, H, W) -> (B, d)
        return z

    def decode_logits(self, z: Tensor) -> Tensor:
        logits: Tensor = self.decoder(z)  # (B, d) -> (B, C, H, W)
        return logits
