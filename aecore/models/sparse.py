"""A code in which few numbers are active at a time."""

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import torch
from torch import Tensor, nn

from aecore.messages import N_, Problem
from aecore.models.base import LOSS, Figure, setting
from aecore.models.deep import Deep, DeepConfig
from aecore.parallel import batch_mean

PENALTIES = {
    "l1": N_("L1: the sum of the code's numbers"),
    "kl": N_("KL: each number's mean activity"),
}
TARGET_ACTIVITY = 0.05  # ρ of the KL penalty: the share of its range that a number should use


@dataclass(frozen=True)
class SparseConfig(DeepConfig):
    """``penalty`` "l1" (sum of the code's numbers) or "kl" (distance of each number's mean
    activity from 0.05), weighed by ``sparsity``, 0 to 100."""

    penalty: str = setting("l1", N_("Penalty on the code"), choices=PENALTIES)
    sparsity: float = setting(
        0.2,
        N_("Weight of the penalty"),
        help=N_("0 makes a dense code; the more, the fewer numbers speak for each example."),
        most=100.0,
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        # the sigmoid of what a ReLU lets through is never below a half
        if self.penalty == "kl" and self.code_activation != "none":
            raise Problem(
                N_("With the KL penalty the code has a sigmoid; it can have no ReLU before it.")
            )


class Sparse(Deep):
    """A code of numbers from 0 up, most of them at 0, after Ng, "Sparse autoencoder", CS294A
    lecture notes (2011): an L1 penalty, or the KL divergence of mean activities."""

    family = "sparse"
    title = N_("Sparse")
    summary = N_("A penalty keeps most numbers of the code at zero: few speak for each example.")
    changes = (LOSS,)
    seconds = 3
    figures = MappingProxyType({"activity": Figure(N_("Mean activity of the code"), 3)})
    config_type = SparseConfig
    bends_code = True  # sigmoid or ReLU

    def __init__(self, config: SparseConfig) -> None:
        super().__init__(config)
        self.penalty, self.sparsity = config.penalty, config.sparsity
        self.bend = nn.Sigmoid() if config.penalty == "kl" else nn.ReLU()

    def code_losses(self, z: Tensor) -> dict[str, Tensor]:
        return {
            "sparsity": z.sum(1).mean() if self.penalty == "l1" else kl_to_target(batch_mean(z)),
            "activity": z.mean(),  # reported only
        }

    def code_figures(self, codes: np.ndarray) -> dict[str, float]:
        """``activity``: the mean of all numbers of all codes."""
        return {"activity": float(codes.mean())}

    def needed(self, share: float = 0.25) -> float:
        # that a strong penalty silences numbers for all images is what it is for
        return super().needed(share)

    def weights(self) -> dict[str, float]:
        return {"sparsity": self.sparsity, "activity": 0.0}


def kl_to_target(activity: Tensor, target: float = TARGET_ACTIVITY) -> Tensor:
    """KL(ρ ‖ ρ̂) summed over the code's numbers; ``activity`` (d,) in 0…1, their means."""
    activity = activity.clamp(1e-6, 1 - 1e-6)
    on = target * torch.log(target / activity)
    off = (1 - target) * torch.log((1 - target) / (1 - activity))
    return (on + off).sum()
