"""Building blocks that several families share."""

import math
from collections.abc import Sequence

from torch import Tensor, nn

from aecore.models.base import Shape


def mlp(widths: Sequence[int]) -> nn.Sequential:
    """Linear layers of these widths; batch norm and SiLU between them, nothing after the last."""
    layers: list[nn.Module] = []
    for n_in, n_out in zip(widths[:-2], widths[1:-1], strict=True):
        layers += [nn.Linear(n_in, n_out), nn.BatchNorm1d(n_out), nn.SiLU()]
    return nn.Sequential(*layers, nn.Linear(widths[-2], widths[-1]))


def mlp_encoder(image_shape: Shape, widths: Sequence[int], n_out: int) -> nn.Sequential:
    """(B, C, H, W) -> (B, n_out) through fully connected layers."""
    return nn.Sequential(nn.Flatten(), mlp([math.prod(image_shape), *widths, n_out]))


def mlp_decoder(latent_dim: int, widths: Sequence[int], image_shape: Shape) -> nn.Sequential:
    """(B, latent_dim) -> (B, C, H, W), the encoder's layers in reverse."""
    layers = mlp([latent_dim, *reversed(widths), math.prod(image_shape)])
    return nn.Sequential(layers, nn.Unflatten(1, image_shape))


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
        layers += [nn.Conv2d(n_in, n_maps, 3, stride=2, padding=1), nn.BatchNorm2d(n_maps)]
        layers += [nn.SiLU()]
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
        self.grow = nn.Sequential(
            mlp([latent_dim, width, n_in]),
            nn.BatchNorm1d(n_in),
            nn.SiLU(),
            nn.Unflatten(1, smallest),
        )
        maps = [*reversed(channels), image_shape[0]]
        layers: list[nn.Module] = []
        for n_in, n_out in zip(maps[:-1], maps[1:], strict=True):
            height, length = sizes.pop()
            # an odd size comes back by itself, an even one needs a row and a column more
            padding = (1 - height % 2, 1 - length % 2)
            layers += [nn.ConvTranspose2d(n_in, n_out, 3, 2, 1, output_padding=padding)]
            if sizes:
                layers += [nn.BatchNorm2d(n_out), nn.SiLU()]
        self.draw = nn.Sequential(*layers)

    def forward(self, z: Tensor) -> Tensor:
        image: Tensor = self.draw(self.grow(z))
        return image
