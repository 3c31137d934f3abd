"""The contract that every autoencoder obeys."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from aecore.messages import N_, Problem

Shape = tuple[int, int, int]

MAX_LATENT_DIM = 256
MAX_SIDE = 512
MAX_WIDTH = 4096
MAX_LAYERS = 8  # a side
MAX_PARAMETERS = 50_000_000  # 200 MB of weights; training takes about four times that


@dataclass(frozen=True)
class Config:
    """What rebuilds a model: plain values, so it is JSON, cache key and form at once.

    ``image_shape`` is (channels, height, width) in pixels; ``latent_dim`` is the number of
    numbers in a code, 1 to ``most_numbers``. Raises Problem for values outside their range.
    """

    image_shape: Shape
    latent_dim: int = 32
    least_side: ClassVar[int] = 4
    most_numbers: ClassVar[int] = MAX_LATENT_DIM

    def __post_init__(self) -> None:
        for field in fields(self):  # JSON turns tuples into lists
            value = getattr(self, field.name)
            if isinstance(value, list):
                object.__setattr__(self, field.name, tuple(value))
        check_integer(
            N_("The code size is {value}; it must be a whole number from {low} to {high}."),
            self.latent_dim,
            1,
            self.most_numbers,
        )
        if not (isinstance(self.image_shape, tuple) and len(self.image_shape) == 3):
            raise Problem(
                N_("The image shape is {value}; it must be channels, height and width."),
                value=self.image_shape,
            )
        channels, *sides = self.image_shape
        check_integer(
            N_("Images have {value} channels; models take {low} to {high}."), channels, 1, 4
        )
        for side in sides:
            check_integer(
                N_("Images have a side of {value} pixels; models take {low} to {high}."),
                side,
                self.least_side,
                MAX_SIDE,
            )

    def to_json(self) -> dict[str, Any]:
        """Plain values, as they stand in a checkpoint's header."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The configuration with these values. Raises Problem for names it doesn't know."""
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown or "image_shape" not in values:
            raise Problem(
                N_(
                    "The model's configuration doesn't fit this version: it has {found}, "
                    "expected are {known}."
                ),
                found=", ".join(sorted(values)) or "–",
                known=", ".join(sorted(known)),
            )
        return cls(**values)


def check_integer(sentence: str, value: object, low: int, high: int) -> None:
    """Raise Problem(sentence) unless ``value`` is a whole number in ``low`` … ``high``."""
    # bool is an int to Python, but no code size
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise Problem(sentence, value=value, low=low, high=high)


def check_widths(widths: object, fewest: int = 1) -> None:
    """Raise Problem unless ``widths`` is a short tuple of layer widths."""
    if not isinstance(widths, tuple) or not fewest <= len(widths) <= MAX_LAYERS:
        raise Problem(
            N_("The layer widths are {value}; expected are {low} to {high} of them."),
            value=widths,
            low=fewest,
            high=MAX_LAYERS,
        )
    for width in widths:
        check_integer(
            N_("A layer is {value} wide; it must be a whole number from {low} to {high}."),
            width,
            1,
            MAX_WIDTH,
        )


def check_choice(sentence: str, value: object, choices: Iterable[object]) -> None:
    """Raise Problem(sentence) unless ``value`` is one of the ``choices``."""
    if value not in tuple(choices):
        raise Problem(sentence, value=value, known=", ".join(str(choice) for choice in choices))


def check_number(sentence: str, value: object, low: float, high: float) -> None:
    """Raise Problem(sentence) unless ``value`` is a number in ``low`` … ``high``."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
        raise Problem(sentence, value=value, low=low, high=high)


def check_code_activation(value: object) -> None:
    """Raise Problem unless a code can be followed by it."""
    sentence = N_("The activation of the code is “{value}”; it must be one of {known}.")
    check_choice(sentence, value, ("none", "relu"))


Losses = Callable[
    [Tensor, Tensor, torch.Generator | None, Tensor | None],
    dict[str, Tensor],
]


class Player(NamedTuple):
    """Who has an optimiser: the weights it moves and the loss terms it wants low.

    It plays during a ``span`` of the training, from one share 0…1 of it to another; its learning
    rate is the model's times ``rate``; ``momentum`` is Adam's β1.
    """

    parameters: list[nn.Parameter]
    losses: Losses
    span: tuple[float, float] = (0.0, 1.0)
    rate: float = 1.0
    momentum: float = 0.9


class Autoencoder(nn.Module):
    """An encoder x → z and a decoder z → x̂.

    Images are float tensors (B, C, H, W) in 0…1, codes are float tensors (B, latent_dim), labels
    int64 tensors (B,). Only ``conditional`` families look at labels, and do without where there
    are none. A family overrides ``encode`` and ``decode_logits``, ``losses`` if it has more than a
    reconstruction term, and ``players`` if its parts want different things.
    """

    family: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    config_type: ClassVar[type[Config]] = Config
    learning_rate: ClassVar[float] = 3e-3  # peak of the one-cycle schedule
    conditional: ClassVar[bool] = False  # told the class of each image

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config

    def encode(self, x: Tensor) -> Tensor:
        """Codes (B, latent_dim) of images (B, C, H, W) in 0…1. No randomness."""
        raise NotImplementedError

    def decode_logits(self, z: Tensor) -> Tensor:
        """Images (B, C, H, W) of codes (B, latent_dim), before the sigmoid."""
        raise NotImplementedError

    def decode(self, z: Tensor) -> Tensor:
        """Images (B, C, H, W) in 0…1 of codes (B, latent_dim)."""
        return torch.sigmoid(self.decode_logits(z))

    def forward(self, x: Tensor) -> Tensor:
        """Reconstructions (B, C, H, W) in 0…1 of images (B, C, H, W) in 0…1."""
        return self.decode(self.encode(x))

    def losses(
        self,
        x: Tensor,
        target: Tensor,
        generator: torch.Generator | None = None,
        labels: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """Named terms in nats per image: summed over pixels, averaged over the batch.

        ``x`` (B, C, H, W) is what goes in, ``target`` (B, C, H, W) what should come out; they
        differ when the input was corrupted. ``generator`` drives what is random in the model.
        """
        return {"recon": cross_entropy(self.decode_logits(self.encode(x)), target)}

    def code_figures(self, codes: np.ndarray) -> dict[str, float]:
        """What is worth telling of the codes (N, d) of many images."""
        return {}

    def players(self) -> dict[str, Player]:
        """Who takes turns in each training step, in this order. Most families have one player."""
        return {"autoencoder": Player(list(self.parameters()), self.losses)}

    def weights(self) -> dict[str, float]:
        """How much each loss term counts; a term that isn't named counts once."""
        return {}

    def objective(self, terms: dict[str, Tensor]) -> Tensor:
        """The one number that a player lowers."""
        weights = self.weights()
        return torch.stack([weights.get(name, 1.0) * term for name, term in terms.items()]).sum()


def cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """Grey-level cross-entropy in nats per image: ``logits`` and ``target`` (B, C, H, W)."""
    # float(): bf16 has too few digits to sum 784 pixels
    # sum over pixels, mean over batch: keeps the KL weight independent of batch size
    summed = F.binary_cross_entropy_with_logits(logits.float(), target, reduction="sum")
    return summed / len(target)
