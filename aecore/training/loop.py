"""The one training loop: it reports epochs, and neither prints nor draws nor writes files."""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor

from aecore import parallel
from aecore.corruption import corrupt
from aecore.messages import N_, Problem
from aecore.models import Autoencoder
from aecore.models.base import Losses, Player
from aecore.models.layers import Dropout, PixelDecoder
from aecore.recipe import Recipe, one_cycle
from aecore.training.batches import Batches, Pixels, shuffled
from aecore.training.early_stopping import Best

EVALUATION_BATCH = 250  # images at a time: more fall out of the processor's cache; fewer of …
EVALUATION_NUMBERS = EVALUATION_BATCH * 784  # … those larger than MNIST's
MEAN_OF = 1000  # images, evenly from all: the first may be of one class
BFLOAT16 = ("avx512_bf16", "amx_bf16", "bf16", "sve_bf16")  # a processor's instructions for it
LOSS_CHECK = 10  # batches between looks at the loss: on a GPU each look waits for the device

NO_BFLOAT16 = N_(
    "PyTorch cannot compute this model of the family “{family}” with bfloat16 here. Choose the "
    "precision float32, or auto."
)

Tick = Callable[[float], bool]
"""Called with the share 0…1 of the epoch that is done; True asks the loop to stop."""

Labels = np.ndarray | None


@dataclass(frozen=True)
class Epoch:
    """One pass over the training images.

    ``train``, ``test`` and ``validation`` hold the model's loss terms in nats per image: ``train``
    averaged while the weights were moving, the others measured afterwards; ``validation`` is empty
    unless the recipe holds images back. ``learning_rate`` is the first player's at the end.
    ``share`` is below 1 when the pass was stopped. ``early``: it is the last one, since the
    validation loss doesn't fall any more. ``tensors()`` collects all that is needed to go on from
    here.
    """

    number: int
    train: dict[str, float]
    test: dict[str, float]
    learning_rate: float
    seconds: float
    images_per_second: float
    share: float = 1.0
    validation: dict[str, float] = field(default_factory=dict)
    early: bool = False
    tensors: Callable[[], dict[str, Tensor]] = field(default=dict, repr=False)


def fit(
    model: Autoencoder,
    train: Pixels,
    test: Pixels,
    recipe: Recipe,
    *,
    labels: tuple[Labels, Labels] = (None, None),
    snapshot: tuple[int, dict[str, Tensor]] | None = None,
    tick: Tick = lambda share: False,
) -> Iterator[Epoch]:
    """Train ``model`` in place on images (N, C, H, W), uint8 or float32 in 0…1; yield after each
    epoch.

    ``labels`` (N,) of both are for models that are told the class. ``snapshot`` is a finished
    epoch's number and ``tensors()``: training goes on after it, to the same result as an unbroken
    one, since all randomness is seeded per epoch. With ``recipe.patience`` the model ends with the
    weights of its best epoch. Of several processes each sees its share of every batch; the first
    one alone looks at the test images. Raises Problem when the loss is no longer a number.
    """
    device = next(model.parameters()).device
    batches = Batches(train, labels[0], device)
    held_out = Batches(test, labels[1], device)
    recipe.check_images(len(batches))
    learned, held_back = (part.to(device) for part in split(len(batches), recipe))
    batch_size = batch_size_of(recipe, len(learned))
    # β2 = 0.99 forgets the wild first steps sooner; fused: one kernel for all weights
    peak = model.learning_rate if recipe.learning_rate is None else recipe.learning_rate
    players = model.players()
    optimizers = {
        name: torch.optim.AdamW(
            player.parameters,
            lr=peak,
            betas=(player.momentum, 0.99),
            weight_decay=recipe.weight_decay,
            fused=True,
        )
        for name, player in players.items()
    }
    finished = 0
    best = Best(recipe.patience)
    if snapshot:
        finished, tensors = snapshot
        _restore(model, optimizers, best, tensors)
        if best.is_over(finished):
            finished = recipe.epochs  # early stopping had ended it
    else:
        _begin_at_mean(model, batches, learned)
    # a last, smaller batch is left for the next shuffle
    steps = recipe.steps or len(learned) // batch_size
    first = batches.images(learned[:batch_size])
    precision = _autocast(device, resolve_precision(model, first, recipe))
    for number in range(finished + 1, recipe.epochs + 1):
        started = time.perf_counter()
        generator = torch.Generator(device).manual_seed(recipe.seed * 10_007 + number)
        for module in model.modules():
            if isinstance(module, Dropout):
                module.generator = generator
        order = shuffled(learned, steps * batch_size, generator)
        sums: dict[str, Tensor] = {}
        counts: dict[str, int] = {}
        model.train()
        rates: dict[str, float] = {}
        done, stop = 0, False
        for step in range(steps):
            progress = (number - 1 + step / steps) / recipe.epochs
            chosen = order[step * batch_size : (step + 1) * batch_size]
            target, told = batches.images(chosen), batches.labels(chosen)
            x = parallel.share(_damage(target, recipe, generator))
            target = parallel.share(target)
            told = None if told is None else parallel.share(told)
            playing = {n: player for n, player in players.items() if _plays(player, progress)}
            rates = {name: _rate(player, progress, peak) for name, player in playing.items()}
            for name, player in playing.items():
                with precision():
                    terms = player.losses(x, target, generator, told)
                _move(model, player, optimizers[name], rates[name], terms)
                for term, value in terms.items():
                    sums[term] = sums.get(term, torch.zeros((), device=device)) + value.detach()
                    counts[term] = counts.get(term, 0) + 1
            done = step + 1
            if done % LOSS_CHECK == 0 or done == steps:
                _require_numbers(sums, number)
                stop = _any(tick(done / steps), device)
                if stop:
                    break
        seconds = time.perf_counter() - started
        on_test, on_validation = {}, {}
        if parallel.world().rank == 0:
            with parallel.alone():
                on_test = held_out_losses(model, held_out, recipe)
                if len(held_back):
                    on_validation = held_out_losses(model, batches, recipe, held_back)
        _require_numbers(on_test, number)  # the last step's weights are seen only here
        early = False
        # layers that learn one by one don't draw better from epoch to epoch
        together = number / recipe.epochs > max(player.span[0] for player in players.values())
        # also when asked to stop at the very end: a resumed run begins after this epoch
        if done == steps and recipe.patience and together:
            early = _any(best.no_better(model, on_validation, number), device)
        yield Epoch(
            number,
            train={name: _mean(total, counts[name]) for name, total in sums.items()},
            test=on_test,
            learning_rate=next(iter(rates.values())),
            seconds=seconds,
            images_per_second=done * batch_size / seconds,
            share=done / steps,
            validation=on_validation,
            early=early,
            tensors=lambda: _collect(model, optimizers, best),
        )
        if stop or early:
            break
    best.give_back(model)
    model.eval()


def _begin_at_mean(model: Autoencoder, batches: Batches, learned: Tensor) -> None:
    """Let the pixels' own layers begin at the mean of (some of) the training images."""
    some = learned[:: math.ceil(len(learned) / MEAN_OF)]
    mean = batches.images(some).mean(0)
    for module in model.modules():
        if isinstance(module, PixelDecoder):
            module.begin_at(mean)


def split(n: int, recipe: Recipe) -> tuple[Tensor, Tensor]:
    """Indices of the images to learn from, and of those held back for validation."""
    generator = torch.Generator().manual_seed(recipe.seed)
    drawn = recipe.validation or recipe.images
    order = torch.randperm(n, generator=generator) if drawn else torch.arange(n)
    order = order[-recipe.images :]  # all for 0
    held_back = recipe.held_back(len(order))
    return order[held_back:], order[:held_back]


def batch_size_of(recipe: Recipe, n: int) -> int:
    """The recipe's batch size, or all ``n`` images to learn from if there are fewer.

    Raises Problem where several processes cannot share it.
    """
    size = min(recipe.batch_size, n)
    processes = parallel.world().size
    if size % processes:
        raise Problem(
            N_(
                "A batch of {size} examples cannot be shared by {processes} processes; choose a "
                "batch size that {processes} divides."
            ),
            size=size,
            processes=processes,
        )
    return size


def _plays(player: Player, progress: float) -> bool:
    start, end = player.span
    return start <= progress < end


def _rate(player: Player, progress: float, peak: float) -> float:
    """The learning rate: up and down once over the player's own span."""
    start, end = player.span
    return one_cycle((progress - start) / (end - start), peak * player.rate)


def _move(
    model: Autoencoder,
    player: Player,
    optimizer: torch.optim.AdamW,
    rate: float,
    terms: dict[str, Tensor],
) -> None:
    """One step of one player down its loss."""
    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.zero_grad()
    model.objective(terms).backward()
    parallel.average_gradients(player.parameters)
    optimizer.step()


def _any(here: bool, device: torch.device) -> bool:
    """Whether it is so in any process; all go on together or stop together."""
    if parallel.world().size == 1:
        return here
    return bool(parallel.sum_over_processes(torch.tensor(float(here), device=device)))


def _mean(total: Tensor, count: int) -> float:
    """Over the steps, and over the processes that had a share of each."""
    return float(parallel.sum_over_processes(total.clone())) / count / parallel.world().size


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
def held_out_losses(
    model: Autoencoder, images: Batches, recipe: Recipe, chosen: Tensor | None = None
) -> dict[str, float]:
    """The model's loss terms on images that it doesn't learn from, always with the same noise."""
    model.eval()
    place = next(model.parameters()).device
    generator = torch.Generator(place).manual_seed(recipe.seed)
    chosen = torch.arange(len(images)) if chosen is None else chosen
    every: list[Losses] = [player.losses for player in model.players().values()]
    sums: dict[str, float] = {}
    rows = EVALUATION_NUMBERS // math.prod(model.config.image_shape)
    for part in chosen.split(max(1, min(EVALUATION_BATCH, rows))):
        target = images.images(part)
        x = _corrupt(target, recipe, generator)
        terms: dict[str, Tensor] = {}
        for losses in every:
            terms |= losses(x, target, generator, images.labels(part))
        for name, term in terms.items():
            sums[name] = sums.get(name, 0.0) + float(term) * len(part)
    return {name: total / len(chosen) for name, total in sums.items()}


def _damage(target: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    """What the model is given in training: corrupted, and noisy if the recipe says so."""
    x = _corrupt(target, recipe, generator)
    if recipe.input_noise:
        x = corrupt(x, "gaussian", recipe.input_noise, generator)
    return x


def _corrupt(target: Tensor, recipe: Recipe, generator: torch.Generator) -> Tensor:
    if recipe.corruption == "none":
        return target
    # strengths from nothing to the full one: one model for the whole slider
    draw = torch.rand(len(target), generator=generator, device=target.device)
    return corrupt(target, recipe.corruption, draw * recipe.strength, generator)


def resolve_precision(model: Autoencoder, x: Tensor, recipe: Recipe) -> torch.dtype:
    """bfloat16 where a probe, losses and gradients, is at least a tenth faster with it.

    Newer processors and GPUs compute it faster, older laptops much slower (where a processor has
    no instructions for it no probe is needed), and an LSTM not at all.
    ``x`` (B, C, H, W) is a batch. The probe leaves the model as it was. Raises Problem where
    bfloat16 is asked for and cannot be.
    """
    asked_for = recipe.precision == "bfloat16"
    if recipe.precision == "float32" or not asked_for and _emulates_bfloat16(x.device):
        return torch.float32
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    generator = torch.Generator(x.device).manual_seed(0)

    def one_pass(dtype: torch.dtype) -> float:
        started = time.perf_counter()
        with _autocast(x.device, dtype)():
            terms = model.losses(x, x, generator)
        model.objective(terms).backward()
        if x.device.type == "cuda":  # it works on while we would read the clock
            torch.cuda.synchronize()
        return time.perf_counter() - started

    def seconds(dtype: torch.dtype) -> float:
        one_pass(dtype)  # prepares things and counts for nothing
        return min(one_pass(dtype) for _ in range(5))

    model.train()
    with parallel.alone():
        usual = math.inf if asked_for else seconds(torch.float32)
        try:
            short = one_pass(torch.bfloat16) if asked_for else seconds(torch.bfloat16)
        except torch.OutOfMemoryError:
            raise
        except RuntimeError as error:  # what PyTorch says of a layer that it can't compute so here
            if asked_for:
                raise Problem(NO_BFLOAT16, family=model.family) from error
            short = math.inf
    model.zero_grad()
    model.load_state_dict(before)  # batch norm has counted the probe's images
    return torch.bfloat16 if short < 0.9 * usual else torch.float32


def _emulates_bfloat16(device: torch.device) -> bool:
    """Whether this is a processor without instructions for it, where it only takes longer."""
    can = torch.cpu.get_capabilities()
    return device.type == "cpu" and not any(can.get(name) for name in BFLOAT16)


def _autocast(
    device: torch.device, dtype: torch.dtype
) -> Callable[[], AbstractContextManager[object]]:
    return lambda: torch.autocast(device.type, dtype, enabled=dtype is not torch.float32)


Optimizers = dict[str, torch.optim.AdamW]


def _collect(model: Autoencoder, optimizers: Optimizers, best: Best) -> dict[str, Tensor]:
    """Weights as ``model.NAME``, the optimisers' moments as ``PLAYER.INDEX.NAME``, the best
    epoch's weights as ``best.NAME``."""
    tensors = {f"model.{name}": tensor for name, tensor in model.state_dict().items()}
    tensors |= {f"best.{name}": tensor for name, tensor in best.tensors().items()}
    for player, optimizer in optimizers.items():
        for index, state in optimizer.state_dict()["state"].items():
            for name, tensor in state.items():
                tensors[f"{player}.{index}.{name}"] = tensor
    return tensors


def _restore(
    model: Autoencoder, optimizers: Optimizers, best: Best, tensors: dict[str, Tensor]
) -> None:
    found: dict[str, dict[str, Tensor]] = {"model": {}, "best": {}}
    states: dict[str, dict[int, dict[str, Tensor]]] = {player: {} for player in optimizers}
    for key, tensor in tensors.items():
        kind, rest = key.split(".", 1)
        if kind in found:
            found[kind][rest] = tensor
        else:
            index, name = rest.split(".")
            states[kind].setdefault(int(index), {})[name] = tensor
    model.load_state_dict(found["model"])
    best.restore(found["best"])
    for player, optimizer in optimizers.items():
        optimizer.load_state_dict({**optimizer.state_dict(), "state": states[player]})
        # a fused step goes through memory as it lies: moments must lie as their weights do
        for weights, state in optimizer.state.items():
            for name, tensor in state.items():
                if tensor.shape == weights.shape:
                    state[name] = torch.empty_like(weights).copy_(tensor)
