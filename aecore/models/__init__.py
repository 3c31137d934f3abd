"""MODELS: every family of autoencoders, one file each. A new one is a file and an entry here.

FAMILIES has one more, of models that were made elsewhere and cannot be trained here.
"""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import numpy as np
import torch
from torch import Tensor

from aecore.messages import N_, Problem
from aecore.models.aae import AAE
from aecore.models.base import MAX_PARAMETERS, Autoencoder, Config
from aecore.models.contractive import Contractive
from aecore.models.conv import Conv
from aecore.models.conv_vae import ConvVAE
from aecore.models.cvae import CVAE
from aecore.models.deep import Deep
from aecore.models.guest import Guest
from aecore.models.recurrent import Recurrent
from aecore.models.recurrent_vae import RecurrentVAE
from aecore.models.simple import Simple
from aecore.models.sparse import Sparse
from aecore.models.vae import VAE, Variational
from aecore.registry import Registry

__all__ = [
    "FAMILIES",
    "MODELS",
    "Autoencoder",
    "Config",
    "Variational",
    "build",
    "check_names",
    "configure",
    "to_input",
]

MODELS: Registry[type[Autoencoder]] = Registry(
    unknown=N_("There is no model family “{name}”. There are: {known}.")
)
for _model in (
    Simple,
    Deep,
    Sparse,
    Contractive,
    Conv,
    Recurrent,
    VAE,
    ConvVAE,
    RecurrentVAE,
    CVAE,
    AAE,
):
    MODELS.add(_model.family, _model)

FAMILIES: Registry[type[Autoencoder]] = Registry(
    unknown=N_("There is no model family “{name}”. There are: {known}.")
)
for _name, _family in MODELS.items():
    FAMILIES.add(_name, _family)
FAMILIES.add(Guest.family, Guest)


def configure(family: str, /, **settings: Any) -> Config:
    """The family's configuration with these settings. Raises Problem for bad ones."""
    return FAMILIES[family].config_type.from_json(settings)


def check_names(family: str, settings: Iterable[str]) -> None:
    """Raise Problem unless the family has these settings; what images decide is none of them."""
    known = [each.name for each in fields(MODELS[family].config_type)]
    known = [name for name in known if name not in ("image_shape", "symbols", "classes")]
    for name in settings:
        if name not in known:
            raise Problem(
                N_("There is no setting “{name}” of {family}. There are: {known}."),
                name=name,
                family=family,
                known=", ".join(known),
            )


def build(family: str, /, **settings: Any) -> Autoencoder:
    """A new model, e.g. ``build("vae", image_shape=(1, 28, 28), latent_dim=2)``.

    Its size is checked before memory is taken. Raises Problem for an unknown family, for
    settings outside their range and for a model of more than MAX_PARAMETERS weights.
    """
    kind = MODELS[family]
    config = configure(family, **settings)
    with torch.device("meta"):  # shapes only, no memory
        weights = sum(parameter.numel() for parameter in kind(config).parameters())
    if weights > MAX_PARAMETERS:
        raise Problem(
            N_(
                "This model would have {millions} million weights; the limit is {limit} million. "
                "Take smaller examples or a smaller family."
            ),
            millions=round(weights / 1e6),
            limit=MAX_PARAMETERS // 1_000_000,
        )
    return kind(config)


def to_input(pixels: np.ndarray) -> Tensor:
    """Images as a model takes them: uint8 (N, C, H, W) to float32 in 0…1 of the same shape.

    Those that are float32 in 0…1 already stay as they are.
    """
    if pixels.dtype == np.float32:
        return torch.from_numpy(pixels)
    return torch.from_numpy(np.ascontiguousarray(pixels)).float().div_(255)
