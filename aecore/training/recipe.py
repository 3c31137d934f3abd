"""How a model is trained."""

import math
from dataclasses import asdict, dataclass
from typing import Any, Self

from aecore.messages import N_, Problem

PRECISIONS = ("auto", "float32", "bfloat16")
NAMES = {
    "epochs": N_("number of epochs"),
    "batch_size": N_("batch size"),
    "seed": N_("seed"),
    "learning_rate": N_("learning rate"),
    "weight_decay": N_("weight decay"),
    "strength": N_("strength of the damage"),
}


@dataclass(frozen=True)
class Recipe:
    """What a training does, in plain values.

    ``epochs`` 1…10000 passes over the training images in batches of ``batch_size`` (2…65536);
    ``learning_rate``: peak of a one-cycle schedule, above 0 up to 1, None for the family's own;
    ``weight_decay`` 0…1; ``corruption`` with strengths drawn evenly from 0 to ``strength``;
    ``seed`` decides weights, order and noise; ``precision`` "auto" probes whether bfloat16 is
    faster here. Raises Problem for values outside their range.
    """

    epochs: int = 10
    batch_size: int = 256
    learning_rate: float | None = None
    weight_decay: float = 0.0
    corruption: str = "none"
    strength: float = 0.0
    seed: int = 0
    precision: str = "auto"

    def __post_init__(self) -> None:
        whole = (("epochs", 1, 10_000), ("batch_size", 2, 65_536), ("seed", 0, 2**31 - 1))
        for name, low, high in whole:
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                raise _outside(NAMES[name], value, low, high)
        rate = 0.001 if self.learning_rate is None else self.learning_rate
        between = (("learning_rate", rate), ("weight_decay", self.weight_decay))
        for name, number in (*between, ("strength", self.strength)):
            if not isinstance(number, int | float) or not 0 <= number <= 1:
                raise _outside(NAMES[name], number, 0, 1)
        if rate == 0:
            raise _outside(NAMES["learning_rate"], rate, "1e-9", 1)
        if self.precision not in PRECISIONS:
            raise Problem(
                N_("There is no precision “{name}”. There are: {known}."),
                name=self.precision,
                known=", ".join(PRECISIONS),
            )

    def to_json(self) -> dict[str, Any]:
        """Plain values, as they stand in config.json and in a checkpoint's header."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The recipe with these values. Raises Problem for names it doesn't know."""
        try:
            return cls(**values)
        except TypeError as error:
            raise Problem(
                N_("The recipe doesn't fit this version: {values}."), values=values
            ) from error


def _outside(name: str, value: object, low: object, high: object) -> Problem:
    return Problem(
        N_("The {name} is {value}; it must be from {low} to {high}."),
        name=name,
        value=value,
        low=low,
        high=high,
    )


def one_cycle(progress: float, peak: float, warm_up: float = 0.15) -> float:
    """The learning rate at ``progress`` 0…1: a straight rise to ``peak``, then a cosine to 0.

    Smith and Topin, "Super-Convergence", arXiv:1708.07120.
    """
    if progress < warm_up:
        return peak * (0.04 + 0.96 * progress / warm_up)
    return peak * 0.5 * (1 + math.cos(math.pi * (progress - warm_up) / (1 - warm_up)))
