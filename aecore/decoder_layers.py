"""A decoder as a flat list of layers: what a program without torch needs to run it.

The browser runs it (``browser/shared/decoder.js``), so that a digit follows the pointer without a
server. Every layer takes all numbers of the one before. A batch norm needs no layer of its own
where it follows weights: with γ, β, mean μ and variance σ² it is y = a·(W·x) + b, one a and one b
for each feature.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from aecore.messages import N_, Problem
from aecore.models import Autoencoder
from aecore.models.base import Shape
from aecore.models.layers import ConvDecoder, Dropout
from aecore.pca import PrincipalComponents

MOST_WORK = 4_000_000  # multiply-adds: 4 ms of plain JavaScript, so that 60 a second are no burden
CONVOLUTION = 3  # one of a convolution takes as long as three of a fully connected layer

# single precision adds up in another order elsewhere; a decoder that does more than its layers
# say differs by far more
TOLERANCE = 1e-3

UNKNOWN = N_(
    "The decoder has a part “{part}”, which browsers cannot run here; they run fully connected and "
    "convolutional layers. The server decodes instead, where you click."
)
OTHERWISE = N_(
    "The decoder does more than its layers say, so a browser cannot run it. The server decodes "
    "instead, where you click."
)
TOO_LARGE = N_(
    "The decoder is too large to follow a pointer: its work is {millions} million multiplications "
    "an image, the limit is {limit} million. The server decodes instead, where you click."
)


@dataclass
class DecoderLayers:
    """Layers from a code (``numbers``,) to an image ``shape`` (C, H, W) in 0…1.

    ``layers`` are plain facts; where they name an array, it lies in ``arrays`` under that name.

    ==============  ============================================================================
    linear          weight (outputs, inputs), scale and shift (outputs,): scale · (W x) + shift
    conv            weight (C_out, C_in, h, w), scale and shift (C_out,); shapes ``taken`` and
                    ``made`` (C, H, W); kernel, stride and padding (vertical, horizontal)
    conv_transpose  the same with weight (C_in, C_out, h, w)
    upsample        ``taken`` (C, H, W), times (vertical, horizontal): every pixel repeated
    affine          scale and shift (C,), each for ``each`` numbers in a row
    relu, leaky_relu (slope), silu, sigmoid, tanh, clip (to 0…1): every number by itself
    ==============  ============================================================================

    ``work``: the multiply-adds of one image, with those of convolutions counted by their time.
    """

    numbers: int
    shape: Shape
    layers: list[dict[str, Any]] = field(default_factory=list)
    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    work: int = 0

    def facts(self) -> dict[str, Any]:
        """All but the arrays, as JSON has it."""
        return {"numbers": self.numbers, "shape": list(self.shape), "layers": self.layers}

    def add(self, kind: str, arrays: dict[str, np.ndarray] | None = None, **facts: Any) -> None:
        """One layer more. Its arrays get names of their own, and half the bytes where 16 bits
        hold them exactly, as they do the weights of a checkpoint stored with 16."""
        layer: dict[str, Any] = {"kind": kind, **facts}
        for role, array in (arrays or {}).items():
            name = f"{len(self.layers)}.{role}"
            half = array.astype(np.float16)
            self.arrays[name] = half if np.array_equal(half, array) else array.astype(np.float32)
            layer[role] = name
        self.layers.append(layer)


def of_model(model: Autoencoder) -> DecoderLayers:
    """The decoder of a model; one that also takes a class decodes as if it weren't told any.

    Raises Problem for a decoder with other parts than ``DecoderLayers`` names, for one that does
    more than run them, and for one of more than MOST_WORK.
    """
    decoder = getattr(model, "decoder", None)
    if not isinstance(decoder, nn.Module):
        raise Problem(UNKNOWN, part=type(model).__name__)
    found = _Walk(model.config.latent_dim, model.config.image_shape).through(decoder)
    _check_agreement(model, decoder)
    found.add("sigmoid")
    return _of_bearable_size(found)


def of_pca(pca: PrincipalComponents, numbers: int, shape: Shape) -> DecoderLayers:
    """The first ``numbers`` principal components as a decoder of images ``shape``."""
    found = DecoderLayers(numbers, shape)
    pixels = math.prod(shape)
    arrays = {"weight": pca.components[:numbers].T, "scale": np.ones(pixels), "shift": pca.mean}
    found.add("linear", arrays, inputs=numbers, outputs=pixels)
    found.add("clip")  # straight lines may leave 0…1
    found.work = numbers * pixels
    return _of_bearable_size(found)


def _of_bearable_size(found: DecoderLayers) -> DecoderLayers:
    if found.work > MOST_WORK:
        raise Problem(
            TOO_LARGE,
            millions=math.ceil(found.work / 1e6),
            limit=MOST_WORK // 1_000_000,
        )
    return found


@torch.inference_mode()
def _check_agreement(model: Autoencoder, decoder: nn.Module) -> None:
    """Raise Problem unless the model decodes by its decoder's layers and nothing else."""
    z = torch.randn(4, model.config.latent_dim, generator=torch.Generator().manual_seed(0))
    first = next(_leaves(decoder))
    told = first.in_features - z.shape[1] if isinstance(first, nn.Linear) else 0
    by_layers = decoder(torch.cat([z, z.new_zeros(len(z), told)], 1))
    if not torch.allclose(by_layers.flatten(1), model.decode_logits(z).flatten(1), atol=TOLERANCE):
        raise Problem(OTHERWISE)


def _leaves(module: nn.Module) -> Iterator[nn.Module]:
    """The layers of a module in the order in which they run. Raises Problem."""
    if isinstance(module, nn.Sequential):
        for part in module:
            yield from _leaves(part)
    elif isinstance(module, ConvDecoder):
        yield from _leaves(module.grow)
        yield from _leaves(module.draw)
    else:
        yield module


class _Walk:
    """Goes through a decoder's layers and keeps how many numbers, in which shape, come out."""

    def __init__(self, numbers: int, shape: Shape) -> None:
        self.found = DecoderLayers(numbers, shape)
        self.shape: tuple[int, ...] = (numbers,)

    def through(self, decoder: nn.Module) -> DecoderLayers:
        """All layers of ``decoder``. Raises Problem for one that isn't known."""
        for layer in _leaves(decoder):
            self._layer(layer)
        if math.prod(self.shape) != math.prod(self.found.shape):
            raise Problem(OTHERWISE)
        return self.found

    def _layer(self, layer: nn.Module) -> None:
        add = self.found.add
        match layer:
            case nn.Linear():
                self._linear(layer)
            case nn.Conv2d() | nn.ConvTranspose2d():
                self._convolution(layer)
            case nn.BatchNorm1d() | nn.BatchNorm2d():
                self._batch_norm(layer)
            case nn.Upsample():
                self._upsample(layer)
            case nn.Flatten():
                self.shape = (math.prod(self.shape),)
            case nn.Unflatten():
                self.shape = tuple(layer.unflattened_size)
            case nn.Identity() | nn.Dropout() | Dropout():  # only training knows them
                pass
            case nn.ReLU():
                add("relu")
            case nn.LeakyReLU():
                add("leaky_relu", slope=layer.negative_slope)
            case nn.SiLU():
                add("silu")
            case nn.Sigmoid():
                add("sigmoid")
            case nn.Tanh():
                add("tanh")
            case _:
                raise Problem(UNKNOWN, part=type(layer).__name__)

    def _linear(self, layer: nn.Linear) -> None:
        (numbers,) = self.shape
        # what the first layer takes beyond the code is a class, 0 throughout where it is untold
        weight = _array(layer.weight)[:, :numbers] if not self.found.layers else layer.weight
        arrays = _affine(layer.bias, layer.out_features) | {"weight": _array(weight)}
        self.found.add("linear", arrays, inputs=numbers, outputs=layer.out_features)
        self.found.work += numbers * layer.out_features
        self.shape = (layer.out_features,)

    def _convolution(self, layer: nn.Conv2d | nn.ConvTranspose2d) -> None:
        padding = layer.padding
        plain = layer.groups == 1 and layer.dilation == (1, 1) and layer.padding_mode == "zeros"
        if not plain or isinstance(padding, str) or len(self.shape) != 3:
            raise Problem(UNKNOWN, part=str(layer))
        taken, features = self.shape, layer.out_channels
        around = zip(
            taken[1:], layer.kernel_size, layer.stride, padding, layer.output_padding, strict=True
        )
        if isinstance(layer, nn.ConvTranspose2d):
            kind = "conv_transpose"
            sides = [
                (n - 1) * step - 2 * pad + kernel + more for n, kernel, step, pad, more in around
            ]
            products = features * math.prod(taken)
        else:
            kind = "conv"
            sides = [(n + 2 * pad - kernel) // step + 1 for n, kernel, step, pad, _ in around]
            products = features * math.prod(sides) * taken[0]
        self.shape = (features, *sides)
        self.found.work += CONVOLUTION * products * math.prod(layer.kernel_size)
        self.found.add(
            kind,
            _affine(layer.bias, features) | {"weight": _array(layer.weight)},
            taken=list(taken),
            made=list(self.shape),
            kernel=list(layer.kernel_size),
            stride=list(layer.stride),
            padding=list(padding),
        )

    def _batch_norm(self, layer: nn.BatchNorm1d | nn.BatchNorm2d) -> None:
        if layer.running_mean is None or layer.running_var is None:
            raise Problem(UNKNOWN, part=str(layer))
        scale = 1 / np.sqrt(_array(layer.running_var).astype(np.float64) + layer.eps)
        if layer.affine:
            scale = scale * _array(layer.weight)
        shift = -scale * _array(layer.running_mean)
        if layer.affine:
            shift = shift + _array(layer.bias)
        before = self.found.layers[-1] if self.found.layers else {}
        if before.get("kind") in ("linear", "conv", "conv_transpose"):
            arrays = self.found.arrays
            arrays[before["shift"]] = (scale * arrays[before["shift"]] + shift).astype(np.float32)
            arrays[before["scale"]] = (scale * arrays[before["scale"]]).astype(np.float32)
        else:
            each = math.prod(self.shape[1:])
            self.found.add("affine", {"scale": scale, "shift": shift}, each=each)

    def _upsample(self, layer: nn.Upsample) -> None:
        factor = layer.scale_factor
        pair = factor if isinstance(factor, tuple) else (factor, factor)
        times = [int(one) for one in pair if one is not None and float(one).is_integer()]
        if layer.mode != "nearest" or len(times) != 2 or len(self.shape) != 3:
            raise Problem(UNKNOWN, part=str(layer))
        self.found.add("upsample", taken=list(self.shape), times=times)
        channels, height, width = self.shape
        self.shape = (channels, height * times[0], width * times[1])


def _affine(bias: Tensor | None, features: int) -> dict[str, np.ndarray]:
    """Scale and shift of a layer that no batch norm follows (yet)."""
    shift = np.zeros(features, np.float32) if bias is None else _array(bias)
    return {"scale": np.ones(features, np.float32), "shift": shift}


def _array(tensor: Tensor | np.ndarray) -> np.ndarray:
    if isinstance(tensor, np.ndarray):
        return tensor
    array: np.ndarray = tensor.detach().float().cpu().numpy()
    return array
