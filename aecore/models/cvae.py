"""The class-conditional variational autoencoder: told which digit it is, it codes the style."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from aecore import parallel
from aecore.messages import N_
from aecore.models.base import CODE, LOSS, check_integer
from aecore.models.layers import mlp
from aecore.models.vae import VAEConfig, Variational, kl_to_prior, sample

UNTOLD = 0.1  # share of the training images whose class is kept from the model


@dataclass(frozen=True)
class CVAEConfig(VAEConfig):
    """``classes``: how many there are, 2 to 1000."""

    classes: int = 10

    def __post_init__(self) -> None:
        super().__post_init__()
        check_integer(
            N_("There are {value} classes; a class-conditional model takes {low} to {high}."),
            self.classes,
            2,
            1000,
        )


class CVAE(Variational):
    """Encoder and decoder are told the class of each image, after Sohn, Lee and Yan, "Learning
    Structured Output Representation using Deep Conditional Generative Models", NIPS 2015.

    For a tenth of the images the class is kept from it while training (the trick of Ho and
    Salimans, "Classifier-Free Diffusion Guidance", arXiv:2207.12598), so it also encodes and
    decodes where no class is known.
    """

    family = "cvae"
    title = N_("Class-conditional variational")
    summary = N_("Told which class an example has, it needs its code only for the style.")
    changes = (CODE, LOSS)
    seconds = 5
    config_type = CVAEConfig
    conditional = True

    def __init__(self, config: CVAEConfig) -> None:
        super().__init__(config)
        self.beta, self.classes = config.beta, config.classes
        pixels, told = math.prod(config.image_shape), config.classes
        d, widths = config.latent_dim, config.widths
        self.encoder = mlp([pixels + told, *widths, 2 * d], *config.layers)
        self.decoder = mlp([d + told, *reversed(widths), pixels], *config.layers)

    def posterior(self, x: Tensor, labels: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Mean and log-variance of q(z|x, class), each (B, d); ``labels`` (B,), -1: untold."""
        told = self._told(labels, x)
        mean, log_variance = self.encoder(torch.cat([x.flatten(1), told], 1)).float().chunk(2, 1)
        return mean, log_variance

    def decode_logits(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Images (B, C, H, W) of codes (B, d) and classes (B,), before the sigmoid."""
        flat = self.decoder(torch.cat([z, self._told(labels, z)], 1))
        logits: Tensor = flat.view(-1, *self.config.image_shape)
        return logits

    def decode(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Images (B, C, H, W) in 0…1 of codes (B, d), of these classes (B,) or of any."""
        return self.shown(self.decode_logits(z, labels))

    def losses(
        self,
        x: Tensor,
        target: Tensor,
        generator: torch.Generator | None = None,
        labels: Tensor | None = None,
    ) -> dict[str, Tensor]:
        if labels is not None and self.training:
            lot = parallel.draw(torch.rand, labels.shape, generator=generator, device=x.device)
            labels = torch.where(lot < UNTOLD, -1, labels)
        mean, log_variance = self.posterior(x, labels)
        z = sample(mean, log_variance, generator)
        return {
            "recon": self.reconstruction(self.decode_logits(z, labels), target),
            "kl": kl_to_prior(mean, log_variance),
        }

    def _told(self, labels: Tensor | None, like: Tensor) -> Tensor:
        """One number a class, (B, classes): 1 for the image's own, all 0 where it is untold."""
        if labels is None:
            return like.new_zeros(like.shape[0], self.classes)  # len() would fix it in an export
        # one column more takes the untold ones, and is cut off
        columns = torch.where(labels < 0, self.classes, labels)
        return F.one_hot(columns, self.classes + 1)[:, :-1].to(like.dtype)
