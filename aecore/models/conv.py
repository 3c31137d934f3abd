"""Convolutions that look at neighbouring pixels together."""

import math
from dataclasses import dataclass
from typing import ClassVar

from aecore.messages import N_
from aecore.models.base import (
    SHAPE,
    Autoencoder,
    Config,
    check_choice,
    check_integer,
    check_widths,
)
from aecore.models.layers import (
    ConvDecoder,
    PooledDecoder,
    channels_last,
    conv_encoder,
    last_linear,
    pooled_encoder,
    pooled_shape,
    unbiased,
)


@dataclass(frozen=True)
class ConvConfig(Config):
    """``channels``: feature maps after each halving; ``width``: the linear layer by the code.

    ``layout`` "strided", or "pooled": max pooling halves, repeating pixels doubles, and the code
    is the last feature maps themselves, so that ``latent_dim`` must be how many numbers they have.
    """

    channels: tuple[int, ...] = (16, 32)
    width: int = 256
    layout: str = "strided"
    most_numbers: ClassVar[int] = 4096

    def __post_init__(self) -> None:
        super().__post_init__()
        check_widths(self.channels)
        check_widths((self.width,))
        sentence = N_("The layout is “{value}”; it must be one of {known}.")
        check_choice(sentence, self.layout, ("strided", "pooled"))
        if self.layout == "pooled":
            numbers = math.prod(pooled_shape(self.image_shape, self.channels))
            sentence = N_(
                "The code size is {value}; with pooling the last feature maps are the code, and "
                "they have {high} numbers."
            )
            check_integer(sentence, self.latent_dim, numbers, numbers)


class Conv(Autoencoder):
    """Strided convolutions down to the code and transposed ones back, after Masci et al.,
    "Stacked Convolutional Auto-Encoders", ICANN 2011 (they pool; strides are cheaper)."""

    family = "conv"
    title = N_("Convolutional")
    summary = N_("Small filters slide over the image: made for pictures, with fewer weights.")
    changes = (SHAPE,)
    seconds = 10
    config_type = ConvConfig

    def __init__(self, config: ConvConfig) -> None:
        super().__init__(config)
        shape, latent_dim = config.image_shape, config.latent_dim
        if config.layout == "pooled":
            self.encoder = pooled_encoder(shape, config.channels)
            self.decoder = PooledDecoder(config.channels, shape)
            channels_last(self)
        else:
            self.encoder = conv_encoder(shape, config.channels, config.width, latent_dim)
            self.decoder = ConvDecoder(latent_dim, config.width, config.channels, shape)
            unbiased(last_linear(self.encoder))
