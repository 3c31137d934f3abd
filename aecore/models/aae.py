"""The adversarial autoencoder: a judge, not a formula, brings the codes into shape."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from aecore import parallel
from aecore.messages import N_, Problem
from aecore.metrics import normal_distance
from aecore.models.base import LOSS, Autoencoder, Figure, Player, setting
from aecore.models.deep import FullyConnectedConfig
from aecore.models.layers import last_linear, mlp_decoder, mlp_encoder
from aecore.registry import Registry

Prior = Callable[[int, int, torch.Generator | None, torch.device], Tensor]

RING_RADIUS = 2.0
RING_SPREAD = 0.25
ROLL_TURNS = 1.5
ROLL_RADIUS = 2.5

JUDGE_WIDTH = 256
JUDGE_RATE, FOOL_RATE = 0.5, 0.1  # of the model's learning rate
MOMENTUM = 0.5  # with more of it players circle around each other (Radford et al., DCGAN, 2015)


def _gaussian(n: int, d: int, generator: torch.Generator | None, device: torch.device) -> Tensor:
    return parallel.draw(torch.randn, (n, d), generator=generator, device=device)


def _ring(n: int, d: int, generator: torch.Generator | None, device: torch.device) -> Tensor:
    """Ten small Gaussians on a circle."""
    lot = parallel.draw(torch.rand, (n,), generator=generator, device=device)
    angle = (lot * 10).floor() * (2 * math.pi / 10)
    middle = RING_RADIUS * torch.stack([angle.cos(), angle.sin()], 1)
    return middle + RING_SPREAD * _gaussian(n, 2, generator, device)


def _swiss_roll(n: int, d: int, generator: torch.Generator | None, device: torch.device) -> Tensor:
    """A spiral, equally dense along its length, and a little thick."""
    lot = parallel.draw(torch.rand, (n,), generator=generator, device=device)
    along = lot.sqrt()  # a spiral's length grows with the square of its angle
    angle = 2 * math.pi * ROLL_TURNS * along
    spiral = ROLL_RADIUS * along[:, None] * torch.stack([angle.cos(), angle.sin()], 1)
    return spiral + 0.05 * _gaussian(n, 2, generator, device)


PRIORS: Registry[Prior] = Registry(unknown=N_("The prior is “{name}”; it must be one of {known}."))
for _name, _prior in (("gaussian", _gaussian), ("ring", _ring), ("swiss_roll", _swiss_roll)):
    PRIORS.add(_name, _prior)


@dataclass(frozen=True)
class AAEConfig(FullyConnectedConfig):
    """``prior``: where codes should lie, "gaussian", "ring" (ten small Gaussians) or
    "swiss_roll"; the last two are shapes in the plane and want ``latent_dim`` 2."""

    latent_dim: int = 2
    prior: str = setting(
        "gaussian",
        N_("Prior"),
        help=N_("Where the discriminator wants the codes to lie. Ring and roll need 2 numbers."),
        choices={
            "gaussian": N_("Gaussian"),
            "ring": N_("Ring of ten Gaussians"),
            "swiss_roll": N_("Swiss roll"),
        },
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.prior != "gaussian" and self.latent_dim != 2:
            raise Problem(
                N_("The prior “{prior}” is a shape in the plane: choose a code of 2 numbers."),
                prior=self.prior,
            )


class AAE(Autoencoder):
    """Three players: encoder and decoder lower the reconstruction loss, a discriminator learns to
    tell codes from points drawn from the prior, the encoder learns to fool it. Makhzani et al.,
    "Adversarial Autoencoders", arXiv:1511.05644."""

    family = "aae"
    title = N_("Adversarial")
    summary = N_("A discriminator brings the codes into any shape that one can draw points from.")
    changes = (LOSS,)
    seconds = 6
    prior = N_(
        "A discriminator compares its codes with points drawn from the prior and so keeps them "
        "together."
    )
    figures = MappingProxyType({"ks": Figure(N_("Distance of the codes from the Gaussian"), 3)})
    config_type = AAEConfig

    def __init__(self, config: AAEConfig) -> None:
        super().__init__(config)
        self.is_gaussian, self.points = config.prior == "gaussian", PRIORS[config.prior]
        shape, widths, layers = config.image_shape, config.widths, config.layers
        self.encoder = mlp_encoder(shape, widths, config.latent_dim, *layers)
        self.decoder = mlp_decoder(config.latent_dim, widths, shape, *layers)
        self.discriminator = judge(config.latent_dim)
        self.recentred = config.norm and bool(config.widths)

    def code_figures(self, codes: np.ndarray) -> dict[str, float]:
        """``ks``: Kolmogorov–Smirnov distance from the Gaussian, on the axis where it is worst."""
        if not self.is_gaussian:
            return {}
        return {"ks": max(normal_distance(axis) for axis in codes.T)}

    def players(self) -> dict[str, Player]:
        drawing = [*self.encoder.parameters(), *self.decoder.parameters()]
        if self.recentred:  # where the codes lie as a whole is for the discriminator alone to say
            bias = last_linear(self.encoder).bias
            drawing = [parameter for parameter in drawing if parameter is not bias]
        judging, coding = list(self.discriminator.parameters()), list(self.encoder.parameters())
        return {
            "autoencoder": Player(drawing, self.losses, momentum=MOMENTUM),
            "discriminator": Player(judging, self._judging, rate=JUDGE_RATE, momentum=MOMENTUM),
            "encoder": Player(coding, self._fooling, rate=FOOL_RATE, momentum=MOMENTUM),
        }

    def _judging(
        self,
        x: Tensor,
        target: Tensor,
        generator: torch.Generator | None = None,
        labels: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """How badly the discriminator tells codes (0) from points of the prior (1); nats."""
        with torch.no_grad():
            codes = self.encode(x).float()
        points = self.points(len(x), codes.shape[1], generator, codes.device)
        real, coded = self.discriminator(points).float(), self.discriminator(codes).float()
        # softplus(-l) is the cross-entropy of a 1, softplus(l) that of a 0
        return {"discriminator": F.softplus(-real).mean() + F.softplus(coded).mean()}

    def _fooling(
        self,
        x: Tensor,
        target: Tensor,
        generator: torch.Generator | None = None,
        labels: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """How badly the encoder's codes pass for points of the prior; nats."""
        return {"encoder": F.softplus(-self.discriminator(self.encode(x)).float()).mean()}


def judge(latent_dim: int) -> nn.Sequential:
    """(B, latent_dim) -> (B, 1): above 0 for what looks drawn from the prior. No batch norm: in a
    batch of codes alone it would hide how they differ from the prior."""
    return nn.Sequential(
        nn.Linear(latent_dim, JUDGE_WIDTH),
        nn.SiLU(),
        nn.Linear(JUDGE_WIDTH, JUDGE_WIDTH),
        nn.SiLU(),
        nn.Linear(JUDGE_WIDTH, 1),
    )
