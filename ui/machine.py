"""How this server computes: one thread a run, and few pauses for the garbage collector."""

import gc
from functools import cache

from threadpoolctl import threadpool_limits


def compute_with_one_thread() -> None:
    """Let this run of a script compute alone; call it before a model computes.

    A page's images are few: a second thread costs more than it brings, and 30 sessions share the
    machine. Every run of a script is a thread with settings of its own, so each asks anew;
    NumPy's BLAS has one for all.
    """
    import torch

    torch.set_num_threads(1)
    _limit_blas()


@cache
def _limit_blas() -> None:
    threadpool_limits(1, user_api="blas")


@cache
def spare_the_collector() -> None:
    """Let the garbage collector pass over what is there now; call it when PyTorch is imported.

    It stops every session, and PyTorch has so many objects that it takes 0.1 to 0.3 seconds to
    look at all. They stay.
    """
    gc.collect()
    gc.freeze()
