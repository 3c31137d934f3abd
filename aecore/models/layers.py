"""Building blocks that several families share."""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from aecore import parallel
from aecore.models.base import Shape

ACTIVATIONS: dict[str, type[nn.Module]] = {
    "silu": nn.SiLU,
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,  # as networks had it until about 2011, see aecore/pretraining.py
}


class Dropout(nn.Module):
    """Sets a ``share`` 0…1 of the numbers to 0 while training, and scales up the rest.

    Srivastava et al., "Dropout", JMLR 15 (2014). The loop hands it the epoch's generator, so that
    the same seed drops the same numbers, also in several processes.
    """

    generator: torch.Generator | None = None

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        draw = parallel.draw(torch.rand, x.shape, generator=self.generator, device=x.device)
        return x * (draw >= self.share) / (1 - self.share)


def _normalize(norm: nn.BatchNorm1d | nn.BatchNorm2d, x: Tensor) -> Tensor:
    """Batch norm with the means and variances of the whole batch, of which ``x`` is a share."""
    over = [0, *range(2, x.ndim)]
    shape = (1, -1, *(1 for _ in range(2, x.ndim)))
    count = x.numel() // x.shape[1] * parallel.world().size
    x = x.float()
    mean = parallel.total(x.sum(over)) / count
    centred = x - mean.view(shape)
    variance = parallel.total((centred**2).sum(over)) / count
    assert norm.running_mean is not None and norm.running_var is not None
    assert norm.num_batches_tracked is not None and norm.momentum is not None
    with torch.no_grad():
        norm.num_batches_tracked += 1
        norm.running_mean.lerp_(mean, norm.momentum)
        norm.running_var.lerp_(variance * count / (count - 1), norm.momentum)
    scaled = centred * torch.rsqrt(variance + norm.eps).view(shape)
    return scaled * norm.weight.view(shape) + norm.bias.view(shape)


class BatchNorm1d(nn.BatchNorm1d):
    """Batch norm that sees the whole batch when several processes share it."""

    def forward(self, x: Tensor) -> Tensor:
        if self.training and parallel.world().size > 1:
            return _normalize(self, x)
        return super().forward(x)


class BatchNorm2d(nn.BatchNorm2d):
    """Batch norm that sees the whole batch when several processes share it."""

    def forward(self, x: Tensor) -> Tensor:
        if self.training and parallel.world().size > 1:
            return _normalize(self, x)
        return super().forward(x)


def unbiased(layer: nn.Linear | nn.Conv2d | nn.ConvTranspose2d) -> nn.Module:
    """A layer before batch norm, which subtracts its bias again: what would move it is rounding
    noise, differently in one process and in several. So it stays as it is."""
    assert layer.bias is not None
    layer.bias.requires_grad_(False)
    return layer


def last_linear(part: nn.Module) -> nn.Linear:
    """An encoder's layer that gives the code, a decoder's that gives the pixels.

    A decoder that begins with a linear layer and batch norm takes any shift of the code away
    again, so that the bias of its encoder's changes nothing either.
    """
    *_, last = (layer for layer in part.modules() if isinstance(layer, nn.Linear))
    return last


def blocks(
    widths: Sequence[int], dropout: float = 0.0, norm: bool = True, activation: str = "silu"
) -> list[list[nn.Module]]:
    """Linear layers of these widths, each with what follows it: batch norm, activation, dropout;
    nothing after the last."""
    found: list[list[nn.Module]] = []
    for n_in, n_out in zip(widths[:-1], widths[1:], strict=True):
        linear = nn.Linear(n_in, n_out)
        block: list[nn.Module] = [linear]
        if len(found) < len(widths) - 2:
            if norm:
                block = [unbiased(linear), BatchNorm1d(n_out)]
            block += [ACTIVATIONS[activation]()]
            block += [Dropout(dropout)] if dropout else []
        found.append(block)
    return found


def mlp(
    widths: Sequence[int], dropout: float = 0.0, norm: bool = True, activation: str = "silu"
) -> nn.Sequential:
    """The layers of ``blocks`` in a row."""
    found = blocks(widths, dropout, norm, activation)
    return nn.Sequential(*(layer for block in found for layer in block))


def mlp_encoder(
    image_shape: Shape,
    widths: Sequence[int],
    n_out: int,
    dropout: float = 0.0,
    norm: bool = True,
    activation: str = "silu",
) -> nn.Sequential:
    """(B, C, H, W) -> (B, n_out) through fully connected layers."""
    layers = mlp([math.prod(image_shape), *widths, n_out], dropout, norm, activation)
    return nn.Sequential(nn.Flatten(), layers)


class PixelDecoder(nn.Sequential):
    """Fully connected layers to a logit for each pixel."""

    @torch.no_grad()
    def begin_at(self, mean: Tensor) -> None:
        """Draw the image ``mean`` (C, H, W) in 0…1 where the layers before say nothing.

        The first steps would only find it: a training of one epoch gains a tenth of its steps.
        """
        # not all the way to 0 and 1, from where a bias would have far to go back
        last_linear(self).bias.copy_(mean.flatten().logit(eps=1e-3))


def mlp_decoder(
    latent_dim: int,
    widths: Sequence[int],
    image_shape: Shape,
    dropout: float = 0.0,
    norm: bool = True,
    activation: str = "silu",
) -> PixelDecoder:
    """(B, latent_dim) -> (B, C, H, W), the encoder's layers in reverse."""
    widths = [latent_dim, *reversed(widths), math.prod(image_shape)]
    layers = mlp(widths, dropout, norm, activation)
    return PixelDecoder(layers, nn.Unflatten(1, image_shape))


def halved(size: int) -> int:
    """What a stride-2 convolution makes of ``size`` pixels."""
    return (size + 1) // 2


def conv_encoder(
    image_shape: Shape, channels: Sequence[int], width: int, n_out: int
) -> nn.Sequential:
    """(B, C, H, W) -> (B, n_out): each convolution halves the picture, then two linear layers."""
    n_in, height, length = image_shape
    layers: list[nn.Module] = []
    for n_maps in channels:
        halving = nn.Conv2d(n_in, n_maps, 3, stride=2, padding=1)
        layers += [unbiased(halving), BatchNorm2d(n_maps), nn.SiLU()]
        n_in, height, length = n_maps, halved(height), halved(length)
    return nn.Sequential(*layers, nn.Flatten(), mlp([n_in * height * length, width, n_out]))


class ConvDecoder(nn.Module):
    """(B, latent_dim) -> (B, C, H, W): two linear layers, then each transposed convolution
    doubles the picture, back through exactly the sizes that the encoder went down."""

    def __init__(
        self, latent_dim: int, width: int, channels: Sequence[int], image_shape: Shape
    ) -> None:
        super().__init__()
        sizes = [image_shape[1:]]
        for _ in channels:
            height, length = sizes[-1]
            sizes.append((halved(height), halved(length)))
        smallest = (channels[-1], *sizes.pop())
        n_in = math.prod(smallest)
        to_maps = mlp([latent_dim, width, n_in])
        last = to_maps[-1]
        assert isinstance(last, nn.Linear)
        unbiased(last)
        self.grow = nn.Sequential(
            to_maps,
            BatchNorm1d(n_in),
            nn.SiLU(),
            nn.Unflatten(1, smallest),
        )
        maps = [*reversed(channels), image_shape[0]]
        layers: list[nn.Module] = []
        for n_in, n_out in zip(maps[:-1], maps[1:], strict=True):
            height, length = sizes.pop()
            # an odd size comes back by itself, an even one needs a row and a column more
            padding = (1 - height % 2, 1 - length % 2)
            doubling = nn.ConvTranspose2d(n_in, n_out, 3, 2, 1, output_padding=padding)
            layers += [doubling]
            if sizes:
                layers[-1:] = [unbiased(doubling), BatchNorm2d(n_out), nn.SiLU()]
        self.draw = nn.Sequential(*layers)

    def forward(self, z: Tensor) -> Tensor:
        image: Tensor = self.draw(self.grow(z))
        return image


def pooled_shape(image_shape: Shape, channels: Sequence[int]) -> Shape:
    """What is left of an image after a max pooling for each of the ``channels``."""
    height, length = image_shape[1:]
    for _ in channels:
        height, length = halved(height), halved(length)
    return channels[-1], height, length


def channels_last(part: nn.Module) -> None:
    """Let filters lie in memory with the channels of a pixel together.

    Convolution and pooling of many maps then take half the time. Beside batch norm and linear
    layers it doesn't pay: what comes back from those lies the other way.
    """
    for weights in part.parameters():
        if weights.ndim == 4:  # (out, in, height, width)
            weights.data = weights.data.contiguous(memory_format=torch.channels_last)


def pooled_encoder(image_shape: Shape, channels: Sequence[int]) -> nn.Sequential:
    """(B, C, H, W) -> (B, numbers): convolution, ReLU and max pooling, as often as there are
    ``channels``; the last feature maps are the code."""
    layers: list[nn.Module] = []
    for n_in, n_out in zip((image_shape[0], *channels[:-1]), channels, strict=True):
        layers += [nn.Conv2d(n_in, n_out, 3, padding=1), nn.ReLU()]
        layers += [nn.MaxPool2d(2, ceil_mode=True)]
    return nn.Sequential(*layers, nn.Flatten())


class PooledDecoder(nn.Module):
    """(B, numbers) -> (B, C, H, W): convolution, ReLU and doubling, then one convolution more.

    Doubling again what was rounded up gives too large a picture. Where it would be two pixels too
    large, the last doubling follows a convolution without padding; what is left over is cut off.
    """

    def __init__(self, channels: Sequence[int], image_shape: Shape) -> None:
        super().__init__()
        smallest = pooled_shape(image_shape, channels)
        maps = [channels[-1], *reversed(channels)]
        layers: list[nn.Module] = [nn.Unflatten(1, smallest)]
        last = len(channels) - 1
        for stage, (n_in, n_out) in enumerate(zip(maps[:-1], maps[1:], strict=True)):
            sides = [n * 2**stage for n in smallest[1:]]
            excess = [n - side / 2 for n, side in zip(sides, image_shape[1:], strict=True)]
            padding = 0 if stage == last and excess == [2, 2] else 1
            layers += [nn.Conv2d(n_in, n_out, 3, padding=padding), nn.ReLU()]
            layers += [nn.Upsample(scale_factor=2)]
        self.draw = nn.Sequential(*layers, nn.Conv2d(channels[0], image_shape[0], 3, padding=1))
        self.sides = image_shape[1:]

    def forward(self, z: Tensor) -> Tensor:
        image: Tensor = self.draw(z)
        return image[:, :, : self.sides[0], : self.sides[1]]
