"""CORRUPTIONS: what can be done to an image or a melody before a model has to restore it.

Each takes float images (B, C, H, W) in 0…1, a strength per image (B, 1, 1, 1) in 0…1 and a source
of randomness, and returns images of the same shape and range. The random numbers drawn do not
depend on the strength: under one seed a slider deepens the same damage and doesn't jump to another.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Generator, Tensor
from torch.nn import functional as F

from aecore.draws import Draws, normal, uniform
from aecore.messages import N_, Problem
from aecore.registry import Registry

Source = Generator | Draws

FARTHEST = 4  # semitones by which a wrong note is too high or too low


@dataclass(frozen=True)
class Corruption:
    """``apply(x, strength, source)``, and what is told of it.

    ``meaning`` says what its strength counts, ``slider`` names that in a word or two; ``damaged``
    is what its images are called, ``restored`` what a model makes of them, ``again`` asks for
    another draw of its randomness, if it is ``random``. At the strength ``compared_at``, 0…1,
    models are compared, here and in checkpoints/README.md. Those of ``symbols`` are done to
    melodies alone, the others to pictures and signals alone.
    """

    name: str
    title: str
    meaning: str
    apply: Callable[[Tensor, Tensor, Source], Tensor]
    compared_at: float
    random: bool = True
    symbols: bool = False
    slider: str = N_("Strength")
    damaged: str = N_("Damaged")
    restored: str = N_("Restored")
    again: str = N_("New damage")


CORRUPTIONS: Registry[Corruption] = Registry(
    unknown=N_("There is no corruption “{name}”. There are: {known}.")
)


def suiting(symbols: bool) -> list[str]:
    """Names of those that can be done to images, or else to ``symbols``; to both "none"."""
    return [name for name, one in CORRUPTIONS.items() if name == "none" or one.symbols == symbols]


def check_suits(name: str, symbols: bool) -> None:
    """Raise Problem for an unknown corruption, and for one of images where there are ``symbols``,
    or the other way round."""
    known = suiting(symbols)
    if CORRUPTIONS[name].name not in known:
        raise Problem(
            N_("These data cannot be damaged by “{name}”; choose one of {known}."),
            name=name,
            known=", ".join(known),
        )


def corrupt(x: Tensor, name: str, strength: float | Tensor, source: Source) -> Tensor:
    """Images (B, C, H, W) in 0…1, damaged; strength 0…1 is one number or one per image (B,).

    ``source``: PyTorch's generator, or draws that a browser can repeat. Raises Problem for an
    unknown corruption or a strength outside 0…1.
    """
    per_image = torch.as_tensor(strength, dtype=x.dtype, device=x.device).reshape(-1, 1, 1, 1)
    if not bool(((per_image >= 0) & (per_image <= 1)).all()):
        raise Problem(N_("The strength of a corruption must be a number from 0 to 1."))
    return CORRUPTIONS[name].apply(x, per_image.expand(len(x), 1, 1, 1), source)


def _none(x: Tensor, strength: Tensor, source: Source) -> Tensor:
    return x


def _gaussian(x: Tensor, strength: Tensor, source: Source) -> Tensor:
    noise = normal(x.shape, source, x)
    return noise.mul_(strength).add_(x).clamp_(0, 1)


def _salt_pepper(x: Tensor, strength: Tensor, source: Source) -> Tensor:
    # one number a pixel, the same for all channels: below s/2 pepper, above 1 - s/2 salt
    draw = uniform((len(x), 1, *x.shape[2:]), source, x)
    x = torch.where(draw < strength / 2, torch.zeros_like(x), x)
    return torch.where(draw >= 1 - strength / 2, torch.ones_like(x), x)


def _block(x: Tensor, strength: Tensor, source: Source) -> Tensor:
    height, width = x.shape[2:]
    centre = uniform((2, len(x), 1, 1, 1), source, x)
    rows = torch.arange(height, device=x.device).reshape(1, 1, -1, 1)
    columns = torch.arange(width, device=x.device).reshape(1, 1, 1, -1)
    inside = torch.ones((), dtype=torch.bool, device=x.device)
    for places, size, at in ((rows, height, centre[0]), (columns, width, centre[1])):
        side = torch.round(strength * size)
        first = torch.round(at * (size - side))  # the block stays within the image
        inside = inside & (places >= first) & (places < first + side)
    return torch.where(inside, torch.zeros_like(x), x)


def _lowres(x: Tensor, strength: Tensor, source: Source) -> Tensor:
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


def arranged(x: Tensor, arrangement: Tensor) -> Tensor:
    """Images (B, C, H, W) whose four tiles, 2×2 of them, lie otherwise.

    ``arrangement`` (B, 4), int64: for each place, row by row, the number 0…3 of the tile that
    comes there. A last row or column that an odd side has over stays where it is.
    """
    height, width = (side // 2 for side in x.shape[2:])
    whole = x[:, :, : 2 * height, : 2 * width]
    cut = whole.unflatten(3, (2, width)).unflatten(2, (2, height))  # (B, C, 2, h, 2, w)
    tiles = cut.permute(0, 2, 4, 1, 3, 5).flatten(1, 2)  # (B, 4, C, h, w)
    images = torch.arange(len(x), device=x.device)[:, None]
    moved = tiles[images, arrangement].unflatten(1, (2, 2))
    out = x.clone()
    out[:, :, : 2 * height, : 2 * width] = moved.permute(0, 3, 1, 4, 2, 5).reshape(whole.shape)
    return out


def _notes(x: Tensor, strength: Tensor, source: Source) -> Tensor:
    steps, symbols = x.shape[2:]
    hit, how, far = uniform((3, len(x), steps), source, x)  # (B, T) each, a number for each step
    before = x[:, 0].argmax(-1)  # symbols of melodies (aecore.melodies.melody)
    pitches, rest, hold = symbols - 2, symbols - 2, symbols - 1
    struck = (before < pitches) & (hit < strength.flatten(1))
    semitones = torch.ceil(FARTHEST * (1 - far)).long() * torch.where(how < 0.75, -1, 1)
    after = torch.where(struck, (before + semitones).clamp(0, pitches - 1), before)
    # what a step holds began in the last one before that holds nothing; at first all is silent
    begun = torch.arange(steps, device=x.device).where(before != hold, -1).cummax(1).values
    sounds = F.pad((before < pitches) & ~(struck & (how < 0.5)), (1, 0)).gather(1, begun + 1)
    silence = torch.where(F.pad(sounds[:, :-1], (1, 0), value=True), rest, hold)
    return F.one_hot(torch.where(sounds, after, silence), symbols)[:, None].to(x.dtype)


def _jigsaw(x: Tensor, strength: Tensor, source: Source) -> Tensor:
    n = len(x)
    order = uniform((n, 4), source, x).argsort(1)
    lot = uniform((n, 1), source, x)
    moved = torch.ceil(4 * strength.flatten(1)).long()  # tiles: the first ones of the order …
    # … each go to where the next one was; of four a third to the next but one, in two pairs, so
    # that all nine ways in which none stays at its place come equally often
    step = torch.where((moved == 4) & (lot < 1 / 3), 2, 1)
    turn = torch.arange(4, device=x.device).expand(n, 4)
    taken = torch.where(turn < moved, (turn + step) % moved.clamp(min=1), turn)
    return arranged(x, torch.empty_like(order).scatter_(1, order, order.gather(1, taken)))


for _corruption in (
    Corruption(
        "none",
        N_("None"),
        N_("nothing is done to the input"),
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
    Corruption(
        "jigsaw",
        N_("Jigsaw"),
        N_(
            "share of the four tiles that are swapped, rounded up: two at 0.5, all at 1, none "
            "at 0.25"
        ),
        _jigsaw,
        compared_at=1.0,
        slider=N_("Share of the tiles"),
        damaged=N_("Jumbled"),
        restored=N_("Put together"),
        again=N_("New puzzle"),
    ),
    Corruption(
        "notes",
        N_("Wrong notes"),
        N_("share of the notes that are hit: half of these are missing, half too high or too low"),
        _notes,
        compared_at=0.2,
        symbols=True,
        slider=N_("Share of the notes"),
    ),
):
    CORRUPTIONS.add(_corruption.name, _corruption)
