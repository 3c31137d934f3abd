"""Weights as pictures: what the first layer looks for, and what the last one draws."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from aecore.activations import own_copy
from aecore.models import Autoencoder

Kind = Literal["images", "kernels", "rows"]


@dataclass(frozen=True)
class Filters:
    """Weights (n, h, w) of the n units of a layer, or of a convolution's n maps.

    ``kind``: "images", a weight for each pixel of an image; "kernels", the few pixels that slide
    over it; "rows", a weight for each pixel of a row, which a recurrent layer reads one by one.
    Channels are averaged.
    """

    kind: Kind
    weights: np.ndarray

    def strongest(self, most: int) -> np.ndarray:
        """The pictures (m, h, w) of up to ``most`` units with the largest weights, in their order
        in the layer."""
        size = (self.weights**2).sum((1, 2))
        places = np.sort(np.argsort(-size, kind="stable")[:most])
        chosen: np.ndarray = self.weights[places]
        return chosen

    def limit(self) -> float:
        """What a scale around zero should reach: all but the largest of 200 weights."""
        return float(np.quantile(abs(self.weights), 0.995)) or 1.0


def first(model: Autoencoder) -> Filters | None:
    """Of the layer that sees the image; None where the encoder has no layer of its own."""
    channels, height, width = model.config.image_shape
    layer = _called(model, encoding=True)
    if isinstance(layer, nn.Linear):
        # what comes after the pixels is a class that is told
        pixels = layer.weight[:, : channels * height * width]
        return Filters("images", _mean(pixels.view(-1, channels, height, width)))
    if isinstance(layer, nn.Conv2d):
        return Filters("kernels", _mean(layer.weight))
    if isinstance(layer, nn.RNNBase):
        rows = layer.get_parameter("weight_ih_l0")  # (gates · units, channels · width)
        return Filters("rows", _mean(rows.view(-1, channels, 1, width)))
    return None


def last(model: Autoencoder) -> Filters | None:
    """Of the layer that draws the image: what each of its inputs adds to it, before the sigmoid."""
    channels, height, width = model.config.image_shape
    layer = _called(model, encoding=False)
    if isinstance(layer, nn.Linear) and layer.out_features == channels * height * width:
        return Filters("images", _mean(layer.weight.T.reshape(-1, channels, height, width)))
    if isinstance(layer, nn.Linear) and layer.out_features == channels * width:
        return Filters("rows", _mean(layer.weight.T.reshape(-1, channels, 1, width)))
    if isinstance(layer, nn.ConvTranspose2d):
        return Filters("kernels", _mean(layer.weight))  # (maps, channels, h, w)
    if isinstance(layer, nn.Conv2d):
        return Filters("kernels", _mean(layer.weight.transpose(0, 1)))
    return None


def _mean(weights: Tensor) -> np.ndarray:
    """(n, channels, h, w) -> (n, h, w)."""
    found: np.ndarray = weights.detach().float().mean(1).cpu().numpy()
    return found


@torch.inference_mode()
def _called(model: Autoencoder, encoding: bool) -> nn.Module | None:
    """The first layer with weights that runs when images are encoded, or the last that does when
    codes are decoded."""
    called: list[nn.Module] = []
    model = own_copy(model)
    for layer in model.modules():
        if isinstance(layer, nn.Linear | nn.Conv2d | nn.ConvTranspose2d | nn.RNNBase):
            layer.register_forward_hook(lambda layer, _taken, _made: called.append(layer))
    if encoding:
        model.encode(torch.zeros(1, *model.config.image_shape))
    else:
        model.decode_logits(torch.zeros(1, model.config.latent_dim))
    if not called:
        return None
    return called[0] if encoding else called[-1]
