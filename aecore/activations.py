"""What flows through a model: every layer's output for one image, by forward hooks."""

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from aecore.models import Autoencoder, to_input
from aecore.models.layers import Dropout

Side = Literal["encoder", "decoder"]

# what only gives numbers another order, or does something in training alone
SILENT = (nn.Flatten, nn.Unflatten, nn.Identity, nn.Dropout, Dropout)
# what follows a layer with weights and belongs to it
FOLLOWING = (
    nn.BatchNorm1d,
    nn.BatchNorm2d,
    nn.SiLU,
    nn.ReLU,
    nn.LeakyReLU,
    nn.Sigmoid,
    nn.Tanh,
)


@dataclass(frozen=True)
class Step:
    """A layer and what it has made of an image: ``values`` float32 of ``shape``, without the batch.

    ``kinds``: the layer's class and those of what follows it, such as ("Linear", "SiLU");
    ``parameters``: how many weights it has; ``side``: where it stands.
    """

    side: Side
    kinds: tuple[str, ...]
    parameters: int
    values: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        """Of its output: (numbers,), (maps, height, width) or (steps, numbers)."""
        return self.values.shape


@dataclass(frozen=True)
class Flow:
    """An image (C, H, W) in 0…1 on its way: the encoder's steps, its ``code`` (d,), the decoder's
    steps, and the reconstruction. A variational encoder gives ``mean`` and ``log_variance`` (d,);
    the code is then drawn with ``noise`` (d,)."""

    image: np.ndarray
    encoder: list[Step]
    code: np.ndarray
    decoder: list[Step]
    made: np.ndarray
    mean: np.ndarray | None = None
    log_variance: np.ndarray | None = None
    noise: np.ndarray | None = None


@torch.inference_mode()
def flow(model: Autoencoder, image: np.ndarray, seed: int | None = None) -> Flow:
    """What a model in ``eval`` mode makes of one image (C, H, W), uint8 or float32 in 0…1.

    Of a variational model ``seed`` draws the code from its posterior; None takes the mean.
    """
    model = own_copy(model)
    x = to_input(image[None])
    with _watched(model, "encoder") as encoder:
        z = model.encode(x)
    posterior = model.posterior(x)
    mean = log_variance = noise = None
    if posterior is not None:
        mu, log_var = posterior
        drawn = torch.zeros_like(mu)
        if seed is not None:
            drawn = torch.randn(mu.shape, generator=torch.Generator().manual_seed(seed))
        z = mu + torch.exp(0.5 * log_var) * drawn
        mean, log_variance, noise = (_numbers(each) for each in (mu, log_var, drawn))
    with _watched(model, "decoder") as decoder:
        made = model.decode(z)
    return Flow(
        _numbers(x), encoder, _numbers(z), decoder, _numbers(made), mean, log_variance, noise
    )


def own_copy(model: Autoencoder) -> Autoencoder:
    """The model's layers with the same weights in memory: hooks on those of a model that others
    use meanwhile would tell what these do."""
    weights = [*model.parameters(), *model.buffers()]
    return copy.deepcopy(model, {id(each): each for each in weights})


@contextmanager
def _watched(model: nn.Module, side: Side) -> Iterator[list[Step]]:
    """The steps that are taken in this block, in their order.

    A layer that is taken row by row is one step, whose values are those of all rows.
    """
    steps: list[Step] = []
    places: dict[nn.Module, int] = {}

    def keep(layer: nn.Module, _taken: object, made: Tensor | tuple[Tensor, ...]) -> None:
        # a recurrent layer also gives its last memory
        values = _numbers(made if isinstance(made, Tensor) else made[0])
        own = sum(each.numel() for each in layer.parameters())
        if layer in places:
            step = steps[places[layer]]
            rows = np.concatenate([step.values, values])
            steps[places[layer]] = replace(step, values=rows)
            return
        kinds: tuple[str, ...] = (type(layer).__name__,)
        if isinstance(layer, FOLLOWING) and steps:
            before = steps.pop()
            kinds, own = before.kinds + kinds, before.parameters + own
        places[layer] = len(steps)
        steps.append(Step(side, kinds, own, values))

    handles = [
        layer.register_forward_hook(keep)
        for layer in model.modules()
        if not list(layer.children()) and not isinstance(layer, SILENT)
    ]
    yield steps
    for handle in handles:
        handle.remove()


def _numbers(batch: Tensor) -> np.ndarray:
    """The only one of a batch, float32."""
    found: np.ndarray = batch[0].detach().float().cpu().numpy().copy()
    return found
