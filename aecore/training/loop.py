"""The one training loop: it reports epochs, and neither prints nor draws nor writes files."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from aecore.corruption import corrupt
from aecore.messages import N_, Problem
from aecore.models import Autoencoder
from aecore.training.recipe import Recipe, one_cycle

EVALUATION_BATCH = 1000
LOSS_CHECK = 10  # batches between looks at the loss: on a GPU each look waits for the device

Tick = Callable[[float], bool]
"""Called with the share 0…1 of the epoch that is done; True asks the loop to stop."""


@dataclass(frozen=True)
class Epoch:
    """One pass over the training images.

    ``train`` and ``test`` hold the model's loss terms in nats per image: ``train`` averaged while
    the weights were moving, ``test`` measured afterwards. ``share`` is below 1 when the pass was
    stopped. ``tensors()`` collects all that is needed to go on from here.
    """

    number: int
    train: dict[str, float]
    test: dict[str, float]
    learning_rate: float
    seconds: float
    images_per_second: float
    share: float = 1.0
    tensors: Callable[[], dict[str, Tensor]] = field(default=dict, repr=False)


def fit(
    model: Autoencoder,
    train: np.ndarray,
    test: np.ndarray,
    recipe: Recipe,
    *,
    snapshot: tuple[int, dict[str, Tensor]] | None = None,
    tick: Tick = lambda share: False,
) -> Iterator[Epoch]:
    """Train ``model`` in place on uint8 images (N, C, H, W); yield after each epoch.

    ``snapshot`` is a finished epoch's number and ``tensors()``: training goes on after it, to the
    same result as an unbroken one, since all randomness is seeded per epoch. Raises Problem when
    the loss is no longer a number.
    """
    device = next(model.parameters()).device
    images = torch.from_numpy(train).to(device)  # uint8: a quarter of the memory
    held_out = torch.from_numpy(test).to(device)
    # fused: one kernel for all weights; β2 = 0.99 forgets the wild first steps sooner
    peak = model.learning_rate if recipe.learning_rate is None else recipe.learning_rate
    players = model.players()
    optimizers = {
        name: torch.optim.AdamW(
            player.parameters,
            lr=peak,
            betas=(0.9, 0.99),
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        for name, player in players.items()
    }
    finished = 0
    if snapshot:
        finished, tensors = snapshot
        _restore(model, optimizers, tensors)
    batch_size = min(recipe.batch_size, len(images))
    if batch_size < 2:
        raise Problem(N_("There is only one image to train on; add more pictures."))
    steps = len(images) // batch_size  # a last, smaller batch is left for the next shuffle
    precision = _autocast(device, resolve_precision(model, images, batch_size, recipe))
    for number in range(finished + 1, recipe.epochs + 1):
        started = time.perf_counter()
        generator = torch.Generator(device).manual_seed(recipe.seed * 10_007 + number)
        order = torch.randperm(len(images), generator=generator, device=device)
        sums: dict[str, Tensor] = {}
        model.train()
        rate, done, stop = peak, 0, False
        for step in range(steps):
            rate = one_cycle((number - 1 + step / steps) / recipe.epochs, peak)
            target = images[order[step * batch_size : (step + 1) * batch_size]].float().div_(255)
            x = _damage(target, recipe, generator)
            for player, optimizer in zip(players.values(), optimizers.values(), strict=True):
                for group in optimizer.param_groups:
                    group["lr"] = rate
                with precision():
                    terms = player.losses(x, target, generator)
                optimizer.zero_grad()
                model.objective(terms).backward()
                optimizer.step()
                for name, term in terms.items():
                    sums[name] = sums.get(name, torch.zeros((), device=device)) + term.detach()
            done = step + 1
            if done % LOSS_CHECK == 0 or done == steps:
                _require_numbers(sums, number)
                stop = tick(done / steps)
                if stop:
                    break
        seconds = time.perf_counter() - started
        on_test = held_out_losses(model, held_out, recipe)
        _require_numbers(on_test, number)  # the last step's weights are seen only here
        yield Epoch(
            number,
            train={name: float(total) / done for name, total in sums.items()},
            test=on_test,
            learning_rate=rate,
            seconds=seconds,
            images_per_second=done * batch_size / seconds,
            share=done / steps,
            tensors=lambda: _collect(model, optimizers),
        )
        if stop:
            return


def _require_numbers(terms: Mapping[str, Tensor | float], epoch: int) -> None:
    if not all(math.isfinite(term) for term in terms.values()):
        raise Problem(
            N_(
                "The loss is no longer a number in epoch {epoch}; the weights of the epoch before "
                "are kept. Train with a lower learning rate."
            ),
            epoch=epoch,
        )


@torch.inference_mode()
def held_out_losses(model: Autoencoder, images: Tensor, recipe: Recipe) -> dict[str, float]:
    """The model's loss terms on uint8 images (N, C, H, W), always with the same noise."""
    model.eval()
    generator = torch.Generator(images.device).manual_seed(recipe.seed)
    sums: dict[str, float] = {}
    for batch in images.split(EVALUATION_BATCH):
        target = batch.float().div_(255)
        x = _damage(target, recipe, generator)
        for player in model.players().values():
            for name, term in player.losses(x, target, generator).items():
                sums[name] = sums.get(name, 0.0) + float(term) * len(batch)
    return {name: total / len(images) for name, total in sums.items()}


def _damage(x: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    if recipe.corruption == "none":
        return x
    # strengths from nothing to the full one: one model for the whole slider
    draw = torch.rand(len(x), generator=generator, device=x.device)
    return corrupt(x, recipe.corruption, draw * recipe.strength, generator)


def resolve_precision(
    model: Autoencoder, images: Tensor, batch_size: int, recipe: Recipe
) -> torch.dtype:
    """bfloat16 where a probe, losses and gradients, is at least a tenth faster with it.

    Newer processors and GPUs compute it faster, older laptops much slower. The probe leaves the
    model as it was.
    """
    if recipe.precision != "auto":
        return torch.bfloat16 if recipe.precision == "bfloat16" else torch.float32
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    x = images[:batch_size].float().div_(255)
    generator = torch.Generator(x.device).manual_seed(0)
    seconds = {}
    model.train()
    for dtype in (torch.float32, torch.bfloat16):
        times = []
        for _ in range(6):
            started = time.perf_counter()
            with _autocast(x.device, dtype)():
                terms = model.losses(x, x, generator)
            model.objective(terms).backward()
            if x.device.type == "cuda":  # it works on while we would read the clock
                torch.cuda.synchronize()
            times.append(time.perf_counter() - started)
        seconds[dtype] = min(times[1:])
    model.zero_grad()
    model.load_state_dict(before)  # batch norm has counted the probe's images
    faster = seconds[torch.bfloat16] < 0.9 * seconds[torch.float32]
    return torch.bfloat16 if faster else torch.float32


def _autocast(
    device: torch.device, dtype: torch.dtype
) -> Callable[[], AbstractContextManager[object]]:
    return lambda: torch.autocast(device.type, dtype, enabled=dtype is not torch.float32)


Optimizers = dict[str, torch.optim.AdamW]


def _collect(model: Autoencoder, optimizers: Optimizers) -> dict[str, Tensor]:
    """Weights as ``model.NAME``, the optimisers' moments as ``PLAYER.INDEX.NAME``."""
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    for player, optimizer in optimizers.items():
        for index, state in optimizer.state_dict()["state"].items():
            for name, tensor in state.items():
                tensors[f"{player}.{index}.{name}"] = tensor
    return tensors


def _restore(model: Autoencoder, optimizers: Optimizers, tensors: dict[str, Tensor]) -> None:
    weights: dict[str, Tensor] = {}
    states: dict[str, dict[int, dict[str, Tensor]]] = {player: {} for player in optimizers}
    for key, tensor in tensors.items():
        kind, rest = key.split(".", 1)
        if kind == "model":
            weights[rest] = tensor
        else:
            index, name = rest.split(".")
            states[kind].setdefault(int(index), {})[name] = tensor
    model.load_state_dict(weights)
    for player, optimizer in optimizers.items():
        optimizer.load_state_dict({**optimizer.state_dict(), "state": states[player]})
