"""CORRUPTIONS: what can be done to an image before a model has to restore it.

Each takes float images (B, C, H, W) in 0…1, a strength per image (B, 1, 1, 1) in 0…1 and a
generator, and returns images of the same shape and range. The random numbers drawn do not depend
on the strength: under one seed a slider deepens the same damage and doesn't jump to another.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from aecore.messages import N_, Problem
from aecore.registry import Registry


@dataclass(frozen=True)
class Corruption:
    """``apply(x, strength, generator)``, and what is told of it.

    ``meaning`` says what its strength counts, ``slider`` names that in a word or two; ``damaged``
    is what its images are called, ``restored`` what a model makes of them, ``again`` asks for
    another draw of its randomness, if it is ``random``. At the strength ``compared_at``, 0…1,
    models are compared, here and in checkpoints/README.md.
    """

    name: str
    title: str
    meaning: str
    apply: Callable[[Tensor, Tensor, Generator], Tensor]
    compared_at: float
    random: bool = True
    slider: str = N_("Strength")
    damaged: str = N_("Damaged")
    restored: str = N_("Restored")
    again: str = N_("New damage")


CORRUPTIONS: Registry[Corruption] = Registry(
    unknown=N_("There is no corruption “{name}”. There are: {known}.")
)


def corrupt(x: Tensor, name: str, strength: float | Tensor, generator: Generator) -> Tensor:
    """Images (B, C, H, W) in 0…1, damaged; strength 0…1 is one number or one per image (B,).

    Raises Problem for an unknown corruption or a strength outside 0…1.
    """
    per_image = torch.as_tensor(strength, dtype=x.dtype, device=x.device).reshape(-1, 1, 1, 1)
    if not bool(((per_image >= 0) & (per_image <= 1)).all()):
        raise Problem(N_("The strength of a corruption must be a number from 0 to 1."))
    return CORRUPTIONS[name].apply(x, per_image.expand(len(x), 1, 1, 1), generator)


def _none(x: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    return x


def _gaussian(x: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    noise = torch.randn(x.shape, generator=generator, device=x.device, dtype=x.dtype)
    return noise.mul_(strength).add_(x).clamp_(0, 1)


def _salt_pepper(x: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    # one number a pixel, the same for all channels: below s/2 pepper, above 1 - s/2 salt
    draw = torch.rand((len(x), 1, *x.shape[2:]), generator=generator, device=x.device)
    x = torch.where(draw < strength / 2, torch.zeros_like(x), x)
    return torch.where(draw >= 1 - strength / 2, torch.ones_like(x), x)


def _block(x: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    height, width = x.shape[2:]
    centre = torch.rand((2, len(x), 1, 1, 1), generator=generator, device=x.device)
    rows = torch.arange(height, device=x.device).reshape(1, 1, -1, 1)
    columns = torch.arange(width, device=x.device).reshape(1, 1, 1, -1)
    inside = torch.ones((), dtype=torch.bool, device=x.device)
    for places, size, at in ((rows, height, centre[0]), (columns, width, centre[1])):
        side = torch.round(strength * size)
        first = torch.round(at * (size - side))  # the block stays within the image
        inside = inside & (places >= first) & (places < first + side)
    return torch.where(inside, torch.zeros_like(x), x)


def _lowres(x: Tensor, strength: Tensor, generator: Generator) -> Tensor:
    size = min(x.shape[2:])
    kept = torch.clamp(torch.round(size * (1 - strength)), min=2).int().flatten()  # pixels a side
    out = x.clone()
    for side in kept.unique().tolist():
        if side < size:
            chosen = kept == side
            height, width = (max(2, round(n * side / size)) for n in x.shape[2:])
            small = F.adaptive_avg_pool2d(x[chosen], (height, width))
            out[chosen] = F.interpolate(small, size=x.shape[2:], mode="nearest")
    return out


for _corruption in (
    Corruption(
        "none",
        N_("None"),
        N_("nothing is done to the image"),
        _none,
        compared_at=0.0,
        random=False,
    ),
    Corruption(
        "gaussian",
        N_("Gaussian noise"),
        N_("σ of the noise, on a scale where black is 0 and white is 1; clipped to that scale"),
        _gaussian,
        compared_at=0.5,
        slider=N_("Noise σ"),
        damaged=N_("Noisy"),
        restored=N_("Denoised"),
        again=N_("New noise"),
    ),
    Corruption(
        "salt_pepper",
        N_("Salt and pepper"),
        N_("share of the pixels that turn black or white"),
        _salt_pepper,
        compared_at=0.5,
        damaged=N_("Noisy"),
        restored=N_("Denoised"),
        again=N_("New noise"),
    ),
    Corruption(
        "block",
        N_("Hidden block"),
        N_("side of the hidden square, as a share of the image's"),
        _block,
        compared_at=12 / 28,  # 12×12 of 28×28 pixels
    ),
    Corruption(
        "lowres",
        N_("Lower resolution"),
        N_("share of the resolution that is lost: 0.75 makes 7×7 of 28×28"),
        _lowres,
        compared_at=0.75,
        random=False,
    ),
):
    CORRUPTIONS.add(_corruption.name, _corruption)
