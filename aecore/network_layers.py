"""Half of a model as a flat list of layers: what a program without torch needs to run it.

The browser runs encoders and decoders (``browser/shared/network.js``), so that pictures follow the
hand without a server. Every layer takes all numbers of the one before. A batch norm needs no layer
of its own where it follows weights: with γ, β, mean μ and variance σ² it is y = a·(W·x) + b, one a
and one b for each feature.
"""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from aecore.messages import N_, Problem
from aecore.models import Autoencoder
from aecore.models.base import Config, Shape
from aecore.models.layers import ConvDecoder, Dropout, PooledDecoder
from aecore.models.recurrent import Recurrent
from aecore.models.recurrent_vae import RecurrentVAE
from aecore.pca import PrincipalComponents
from aecore.plain_layers import DECODER, ENCODER, OTHERWISE, UNKNOWN, NetworkLayers

MOST_WORK = 6_000_000  # multiply-adds: 6 ms of plain JavaScript, so that 60 a second are no burden

# single precision adds up in another order elsewhere; a half that does more than its layers say
# differs by far more
TOLERANCE = 1e-3

# arrays of a recurrent layer, and how PyTorch calls them
_ROLES = {
    "weight_input": "weight_ih",
    "weight_memory": "weight_hh",
    "bias_input": "bias_ih",
    "bias_memory": "bias_hh",
}

TOO_LARGE = N_(
    "The {half} is too large to follow a pointer: its work is {millions} million multiplications "
    "an image, the limit is {limit} million. The server computes instead, where you click."
)


def of_encoder(model: Autoencoder) -> NetworkLayers:
    """The encoder of a model: images to codes, or to mean and log-variance where it gives both.

    One that also takes a class encodes as if it weren't told any. Raises Problem for an encoder
    with other parts than ``NetworkLayers`` names, for one that does more than run them, and for
    one of more than MOST_WORK.
    """
    encoder, config = getattr(model, "encoder", None), model.config
    if isinstance(model, Recurrent):
        return _of_bearable_size(ENCODER, _Walk.reading(model))
    if isinstance(model, RecurrentVAE):
        return _of_bearable_size(ENCODER, _Walk.reading_both_ways(model))
    if not isinstance(encoder, nn.Module):
        raise Problem(UNKNOWN, half=ENCODER, part=type(model).__name__)
    x = torch.rand(4, *config.image_shape, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        posterior = model.posterior(x)
        codes = model.encode(x) if posterior is None else torch.cat(posterior, 1)
    made = (config.latent_dim,) if posterior is None else (2, config.latent_dim)
    found = _Walk(ENCODER, config.image_shape, made).through(encoder, model.bend)
    _check_agreement(ENCODER, encoder, x, codes, model.bend)
    return _of_bearable_size(ENCODER, found)


def of_decoder(model: Autoencoder) -> NetworkLayers:
    """The decoder of a model: codes to images; what is said of ``of_encoder`` holds here too."""
    decoder, config = getattr(model, "decoder", None), model.config
    if isinstance(model, Recurrent):
        return _of_bearable_size(DECODER, _Walk.writing(model))
    if isinstance(model, RecurrentVAE) and config.symbols:
        return _of_bearable_size(DECODER, _Walk.hearing(model))
    if not isinstance(decoder, nn.Module):
        raise Problem(UNKNOWN, half=DECODER, part=type(model).__name__)
    z = torch.randn(4, config.latent_dim, generator=torch.Generator().manual_seed(0))
    found = _Walk(DECODER, (config.latent_dim,), config.image_shape).through(decoder)
    with torch.inference_mode():
        logits = model.decode_logits(z)
    _check_agreement(DECODER, decoder, z, logits)
    _show(found, config)
    return _of_bearable_size(DECODER, found)


def _show(found: NetworkLayers, config: Config) -> None:
    """What Autoencoder.shown does."""
    if config.symbols:
        found.add("softmax", each=config.image_shape[-1])
    else:
        found.add("sigmoid")


def of_pca_encoder(pca: PrincipalComponents, numbers: int, shape: Shape) -> NetworkLayers:
    """Images ``shape`` to their coordinates along the first ``numbers`` principal components."""
    found = NetworkLayers(shape, (numbers,))
    rows = pca.components[:numbers]
    shift = -(rows @ pca.mean)
    arrays = {"weight": rows, "scale": np.ones(numbers), "shift": shift}
    found.add("linear", arrays, times=1)
    found.work = rows.size
    return _of_bearable_size(ENCODER, found)


def of_pca_decoder(pca: PrincipalComponents, numbers: int, shape: Shape) -> NetworkLayers:
    """The first ``numbers`` principal components as a decoder of images ``shape``."""
    found = NetworkLayers((numbers,), shape)
    columns, pixels = pca.components[:numbers].T, math.prod(shape)
    arrays = {"weight": columns, "scale": np.ones(pixels), "shift": pca.mean}
    found.add("linear", arrays, times=1)
    found.add("clip")  # straight lines may leave 0…1
    found.work = columns.size
    return _of_bearable_size(DECODER, found)


def _of_bearable_size(half: str, found: NetworkLayers) -> NetworkLayers:
    if found.work > MOST_WORK:
        raise Problem(
            TOO_LARGE,
            half=half,
            millions=math.ceil(found.work / 1e6),
            limit=MOST_WORK // 1_000_000,
        )
    return found


@torch.inference_mode()
def _check_agreement(
    half: str, part: nn.Module, x: Tensor, made: Tensor, after: nn.Module | None = None
) -> None:
    """Raise Problem unless ``made`` of ``x`` is what the layers of ``part`` make, and no more."""
    first = next(_leaves(part))
    if isinstance(first, nn.Linear):  # what it takes beyond x is a class, 0 throughout if untold
        flat = x.flatten(1)
        x = torch.cat([flat, flat.new_zeros(len(x), first.in_features - flat.shape[1])], 1)
    by_layers = part(x)
    if after is not None:
        by_layers = after(by_layers)
    if not torch.allclose(by_layers.flatten(1), made.flatten(1), atol=TOLERANCE):
        raise Problem(OTHERWISE, half=half)


def _leaves(module: nn.Module) -> Iterator[nn.Module]:
    """The layers of a module in the order in which they run."""
    if isinstance(module, nn.Sequential):
        for part in module:
            yield from _leaves(part)
    elif isinstance(module, ConvDecoder):
        yield from _leaves(module.grow)
        yield from _leaves(module.draw)
    elif isinstance(module, PooledDecoder):
        yield from _leaves(module.draw)
        yield _Crop(module.sides)
    else:
        yield module


class _Crop(nn.Module):
    """Leaves out what is beyond these sides; PooledDecoder does so at its end."""

    def __init__(self, sides: tuple[int, int]) -> None:
        super().__init__()
        self.sides = sides


class _Walk:
    """Goes through the layers of a half and keeps how many numbers, in which shape, come out."""

    def __init__(self, half: str, taken: tuple[int, ...], made: tuple[int, ...]) -> None:
        self.half = half
        self.found = NetworkLayers(taken, made)
        self.shape = taken

    def through(self, *parts: nn.Module) -> NetworkLayers:
        """All layers of these parts. Raises Problem for one that isn't known."""
        for part in parts:
            for layer in _leaves(part):
                self._layer(layer)
        if math.prod(self.shape) != math.prod(self.found.made):
            raise Problem(OTHERWISE, half=self.half)
        return self.found

    @classmethod
    def reading(cls, model: Recurrent) -> NetworkLayers:
        """The encoder of a recurrent model."""
        walk = cls(ENCODER, model.config.image_shape, (model.config.latent_dim,))
        walk._recurrent("read", model.reader, taken=list(walk.shape), steps=model.steps)
        walk.shape = (model.reader.hidden_size,)
        return walk.through(*([] if model.bare else [model.to_code]))

    @classmethod
    def reading_both_ways(cls, model: RecurrentVAE) -> NetworkLayers:
        """The encoder of a recurrent variational model."""
        config = model.config
        walk = cls(ENCODER, config.image_shape, (2, config.latent_dim))
        taken = list(walk.shape)
        walk._recurrent("read_both_ways", model.reader, taken=taken, steps=model.steps)
        walk.shape = (model.to_code.in_features,)
        return walk.through(model.to_code)

    @classmethod
    def writing(cls, model: Recurrent) -> NetworkLayers:
        """The decoder of a recurrent model."""
        walk = cls(DECODER, (model.config.latent_dim,), model.config.image_shape)
        told, arrays = model.writer.input_size, {}
        if not model.bare:  # what every step is told, and the first memory: one layer for both
            pair = [one[0].state_dict() for one in (model.from_code, model.first_memory)]
            both = nn.Linear(model.config.latent_dim, told + model.writer.hidden_size)
            both.weight.data = torch.cat([layer["weight"] for layer in pair])
            both.bias.data = torch.cat([layer["bias"] for layer in pair])
            walk._linear(both)
            walk.found.add("silu", part=[0, told])
            walk.found.add("tanh", part=[told, both.out_features])
            arrays = {"place": _array(model.place)}
        facts = {"steps": model.steps, "told": told, "begins": not model.bare}
        walk._recurrent("write", model.writer, arrays, **facts)
        walk.shape = (model.steps, model.writer.hidden_size)
        found = walk.through(model.to_row)
        found.add("image", made=list(model.config.image_shape))
        _show(found, model.config)
        return found

    @classmethod
    def hearing(cls, model: RecurrentVAE) -> NetworkLayers:
        """The decoder of a recurrent model of symbols that hears what it has written."""
        walk = cls(DECODER, (model.config.latent_dim,), model.config.image_shape)
        walk._layer(model.plan)
        arrays = {
            "heard": _array(model.heard.weight.T),  # a row for each symbol
            "row_weight": _array(model.to_row.weight),
            "row_bias": _array(model.to_row.bias),
        }
        symbols, told = model.to_row.out_features, model.writer.input_size
        walk._recurrent("hear", model.writer, arrays, steps=model.steps, told=told, symbols=symbols)
        walk.found.work += model.steps * model.to_row.weight.numel()
        _show(walk.found, model.config)
        return walk.found

    def _recurrent(
        self,
        kind: str,
        part: nn.GRU | nn.LSTM,
        arrays: dict[str, np.ndarray] | None = None,
        **facts: Any,
    ) -> None:
        cell = "lstm" if isinstance(part, nn.LSTM) else "gru"
        own = {name: _array(tensor) for name, tensor in part.state_dict().items()}
        weights = {
            f"{role}{'_back' if back else ''}": own[f"{name}_l0{'_reverse' if back else ''}"]
            for back in ((False, True) if part.bidirectional else (False,))
            for role, name in _ROLES.items()
        }
        self.found.add(kind, weights | (arrays or {}), cell=cell, width=part.hidden_size, **facts)
        products = sum(array.size for array in weights.values() if array.ndim > 1)
        self.found.work += facts["steps"] * products

    def _unknown(self, part: str) -> Problem:
        return Problem(UNKNOWN, half=self.half, part=part)

    def _layer(self, layer: nn.Module) -> None:
        add = self.found.add
        match layer:
            case nn.Linear():
                self._linear(layer)
            case nn.Conv2d() | nn.ConvTranspose2d():
                self._convolution(layer)
            case nn.MaxPool2d():
                self._max_pool(layer)
            case nn.BatchNorm1d() | nn.BatchNorm2d():
                self._batch_norm(layer)
            case nn.Upsample():
                self._upsample(layer)
            case _Crop():
                made = (self.shape[0], *layer.sides)
                add("crop", taken=list(self.shape), made=list(made))
                self.shape = made
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
                raise self._unknown(type(layer).__name__)

    def _linear(self, layer: nn.Linear) -> None:
        steps = self.shape[:-1] if len(self.shape) == 2 else ()  # each has the same layer
        numbers, times = math.prod(self.shape[len(steps) :]), math.prod(steps)
        # what the first layer takes beyond that is a class, 0 throughout where it is untold
        weight = _array(layer.weight)[:, :numbers] if not self.found.layers else layer.weight
        arrays = _affine(layer.bias, layer.out_features) | {"weight": _array(weight)}
        self.found.add("linear", arrays, times=times)
        self.found.work += times * numbers * layer.out_features
        self.shape = (*steps, layer.out_features)

    def _convolution(self, layer: nn.Conv2d | nn.ConvTranspose2d) -> None:
        padding = layer.padding
        plain = layer.groups == 1 and layer.dilation == (1, 1) and layer.padding_mode == "zeros"
        if not plain or isinstance(padding, str) or len(self.shape) != 3:
            raise self._unknown(str(layer))
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
        self.found.work += products * math.prod(layer.kernel_size)
        self.found.add(
            kind,
            _affine(layer.bias, features) | {"weight": _array(layer.weight)},
            taken=list(taken),
            made=list(self.shape),
            kernel=list(layer.kernel_size),
            stride=list(layer.stride),
            padding=list(padding),
        )

    def _max_pool(self, layer: nn.MaxPool2d) -> None:
        kernel, stride, padding, dilation = (
            value if isinstance(value, tuple) else (value, value)
            for value in (layer.kernel_size, layer.stride, layer.padding, layer.dilation)
        )
        if padding != (0, 0) or dilation != (1, 1) or len(self.shape) != 3:
            raise self._unknown(str(layer))
        taken, rounded = self.shape, math.ceil if layer.ceil_mode else math.floor
        sides = [
            rounded((n - window) / step) + 1
            for n, window, step in zip(taken[1:], kernel, stride, strict=True)
        ]
        self.shape = (taken[0], *sides)
        self.found.add(
            "max_pool",
            taken=list(taken),
            made=list(self.shape),
            kernel=list(kernel),
            stride=list(stride),
        )

    def _batch_norm(self, layer: nn.BatchNorm1d | nn.BatchNorm2d) -> None:
        if layer.running_mean is None or layer.running_var is None:
            raise self._unknown(str(layer))
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
            raise self._unknown(str(layer))
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
