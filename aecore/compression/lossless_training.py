"""Training the lossless coder: a small decoder of coarse codes, and the predictor of pixels.

Both learn with weights and activations that are rounded as they will be stored (straight-through:
the gradient passes as if they weren't), so that nothing is lost when they are.
"""

import math
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from aecore import checkpoint, data
from aecore.compression import entropy, predictor
from aecore.compression.exact import BIAS, HIDDEN, INPUT, MOST_SHIFT, TOP, WEIGHT, ExactLayer
from aecore.compression.lossless import MAKER, LosslessCoder
from aecore.compression.predictor import FEATURES, GREYS, LevelDecoder, Predictor
from aecore.compression.quantise import Steps

BATCH = 4096  # pixels; of images an eighth of it
PEAK = 4e-3  # learning rate
MOST_BIAS = 16.0
LN_2 = math.log(2)
OnStep = Callable[[float, float], None]
"""Told the share 0…1 of the training and the loss."""


class RoundedLinear(nn.Linear):
    """A linear layer that computes with weights as ``ExactLayer`` stores them."""

    def shift(self) -> Tensor:
        """(out,): each row's weights are multiples of 2^-shift, as fine as 7 bits allow."""
        largest = self.weight.detach().abs().amax(1).clamp_min(1e-9)
        return torch.floor(torch.log2(WEIGHT / largest)).clamp(0, MOST_SHIFT)

    def whole(self) -> Tensor:
        """The whole numbers of the weights."""
        return (self.weight * torch.exp2(self.shift())[:, None]).round().clamp(-WEIGHT, WEIGHT)

    def forward(self, x: Tensor) -> Tensor:
        with torch.no_grad():
            rounded = self.whole() / torch.exp2(self.shift())[:, None]
            bias = (self.bias.clamp(-MOST_BIAS, MOST_BIAS) * BIAS).round() / BIAS
        weight = self.weight + (rounded - self.weight).detach()
        return F.linear(x, weight, self.bias + (bias - self.bias).detach())

    @torch.no_grad()
    def exact(self) -> ExactLayer:
        """As it is stored."""
        bias = (self.bias.clamp(-MOST_BIAS, MOST_BIAS) * BIAS).round()
        return ExactLayer(
            self.whole().numpy().astype(np.int8),
            self.shift().numpy().astype(np.uint8),
            bias.numpy().astype(np.int16),
        )


class Hidden(nn.Module):
    """``exact.hidden`` with a gradient."""

    def forward(self, x: Tensor) -> Tensor:
        cut = x.clamp(0, TOP / HIDDEN)
        return cut + ((cut.detach() * HIDDEN).floor() / HIDDEN - cut).detach()


def _network(widths: Sequence[int]) -> nn.Sequential:
    layers: list[nn.Module] = []
    for inputs, outputs in zip(widths[:-1], widths[1:], strict=True):
        layers += [RoundedLinear(inputs, outputs), Hidden()]
    return nn.Sequential(*layers[:-1])


def _exact(network: nn.Sequential) -> list[ExactLayer]:
    return [layer.exact() for layer in network if isinstance(layer, RoundedLinear)]


def _train(network: nn.Module, loss_of: Callable[[], Tensor], steps: int, on_step: OnStep) -> None:
    """So many steps of Adam, the learning rate rising shortly and falling to nothing."""
    optimizer = torch.optim.AdamW(network.parameters(), lr=PEAK, weight_decay=1e-4)
    rate = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK, steps, pct_start=0.05)
    for step in range(steps):
        loss = loss_of()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        rate.step()
        on_step((step + 1) / steps, float(loss.detach()))


def train_level_decoder(
    codes: np.ndarray,
    pixels: np.ndarray,
    levels: int,
    width: int,
    steps: int,
    seed: int = 0,
    on_step: OnStep = lambda share, loss: None,
) -> LevelDecoder:
    """A decoder with one hidden layer for codes of whole numbers 0…levels - 1.

    ``codes`` (N, d) of the training images ``pixels``, uint8 (N, H, H).
    """
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    side = pixels.shape[-1]
    network = _network((codes.shape[1], width, side * side))

    def loss() -> Tensor:
        chosen = rng.integers(len(pixels), size=BATCH // 8)
        x = torch.from_numpy(codes[chosen].astype(np.float32)) * (INPUT // levels) / INPUT
        target = torch.from_numpy(pixels[chosen].reshape(len(chosen), -1)).float() / 255
        return F.binary_cross_entropy_with_logits(network(x), target)

    _train(network, loss, steps, on_step)
    return LevelDecoder(_exact(network), levels, side)


def train_predictor(
    pixels: np.ndarray,
    decoded: np.ndarray,
    width: int,
    steps: int,
    seed: int = 0,
    on_step: OnStep = lambda share, loss: None,
) -> Predictor:
    """A predictor with two hidden layers for images uint8 (N, H, W) and what their codes give.

    The loss is in bits per busy pixel.
    """
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    count, height, across = pixels.shape
    known, seen = predictor.framed(pixels), predictor.framed(decoded)
    is_busy = np.empty(pixels.shape, bool)
    for row in range(height):
        for column in range(across):
            is_busy[:, row, column] = predictor.busy(known, seen, row, column)
    places = np.flatnonzero(is_busy)
    quiet = np.bincount(pixels[~is_busy], minlength=GREYS) + 1
    network = _network((FEATURES, width, width, GREYS))
    flat = pixels.reshape(-1)

    def loss() -> Tensor:
        chosen = places[rng.integers(len(places), size=BATCH)]
        images, place = np.divmod(chosen, height * across)
        rows, columns = np.divmod(place, across)
        x = torch.from_numpy(predictor.features(known, seen, images, rows, columns))
        target = torch.from_numpy(flat[chosen].astype(np.int64))
        # the logits count octaves; divided, the loss is in bits
        return F.cross_entropy(network(x) * LN_2, target) / LN_2

    _train(network, loss, steps, on_step)
    return Predictor(_exact(network), quiet.astype(np.int64))


def make(
    path: Path,
    bits: int,
    steps: int,
    *,
    width: int = 96,
    decoder_width: int = 64,
    seed: int = 0,
    on_step: OnStep = lambda share, loss: None,
) -> LosslessCoder:
    """Train on MNIST's 60,000 training digits, and write the coder to ``path``.

    ``bits`` a number of the codes of MAKER, or 0 for a coder without codes. Raises Problem.
    """
    from aecore import evaluation

    began = time.monotonic()
    train = data.load("mnist", "train")
    images = train.pixels[:, 0]
    side = images.shape[-1]
    decoder, coded, tables = None, None, None
    decoded = np.zeros_like(images)
    if bits:
        model, _card = checkpoint.load(checkpoint.shipped()[MAKER])
        codes = evaluation.encode(model, train.pixels)
        coded = Steps.fit(codes, bits)
        levels = coded.levels(codes)
        tables = entropy.stored(entropy.counts(levels, bits))
        decoder = train_level_decoder(levels, images, 2**bits, decoder_width, steps, seed)
        decoded = decoder(levels)
    pixels = train_predictor(images, decoded, width, steps, seed, on_step)
    quiet = entropy.stored(pixels.quiet[None])[0]
    coder = LosslessCoder(Predictor(pixels.layers, quiet), decoder, coded, tables, side)
    facts = {"maker": MAKER if bits else "", "bits": bits, "steps": steps, "seed": seed}
    coder.save(path, {**facts, "seconds": round(time.monotonic() - began)})
    return coder
