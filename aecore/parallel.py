"""Several processes train one model, with the same steps as one process would take alone.

``torchrun --nproc-per-node N -m aecore train …`` starts the processes. Each takes an equal share of
every batch; random numbers are drawn for the whole batch everywhere, so that it doesn't matter
who gets which image. What depends on the batch as a whole, such as batch norm's means, is summed
over the processes.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from importlib import import_module
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch import distributed as dist

PATIENCE = timedelta(days=7)  # the others wait while the first one's run waits in line

_alone = False


class World(NamedTuple):
    """Which of how many processes this is; ``rank`` 0 writes the files."""

    rank: int
    size: int


def world() -> World:
    """(0, 1) unless processes have joined."""
    if _alone or not (dist.is_available() and dist.is_initialized()):
        return World(0, 1)
    return World(dist.get_rank(), dist.get_world_size())


@contextmanager
def joined() -> Iterator[World]:
    """Join the other processes if ``torchrun`` started this one; alone, do nothing."""
    if int(os.environ.get("WORLD_SIZE", "1")) < 2:
        yield world()
        return
    # Its functions take the group that is there at its import for a default. An optimiser imports
    # it: inside the group it would keep the group's threads alive for good, and a thread that ends
    # while the interpreter does aborts the process.
    import_module("torch.distributed.nn")

    if torch.cuda.is_available():
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    dist.init_process_group("nccl" if torch.cuda.is_available() else "gloo", timeout=PATIENCE)
    try:
        yield world()
    finally:
        dist.destroy_process_group()


@contextmanager
def alone() -> Iterator[None]:
    """What one process does by itself, such as looking at the test images."""
    global _alone
    before, _alone = _alone, True
    try:
        yield
    finally:
        _alone = before


def device() -> torch.device:
    """This process's GPU, or the CPU."""
    if torch.cuda.is_available():
        return torch.device("cuda", torch.cuda.current_device())
    return torch.device("cpu")


def share(batch: Tensor) -> Tensor:
    """This process's rows of a whole batch (B, …): (B / processes, …)."""
    rank, size = world()
    n = len(batch) // size
    return batch[rank * n : (rank + 1) * n]


def draw(sampler: Callable[..., Tensor], shape: Iterable[int], **options: Any) -> Tensor:
    """``sampler(shape)``, such as torch.randn, drawn for the whole batch; this process's rows."""
    n, *rest = shape
    return share(sampler((n * world().size, *rest), **options))


class _Total(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, tensor: Tensor) -> Tensor:
        return sum_over_processes(tensor.clone())

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        return sum_over_processes(gradients[0].clone())


def total(tensor: Tensor) -> Tensor:
    """The sum over all processes; gradients pass through it to all of them."""
    summed: Tensor = _Total.apply(tensor) if world().size > 1 else tensor
    return summed


def batch_mean(x: Tensor) -> Tensor:
    """The mean over the rows of the whole batch: (B, d) -> (d,)."""
    return total(x.sum(0)) / (len(x) * world().size)


def sum_over_processes(tensor: Tensor) -> Tensor:
    """Sum in place, the same everywhere afterwards; no gradients."""
    if world().size > 1:
        dist.all_reduce(tensor)
    return tensor


def average_gradients(parameters: Iterable[nn.Parameter]) -> None:
    """The gradient of the whole batch's loss, which is the mean of the shares' losses."""
    rank, size = world()
    if size == 1:
        return
    gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
    # one message for all: many small ones cost more than their bytes
    flat = torch.cat([gradient.flatten() for gradient in gradients])
    sum_over_processes(flat).div_(size)
    for gradient, mean in zip(gradients, flat.split([g.numel() for g in gradients]), strict=True):
        gradient.copy_(mean.view_as(gradient))


def from_first(text: str) -> str:
    """The first process's text, everywhere."""
    if world().size == 1:
        return text
    place = device()
    content = torch.tensor(list(text.encode()), dtype=torch.uint8, device=place)
    length = torch.tensor([len(content)], device=place)
    dist.broadcast(length, 0)
    if world().rank:
        content = torch.zeros(int(length), dtype=torch.uint8, device=place)
    dist.broadcast(content, 0)
    return bytes(content.tolist()).decode()
