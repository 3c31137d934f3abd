"""The variational autoencoder with convolutions."""

from dataclasses import dataclass

from aecore.messages import N_
from aecore.models.base import CODE, LOSS, SHAPE, check_choice
from aecore.models.conv import ConvConfig
from aecore.models.layers import ConvDecoder, conv_encoder
from aecore.models.vae import Variational, beta_setting


@dataclass(frozen=True)
class ConvVAEConfig(ConvConfig):
    """``beta`` weighs the KL term: 1 is the VAE, 0 a plain autoencoder with noise."""

    latent_dim: int = 2
    beta: float = beta_setting()

    def __post_init__(self) -> None:
        super().__post_init__()
        sentence = N_("The layout is “{value}”; it must be one of {known}.")
        check_choice(sentence, self.layout, ("strided",))


class ConvVAE(Variational):
    """Variational, with convolutions."""

    family = "conv_vae"
    title = N_("Convolutional variational")
    summary = N_("The variational one, with filters that look at neighbouring pixels together.")
    changes = (CODE, LOSS, SHAPE)
    seconds = 12
    config_type = ConvVAEConfig

    def __init__(self, config: ConvVAEConfig) -> None:
        super().__init__(config)
        self.beta = config.beta
        shape, latent_dim = config.image_shape, config.latent_dim
        self.encoder = conv_encoder(shape, config.channels, config.width, 2 * latent_dim)
        self.decoder = ConvDecoder(latent_dim, config.width, config.channels, shape)
