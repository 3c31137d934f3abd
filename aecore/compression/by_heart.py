"""What a decoder without an encoder can learn: a picture for each arbitrary code, by heart.

Two learners have the same decoder, the same images and as many steps. One has an encoder before
it. The other is given the code i·(1, …, 1) for image i, stretched to a spread of 1: a number that
says nothing of the image.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from aecore import checkpoint
from aecore.map_file import read_tensors
from aecore.messages import N_, Problem, out_of_range
from aecore.models import Autoencoder, build, to_input
from aecore.models.base import cross_entropy
from aecore.seeds import check_seed

ALONE, BOTH = "alone", "both"
LEARNERS = (ALONE, BOTH)
COUNTS = (100, 1000, 10_000)  # images to be learned
STEPS = 1200  # of training
NUMBERS = 32  # in a code
BATCH = 100
RATE = 0.01  # of learning; lower ones take longer to learn by heart
PICTURES = 8  # that are kept of those learned, and of those never seen
UNSEEN = 200  # images that nobody has learned, for the error on them
SEARCH = 150  # steps of the search for a code
WAYPOINTS = 24  # of a loss curve

OnWay = Callable[[float, dict[str, list[list[float]]]], bool]
"""Told the share 0…1 that is done and the curves so far, [step, loss] by learner; True stops."""


@dataclass(frozen=True, eq=False)
class ByHeart:
    """What both learners made of ``facts["images"]`` images.

    ``pictures``: "alone_learned", "alone_unseen", "both_learned", "both_unseen", uint8
    (PICTURES, H, W) each, of the first training images and the first test images. ``facts``:
    images, steps, seed, and by learner ``curves`` of [step, BCE in nats a pixel], ``seconds``,
    ``learned`` and ``unseen``, the MSE on images learned and never seen.
    """

    pictures: dict[str, np.ndarray]
    facts: dict[str, Any]

    def save(self, path: Path) -> None:
        """Write as safetensors. Raises OSError."""
        tensors = {name: torch.from_numpy(found) for name, found in self.pictures.items()}
        checkpoint.write(path, tensors, {"format": 1, "kind": "arbitrary", "facts": self.facts})


def load(path: Path) -> ByHeart:
    """Read what ``save`` has written. Raises Problem."""
    names = [f"{learner}_{part}" for learner in LEARNERS for part in ("learned", "unseen")]
    pictures = read_tensors(path, "arbitrary", dict.fromkeys(names, 3))
    facts = checkpoint.read_header(path).ours.get("facts")
    keys = ("curves", "seconds", "learned", "unseen")
    whole = all(each.dtype == np.uint8 for each in pictures.values())
    if (
        not isinstance(facts, dict)
        or not whole
        or any(set(facts.get(key, ())) != {*LEARNERS} for key in keys)
    ):
        raise Problem(N_("“{name}” is damaged."), name=path.name)
    return ByHeart(pictures, facts)


def arbitrary_codes(count: int) -> Tensor:
    """(count, NUMBERS): i·(1, …, 1) for i from 0 on, moved and stretched to mean 0 and spread 1."""
    numbers = torch.arange(count, dtype=torch.float32)
    spread = numbers.std() if count > 1 else torch.tensor(1.0)
    return ((numbers - numbers.mean()) / spread)[:, None].expand(count, NUMBERS)


def learn(
    images: np.ndarray,
    unseen: np.ndarray,
    steps: int,
    seed: int = 0,
    on_way: OnWay = lambda share, curves: False,
) -> ByHeart:
    """Let both learn ``images``, uint8 (N, 1, H, W), and try them on others, ``unseen``.

    Stopped by ``on_way`` they keep what they have learned by then. Raises Problem for fewer than
    PICTURES images.
    """
    check_seed(seed)
    if len(images) < PICTURES:
        raise out_of_range(N_("number of images"), len(images), PICTURES, 60_000)
    curves: dict[str, list[list[float]]] = {}
    pictures: dict[str, np.ndarray] = {}
    facts: dict[str, Any] = {"images": len(images), "steps": steps, "seed": seed, "curves": curves}
    facts |= {name: {} for name in ("seconds", "learned", "unseen")}
    stopped = False
    for n, learner in enumerate(LEARNERS):
        torch.manual_seed(seed)
        # batch norm would undo the spread of the codes: all units would see the same number
        model = build("deep", image_shape=images.shape[1:], latent_dim=NUMBERS, norm=False)
        codes = arbitrary_codes(len(images)) if learner == ALONE else None
        began = time.monotonic()
        curves[learner] = []
        for step, loss in _training(model, images, codes, steps, seed):
            if step == 1 or step % max(1, steps // WAYPOINTS) == 0 or step == steps:
                curves[learner].append([step, round(loss, 5)])
                stopped = stopped or on_way((n + step / steps) / len(LEARNERS), curves)
            if stopped:  # asked after the first step, so that there is a point of each
                break
        facts["seconds"][learner] = round(time.monotonic() - began, 1)
        model.eval()
        _try_out(model, learner, images, unseen, codes, pictures, facts)
    return ByHeart(pictures, facts)


def _training(
    model: Autoencoder, images: np.ndarray, codes: Tensor | None, steps: int, seed: int
) -> Iterator[tuple[int, float]]:
    """Each step's number and loss, in nats a pixel."""
    generator = torch.Generator().manual_seed(seed)
    learns = model.parameters() if codes is None else model.decoder.parameters()
    optimizer = torch.optim.AdamW(learns, lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, steps)
    pixels = images[0].size
    model.train()
    for step in range(1, steps + 1):
        chosen = torch.randperm(len(images), generator=generator)[:BATCH]
        x = to_input(images[chosen.numpy()])
        z = model.encode(x) if codes is None else codes[chosen]
        loss = cross_entropy(model.decode_logits(z), x) / pixels
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        yield step, float(loss.detach())


def _try_out(
    model: Autoencoder,
    learner: str,
    images: np.ndarray,
    unseen: np.ndarray,
    codes: Tensor | None,
    pictures: dict[str, np.ndarray],
    facts: dict[str, Any],
) -> None:
    """What the learner makes of images that it has learned, and of others."""
    known, new = to_input(images[:UNSEEN]), to_input(unseen[:UNSEEN])
    with torch.no_grad():
        of_known = model.encode(known) if codes is None else codes[: len(known)]
    of_new = searched_codes(model, new, codes)
    for part, x, z in (("learned", known, of_known), ("unseen", new, of_new)):
        with torch.no_grad():
            drawn = model.decode(z)
        facts[part][learner] = round(float(F.mse_loss(drawn, x)), 5)
        shown = (drawn[:PICTURES, 0] * 255).round().to(torch.uint8)
        pictures[f"{learner}_{part}"] = shown.numpy().copy()


def searched_codes(model: Autoencoder, x: Tensor, codes: Tensor | None) -> Tensor:
    """Codes (N, d) for images (N, C, H, W): the encoder's, or without one the best that can be
    found: of the learned ``codes`` (M, d) the one whose picture is nearest, then down the gradient.
    """
    with torch.no_grad():
        if codes is None:
            return model.encode(x)
        known = torch.cat([model.decode(part) for part in codes.split(1000)]).flatten(1)
        start = codes[torch.cdist(x.flatten(1), known).argmin(1)]
    z = start.clone().requires_grad_(True)
    optimizer = torch.optim.Adam([z], lr=0.02)
    for _step in range(SEARCH):
        loss = cross_entropy(model.decode_logits(z), x)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return z.detach()


def shipped(count: int) -> Path:
    """The file of ``count`` (of COUNTS) images that comes with the app."""
    return checkpoint.SHIPPED / "compress" / f"by-heart-{count}.safetensors"
