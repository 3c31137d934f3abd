"""One encoder, two decoders: images of one kind, drawn as images of another, without any labels.

As in the programs that swap faces in films (2017): both kinds of images go through the same
encoder, each kind has a decoder of its own, and what comes in is bent, so that the code says what
is seen and leaves it to the decoder how it looks. Three things more keep what is seen the same: a
discriminator that can't tell by a code of which kind an image was (Ganin et al.,
"Domain-Adversarial Training of Neural Networks", JMLR 17, 2016), codes of both kinds that are
spread alike, and swapping there and back, which must give the image again (Lample et al.,
"Unsupervised Machine Translation Using Monolingual Corpora Only", ICLR 2018).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from aecore import checkpoint, classifier, evaluation, strokes
from aecore.classifier import Classifier
from aecore.data import Images
from aecore.models import build
from aecore.models.aae import judge
from aecore.models.base import Autoencoder, cross_entropy
from aecore.models.layers import PixelDecoder
from aecore.recipe import one_cycle
from aecore.training.batches import Batches

SHIPPED = checkpoint.SHIPPED / "swap"
KINDS = HAND, PRINT = "hand", "print"
DATA = {HAND: "mnist", PRINT: "print"}
BEND = 0.1  # standard deviation of how far a place moves, where an image reaches from -1 to 1
KNOTS = 4  # a side: places that move on their own; those between follow smoothly
MEAN_OF = 5_000  # images; as many tell what they look like on average
DIRECTIONS = 128
DEGREES, SCALE, SHIFT = 9.0, 0.15, 0.08

Progress = Callable[[float], None]
"""Told the share 0…1 of the training that is done; raising from it stops the training."""


@dataclass(frozen=True)
class Swapping:
    """How two autoencoders learn to swap.

    ``rounds``: how many batches of ``batch_size`` images of each kind; in each round the learning
    rate rises to ``learning_rate``, in later ones to ``later_rate``, and falls again (Loshchilov
    and Hutter, "SGDR", ICLR 2017). ``latent_dim`` and ``widths`` of the fully connected layers;
    ``bent``: how strongly images of either kind are bent on their way in.
    Weights: ``alike`` of codes that don't tell the kind, ``matched`` of codes that are spread
    alike, ``returned`` of coming back whole, from the share ``apart`` of the first round on.
    ``shared`` False: each has an encoder of its own, and nothing connects them.
    """

    rounds: tuple[int, ...] = (2200, 600, 600)
    batch_size: int = 128
    latent_dim: int = 16
    widths: tuple[int, ...] = (160, 96)
    bent: tuple[float, float] = (1.0, 1.1)
    alike: float = 1.0
    matched: float = 160.0
    returned: float = 1.0
    apart: float = 0.5
    shared: bool = True
    learning_rate: float = 3e-3
    later_rate: float = 2e-3
    seed: int = 0


class Pair(NamedTuple):
    """An autoencoder for each kind of images; in a pair that swaps both have the same encoder."""

    first: Autoencoder
    second: Autoencoder


def alone(kind: str) -> str:
    """The name of a kind's autoencoder that has learned without the other kind."""
    return f"{kind}-alone"


def path(name: str) -> Path:
    """Where the shipped file of that name is: a kind's autoencoder, or the reader of print."""
    return SHIPPED / f"{name}.safetensors"


@cache
def reader(kind: str) -> Classifier:
    """The classifier that reads digits of that kind. Raises Problem."""
    return classifier.shipped() if kind == HAND else Classifier.load(path("reader"))


def train(
    first: np.ndarray,
    second: np.ndarray,
    settings: Swapping,
    progress: Progress | None = None,
) -> Pair:
    """The two autoencoders of images (N, 1, H, W), uint8, of one kind and of another."""
    shape = tuple(first.shape[1:])
    torch.manual_seed(settings.seed)  # first weights
    generator = torch.Generator().manual_seed(settings.seed)
    config: dict[str, Any] = {"latent_dim": settings.latent_dim, "widths": settings.widths}
    pair = Pair(*(build("deep", image_shape=shape, **config) for _kind in range(2)))
    for model, pixels in zip(pair, (first, second), strict=True):
        mean = torch.from_numpy(pixels[:: 1 + len(pixels) // MEAN_OF]).float().mean(0) / 255
        assert isinstance(model.decoder, PixelDecoder)
        model.decoder.begin_at(mean)
    if settings.shared:
        pair.second.encoder = pair.first.encoder
    sources = [Batches(pixels, None, torch.device("cpu")) for pixels in (first, second)]
    done = 0
    for number in range(len(settings.rounds)):
        for _step in _round(pair, sources, settings, number, generator):
            done += 1
            if progress:
                progress(done / sum(settings.rounds))
    for model in pair:
        model.eval().requires_grad_(False)
    return pair


def _round(
    pair: Pair, sources: list[Batches], settings: Swapping, number: int, generator: torch.Generator
) -> Iterator[None]:
    """Train for a round, step by step."""
    drawing = _optimizer(dict.fromkeys(p for model in pair for p in model.parameters()))
    discriminator = judge(settings.latent_dim)
    judging = _optimizer(dict.fromkeys(discriminator.parameters()), momentum=0.5)
    steps = settings.rounds[number]
    peak = settings.learning_rate if number == 0 else settings.later_rate
    for step in range(steps):
        rate = one_cycle(step / steps, peak)
        x = [_some(images, settings.batch_size, generator) for images in sources]
        returned = None
        if settings.shared and (number > 0 or step / steps >= settings.apart):
            returned = _there_and_back(pair, x, settings, generator)
        codes = _codes(pair, _bent(x, settings, generator), settings.shared)
        loss = sum(
            cross_entropy(model.decode_logits(z), one)
            for model, z, one in zip(pair, codes, x, strict=True)
        )
        # neither near zero, where no discriminator could tell them apart, nor far out
        loss = loss + (torch.cat(codes).square().mean() - 1).square()
        if settings.shared:
            _move(judging, rate / 3, _told_apart(discriminator, [z.detach() for z in codes]))
            loss = loss + settings.alike * _told_apart(discriminator, codes[::-1])
            loss = loss + settings.matched * sliced_distance(codes[0], codes[1], generator)
        if returned is not None:
            loss = loss + settings.returned * returned
        _move(drawing, rate, loss)
        yield


def bent(x: Tensor, amount: float, generator: torch.Generator) -> Tensor:
    """Images (B, C, H, W), each bent smoothly, turned, scaled and shifted a little at random."""
    if not amount:
        return x
    count, _channels, height, width = x.shape

    def lot(most: float) -> Tensor:
        return (torch.rand(count, generator=generator) * 2 - 1) * most * amount

    angle = lot(float(np.radians(DEGREES)))
    across, down = 1 + lot(SCALE), 1 + lot(SCALE)
    rows = [
        torch.stack([across * angle.cos(), -angle.sin(), lot(SHIFT)], 1),
        torch.stack([angle.sin(), down * angle.cos(), lot(SHIFT)], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(x.shape), align_corners=False)
    knots = torch.randn(count, KNOTS**2, 2, generator=generator) * BEND * amount
    moved = _between_knots(height, width) @ knots  # (B, H·W, 2)
    return F.grid_sample(x, grid + moved.view(grid.shape), align_corners=False)


@cache
def _between_knots(height: int, width: int) -> Tensor:
    """How much each pixel follows each knot of a square grid over the image: (H·W, KNOTS²)."""
    alone = torch.eye(KNOTS**2).view(-1, 1, KNOTS, KNOTS)
    spread = F.interpolate(alone, (height, width), mode="bicubic", align_corners=True)
    return spread.view(KNOTS**2, -1).T.contiguous()


def _some(images: Batches, count: int, generator: torch.Generator) -> Tensor:
    return images.images(torch.randint(len(images), (count,), generator=generator))


def _codes(pair: Pair, x: list[Tensor], shared: bool) -> list[Tensor]:
    """Codes of images of both kinds; one batch for a shared encoder, whose batch norm then takes
    both for one kind."""
    if shared:
        return list(pair.first.encode(torch.cat(x)).split(len(x[0])))
    return [model.encode(one) for model, one in zip(pair, x, strict=True)]


def _there_and_back(
    pair: Pair, x: list[Tensor], settings: Swapping, generator: torch.Generator
) -> Tensor:
    """How badly each image comes back when the other kind's picture of it is encoded; in nats."""
    for model in pair:
        model.eval()
    with torch.no_grad():
        codes = _codes(pair, x, shared=True)
        as_first, as_second = pair.first.decode(codes[1]), pair.second.decode(codes[0])
    for model in pair:
        model.train()
    from_first, from_second = _codes(pair, _bent([as_first, as_second], settings, generator), True)
    first = cross_entropy(pair.first.decode_logits(from_second), x[0])
    return first + cross_entropy(pair.second.decode_logits(from_first), x[1])


def _bent(x: list[Tensor], settings: Swapping, generator: torch.Generator) -> list[Tensor]:
    """Images of both kinds, each kind bent as strongly as it is to be."""
    amounts = zip(x, settings.bent, strict=True)
    return [bent(images, amount, generator) for images, amount in amounts]


def _told_apart(discriminator: nn.Module, codes: list[Tensor]) -> Tensor:
    """How badly the discriminator says of which kind a code is (1: the first); nats."""
    first, second = (discriminator(z) for z in codes)
    # softplus(-l) is the cross-entropy of a 1, softplus(l) that of a 0
    return F.softplus(-first).mean() + F.softplus(second).mean()


def sliced_distance(first: Tensor, second: Tensor, generator: torch.Generator) -> Tensor:
    """How far apart two sets of codes (B, d) lie as a whole: seen along random directions, the mean
    square between those of the same rank (sliced Wasserstein; Kolouri et al., "Sliced Wasserstein
    Auto-Encoders", ICLR 2019)."""
    directions = torch.randn(first.shape[1], DIRECTIONS, generator=generator)
    directions = directions / directions.norm(dim=0)
    ranked = [(codes @ directions).sort(0).values for codes in (first, second)]
    distance: Tensor = (ranked[0] - ranked[1]).square().mean()
    return distance


def _optimizer(parameters: dict[nn.Parameter, None], momentum: float = 0.9) -> torch.optim.AdamW:
    learning = [each for each in parameters if each.requires_grad]
    return torch.optim.AdamW(learning, betas=(momentum, 0.99), weight_decay=0.01, fused=True)


def _move(optimizer: torch.optim.AdamW, rate: float, loss: Tensor) -> None:
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def measure(
    images: Images, encoder: Autoencoder, decoder: Autoencoder, judge: Classifier
) -> dict[str, Any]:
    """What is kept of images that go through one's encoder and the other's decoder.

    ``same``: the share in which the ``judge`` of the other kind reads the same digit, and
    ``same_by_digit``; for ``slant`` and ``thickness`` (see ``aecore.strokes``) the ``correlation``
    of what comes out with what goes in, and as a ``curve`` the means of both in ten equal parts of
    the images by what goes in.
    """
    if images.labels is None:
        raise ValueError("nobody knows which digits these are")
    drawn = evaluation.draw(decoder, evaluation.encode(encoder, images.pixels))
    right = judge.predict(drawn) == images.labels
    found: dict[str, Any] = {
        "images": len(images),
        "same": _rounded(right.mean()),
        "same_by_digit": [_rounded(right[images.labels == k].mean()) for k in range(10)],
    }
    for name, measured in (("slant", strokes.slant), ("thickness", strokes.thickness)):
        before, after = measured(images.pixels), measured(drawn)
        parts = np.array_split(np.argsort(before), 10)
        curve = [[_rounded(each[part].mean()) for part in parts] for each in (before, after)]
        correlation = np.corrcoef(before, after)[0, 1]
        found[name] = {"correlation": _rounded(correlation), "curve": curve}
    return found


def _rounded(value: np.floating) -> float:
    return round(float(value), 4)
