"""The variational autoencoder: the encoder predicts a distribution over codes."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor

from aecore import parallel
from aecore.messages import N_
from aecore.models.base import CODE, LOSS, Autoencoder, Figure, setting
from aecore.models.deep import FullyConnectedConfig
from aecore.models.layers import mlp_decoder, mlp_encoder

ACTIVE_VARIANCE = 0.01


def beta_setting() -> float:
    """The field ``beta`` of a variational family's configuration, 1 unless it is set."""
    return setting(
        1.0,
        N_("Weight β of the KL term"),
        help=N_("0 makes a plain autoencoder with noise, large values blur everything."),
        most=100.0,
        step=0.5,
    )


def sample(mean: Tensor, log_variance: Tensor, generator: torch.Generator | None) -> Tensor:
    """z = μ + σ·ε with ε ~ N(0, I); all (B, d). Gradients pass through μ and σ."""
    place = {"device": mean.device, "dtype": mean.dtype}
    noise = parallel.draw(torch.randn, mean.shape, generator=generator, **place)
    return mean + torch.exp(0.5 * log_variance) * noise


def kl_to_prior(mean: Tensor, log_variance: Tensor) -> Tensor:
    """KL(N(μ, σ²) ‖ N(0, I)) in nats, summed over code numbers, averaged over the batch."""
    return 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(1).mean()


class Variational(Autoencoder):
    """What every variational family shares; a subclass sets ``encoder``, which gives mean and
    log-variance (B, 2d), ``decoder`` and ``beta``.

    Kingma and Welling, "Auto-Encoding Variational Bayes", arXiv:1312.6114; β after Higgins et
    al., "beta-VAE", ICLR 2017.
    """

    prior = N_(
        "A penalty draws the clouds of its codes towards the standard normal distribution and so "
        "keeps them together."
    )
    judged_by = ("recon", "kl")
    figures = MappingProxyType(
        {
            "recon": Figure(N_("Reconstruction"), 1, N_("nats an example")),
            "kl": Figure("KL", 1, N_("nats an example")),
        }
    )
    beta: float  # weight of the KL term

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(z|x), each (B, d). The logarithm keeps variances positive."""
        mean, log_variance = self.encoder(x).float().chunk(2, dim=1)
        return mean, log_variance

    def encode(self, x: Tensor) -> Tensor:
        return self.posterior(x)[0]  # the mean, so that the same image has the same code

    def kept_together_by(self) -> str | None:
        return self.prior if self.beta else None

    def losses(
        self,
        x: Tensor,
        target: Tensor,
        generator: torch.Generator | None = None,
        labels: Tensor | None = None,
    ) -> dict[str, Tensor]:
        mean, log_variance = self.posterior(x)
        z = sample(mean, log_variance, generator)
        return {
            "recon": self.reconstruction(self.decode_logits(z), target),
            "kl": kl_to_prior(mean, log_variance),
        }

    def code_signs(self, codes: np.ndarray) -> dict[str, float]:
        """``active``: numbers whose posterior mean varies by more than 0.01 over the images.

        Burda, Grosse and Salakhutdinov, "Importance Weighted Autoencoders", arXiv:1509.00519. The
        codes (N, d) are these means; without a prior, for β = 0, they have no scale to go by.
        """
        if not self.beta:
            return super().code_signs(codes)
        active = int((codes.var(0) > ACTIVE_VARIANCE).sum())
        return {"numbers": codes.shape[1], "active": active, "needed": self.needed()}

    def needed(self, share: float = 0.25) -> float:
        # what an image doesn't need, the KL term gives back to the prior: that is no fault
        return super().needed(share)

    def weights(self) -> dict[str, float]:
        return {"kl": self.beta}


@dataclass(frozen=True)
class VAEConfig(FullyConnectedConfig):
    """``beta`` weighs the KL term: 1 is the VAE, 0 a plain autoencoder with noise."""

    latent_dim: int = 2
    widths: tuple[int, ...] = (512, 512, 256)
    beta: float = beta_setting()


class VAE(Variational):
    """Variational, with fully connected layers."""

    family = "vae"
    title = N_("Variational")
    summary = N_("Codes become clouds around the origin without holes: draw a new digit anywhere.")
    changes = (CODE, LOSS)
    seconds = 4
    config_type = VAEConfig

    def __init__(self, config: VAEConfig) -> None:
        super().__init__(config)
        self.beta = config.beta
        shape, widths, layers = config.image_shape, config.widths, config.layers
        self.encoder = mlp_encoder(shape, widths, 2 * config.latent_dim, *layers)
        self.decoder = mlp_decoder(config.latent_dim, widths, shape, *layers)
