"""An encoder that learns on from a few labels, beside the same network from random weights."""

import copy
from collections.abc import Iterator

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from aecore.models import Autoencoder, build, to_input
from aecore.recipe import one_cycle
from aecore.seeds import check_seed

BATCH = 32
RATE = 1e-3  # peak of the one-cycle schedule …
FASTER = 10  # … and of the new layer's so many times that: it begins with nothing
STEPS = ((500, 200), (2000, 400))  # up to so many labels, so many steps; beyond them …
MOST_STEPS = 800
REPORT_EVERY = 10  # steps


class Labeller(nn.Module):
    """An encoder with one linear layer on its codes that tells the class."""

    def __init__(self, model: Autoencoder, classes: int, trained: bool) -> None:
        super().__init__()
        self.model = model
        self.trained = trained
        self.tell = nn.Linear(model.config.latent_dim, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits (B, classes) of images (B, C, H, W) in 0…1."""
        logits: torch.Tensor = self.tell(self.model.encode(x))
        return logits

    def train(self, mode: bool = True) -> "Labeller":
        """Of a trained encoder batch norm keeps what it has seen: ten images tell it less."""
        super().train(mode)
        self.model.train(mode and not self.trained)
        return self

    @torch.inference_mode()
    def labels(self, pixels: np.ndarray) -> np.ndarray:
        """The class, int64 (N,), of images uint8 (N, C, H, W)."""
        self.eval()
        parts = (to_input(pixels[start : start + 250]) for start in range(0, len(pixels), 250))
        return np.concatenate([self(part).argmax(1).numpy() for part in parts])


def steps_for(n: int) -> int:
    """How many steps are taken with ``n`` labels."""
    return next((steps for most, steps in STEPS if n <= most), MOST_STEPS)


def tuned(
    model: Autoencoder,
    pixels: np.ndarray,
    labels: np.ndarray,
    classes: int,
    seed: int = 0,
    from_random: bool = False,
) -> Iterator[tuple[float, Labeller]]:
    """Let a copy of the encoder learn on from uint8 images (n, C, H, W) and their labels (n,).

    Yields the share 0…1 that is done and the labeller so far. With ``from_random`` the same
    network starts from random weights, which is what the encoder's training is worth. Raises
    Problem for a bad seed.
    """
    check_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        encoder = (
            build(model.family, **model.config.to_json()) if from_random else copy.deepcopy(model)
        )
        labeller = Labeller(encoder, classes, trained=not from_random)
    encoder.requires_grad_(True)
    new = {"params": list(labeller.tell.parameters()), "times": FASTER}
    kept = {"params": list(encoder.parameters()), "times": 1}
    optimizer = torch.optim.AdamW([new, kept], betas=(0.9, 0.99))
    x, y = to_input(pixels), torch.from_numpy(labels.astype(np.int64))
    steps = steps_for(len(x))
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = one_cycle(step / steps, RATE * group["times"])
        chosen = torch.randint(len(x), (BATCH,), generator=generator)
        labeller.train()
        loss = F.cross_entropy(labeller(x[chosen]), y[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if (step + 1) % REPORT_EVERY == 0:
            yield (step + 1) / steps, labeller
