"""A small classifier of images: the judge of what a model draws, never trained together with one.

It says which class an image looks like, and its features (the numbers before its last layer) are
what Fréchet distance, precision and recall compare images by.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from aecore import checkpoint
from aecore.foreign import no_checkpoint
from aecore.map_file import read_tensors
from aecore.messages import N_, Problem
from aecore.models import to_input
from aecore.models.base import check_integer

SHIPPED_CLASSIFIER = checkpoint.SHIPPED / "generate" / "classifier.safetensors"
SIDE = 28  # pixels of an image's side
FEATURES = 64
BATCH = 250  # images at a time
LEARNING_RATE = 1e-2  # peak of the one-cycle schedule

# how far a training image is moved, at most, either way
DEGREES, SHEAR, SCALE, SHIFT = 12.0, 0.15, 0.1, 2.0

Progress = Callable[[float], None]
"""Told the share 0…1 of the training that is done; raising from it stops the training."""


@dataclass(frozen=True)
class Facts:
    """How a classifier came about: how many ``classes`` of which ``dataset`` it learned, in how
    many ``epochs`` and ``seconds``, from which ``seed``. ``figures``: what was measured later."""

    classes: int = 10
    dataset: str = ""
    epochs: int = 0
    seconds: float = 0.0
    seed: int = 0
    figures: dict[str, float] = field(default_factory=dict)


class Classifier(nn.Module):
    """Grey images (N, 1, 28, 28), uint8 or float32 in 0…1, to one of some classes."""

    def __init__(self, facts: Facts) -> None:
        super().__init__()
        self.facts = facts

        def block(n_in: int, n_out: int, kernel: int) -> list[nn.Module]:
            convolution = nn.Conv2d(n_in, n_out, kernel, padding=kernel // 2, bias=False)
            return [convolution, nn.BatchNorm2d(n_out), nn.ReLU(), nn.MaxPool2d(2)]

        self.body = nn.Sequential(
            *block(1, 16, 5),
            *block(16, 32, 5),
            *block(32, 64, 3),
            nn.Flatten(),
            nn.Linear(64 * 3 * 3, FEATURES, bias=False),
            nn.BatchNorm1d(FEATURES),
            nn.ReLU(),
        )
        self.head = nn.Linear(FEATURES, facts.classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (B, classes) of images (B, 1, 28, 28) in 0…1."""
        logits: Tensor = self.head(self.body(x))
        return logits

    @torch.inference_mode()
    def features(self, pixels: np.ndarray) -> np.ndarray:
        """The FEATURES numbers before the last layer, float32 (N, FEATURES)."""
        return np.concatenate([self.body(part).numpy() for part in _parts(pixels)])

    @torch.inference_mode()
    def probabilities(self, pixels: np.ndarray) -> np.ndarray:
        """How likely each class is, float32 (N, classes)."""
        return np.concatenate([F.softmax(self(part), 1).numpy() for part in _parts(pixels)])

    def predict(self, pixels: np.ndarray) -> np.ndarray:
        """The likeliest class of each image, int64 (N,)."""
        likeliest: np.ndarray = self.probabilities(pixels).argmax(1)
        return likeliest

    def save(self, path: Path) -> None:
        """Write as safetensors with 16-bit weights. Raises OSError."""
        header = {"format": 1, "kind": "classifier", "facts": asdict(self.facts)}
        tensors = {n: t for n, t in self.state_dict().items() if t.is_floating_point()}
        checkpoint.write(path, tensors, header, half=True)

    @classmethod
    def load(cls, path: Path = SHIPPED_CLASSIFIER) -> Self:
        """Read what ``save`` has written; shapes are compared before memory is taken. Raises
        Problem."""
        header = checkpoint.read_header(path)
        with torch.device("meta"):  # shapes only
            model = cls(_facts(path, header.ours))
        counts = {n for n, t in model.state_dict().items() if not t.is_floating_point()}
        expected = {n: tuple(t.shape) for n, t in model.state_dict().items() if n not in counts}
        if header.shapes != expected or not all(header.floats.values()):
            raise no_checkpoint(path.name, N_("its weights are of another kind"))
        dimensions = {name: len(shape) for name, shape in expected.items()}
        arrays = read_tensors(path, "classifier", dimensions)
        if not all(np.isfinite(array).all() for array in arrays.values()):
            raise no_checkpoint(path.name, N_("some of its weights are no numbers"))
        tensors = {n: torch.from_numpy(array).float() for n, array in arrays.items()}
        tensors |= {name: torch.zeros((), dtype=torch.int64) for name in counts}
        model.load_state_dict(tensors, assign=True)
        return model.eval().requires_grad_(False)


@cache
def shipped() -> Classifier:
    """The classifier of digits that comes with the app."""
    return Classifier.load()


def train(
    pixels: np.ndarray,
    labels: np.ndarray,
    facts: Facts | None = None,
    epochs: int = 10,
    seed: int = 0,
    progress: Progress | None = None,
) -> Classifier:
    """A classifier of uint8 images (N, 1, 28, 28) with labels (N,) from 0.

    Every image is turned, sheared, scaled and shifted a little anew in each epoch, as hands do.
    ``facts`` name data set and classes (as many as the labels have unless it says). Raises Problem
    for images of another shape, and for fewer than two of them.
    """
    if pixels.shape[1:] != (1, SIDE, SIDE):
        raise Problem(
            N_("The classifier takes grey images of {side}×{side} pixels; these have {found}."),
            side=SIDE,
            found=pixels.shape[1:],
        )
    count = N_("There are {value} images to learn from; at least {low} are needed.")
    check_integer(count, len(pixels), 2, 10**9)
    started = time.monotonic()
    facts = facts or Facts(classes=int(labels.max()) + 1)
    torch.manual_seed(seed)  # first weights
    generator = torch.Generator().manual_seed(seed)
    model = Classifier(facts)
    size = max(2, min(256, len(pixels) // 50))  # of few images smaller batches: steps count
    steps = epochs * (len(pixels) // size)
    optimizer = torch.optim.AdamW(model.parameters(), LEARNING_RATE, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, LEARNING_RATE, total_steps=steps)
    images, classes = torch.from_numpy(pixels), torch.from_numpy(labels.astype(np.int64))
    done = 0
    for _ in range(epochs):
        for batch in _batches(len(images), size, generator):
            x = moved(images[batch].float().div_(255), generator)
            loss = F.cross_entropy(model(x), classes[batch], label_smoothing=0.05)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            done += 1
            if progress:
                progress(done / steps)
    values = asdict(facts) | {"epochs": epochs, "seed": seed}
    model.facts = Facts(**{**values, "seconds": round(time.monotonic() - started, 1)})
    return model.eval().requires_grad_(False)


def moved(x: Tensor, generator: torch.Generator) -> Tensor:
    """Images (B, 1, H, W), each turned, sheared, scaled and shifted at random within the limits."""

    def lot() -> Tensor:
        return torch.rand(len(x), generator=generator) * 2 - 1

    angle, shear = lot() * math.radians(DEGREES), lot() * SHEAR
    across, down = 1 + lot() * SCALE, 1 + lot() * SCALE
    cos, sin, shift = angle.cos(), angle.sin(), 2 * SHIFT / SIDE
    rows = [
        torch.stack([cos * across, (shear * cos - sin) * down, lot() * shift], 1),
        torch.stack([sin * across, (shear * sin + cos) * down, lot() * shift], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(x.shape), align_corners=False)
    return F.grid_sample(x, grid, align_corners=False)


def _batches(n: int, size: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Indices in random order, whole batches only: batch norm wants many."""
    order = torch.randperm(n, generator=generator)
    yield from order[: n // size * size].split(size)


def _parts(pixels: np.ndarray) -> Iterator[Tensor]:
    for start in range(0, len(pixels), BATCH):
        yield to_input(pixels[start : start + BATCH])


def _facts(path: Path, ours: dict[str, Any]) -> Facts:
    """A file's facts. Raises Problem for a file of another kind and for facts that can't be."""
    try:
        found = Facts(**{each.name: ours["facts"][each.name] for each in fields(Facts)})
        if ours["kind"] == "classifier" and 2 <= found.classes <= 1000:
            return found
    except checkpoint.BAD_VALUES:
        pass
    raise no_checkpoint(path.name, N_("its description is incomplete"))
