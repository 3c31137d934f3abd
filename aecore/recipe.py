"""How a model is trained."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from aecore.messages import N_, Problem, out_of_range
from aecore.seeds import check_seed

PRECISIONS = ("auto", "float32", "bfloat16")
NAMES = {
    "epochs": N_("number of epochs"),
    "batch_size": N_("batch size"),
    "learning_rate": N_("learning rate"),
    "weight_decay": N_("weight decay"),
    "strength": N_("strength of the damage"),
    "input_noise": N_("noise on the input"),
    "validation": N_("share held back for validation"),
    "patience": N_("patience in epochs"),
    "images": N_("number of examples to learn from"),
    "steps": N_("number of steps in an epoch"),
}


@dataclass(frozen=True)
class Recipe:
    """What a training does, in plain values.

    ``epochs`` 1…10000 passes over the training images in batches of ``batch_size`` (2…65536);
    ``learning_rate``: peak of a one-cycle schedule, above 0 up to 1, None for the family's own;
    ``weight_decay`` 0…1; ``corruption`` with strengths drawn evenly from 0 to ``strength``;
    ``seed`` decides weights, order and noise; ``precision`` "auto" probes whether bfloat16 is
    faster here. Against over-fitting: ``input_noise`` 0…1, σ of Gaussian noise on what the model
    is given while it learns; ``patience`` above 0 stops when the loss on the ``validation`` share
    (0…0.5) of the training images hasn't fallen for so many epochs, and keeps the best weights.
    ``images`` above 0 learns from so many of the training images, drawn by the seed (those of a
    smaller number are among those of a larger one). ``steps`` above 0 makes an epoch of so many
    batches, whether that is less or more than once through the images. Raises Problem for values
    outside their range.
    """

    epochs: int = 10
    batch_size: int = 256
    learning_rate: float | None = None
    weight_decay: float = 0.0
    corruption: str = "none"
    strength: float = 0.0
    seed: int = 0
    precision: str = "auto"
    input_noise: float = 0.0
    validation: float = 0.0
    patience: int = 0
    images: int = 0
    steps: int = 0

    def __post_init__(self) -> None:
        whole = (
            ("epochs", 1, 10_000),
            ("batch_size", 2, 65_536),
            ("patience", 0, 10_000),
            ("images", 0, 100_000_000),
            ("steps", 0, 100_000),
        )
        for name, low, high in whole:
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
                raise out_of_range(NAMES[name], value, low, high)
        check_seed(self.seed)
        rate = 0.001 if self.learning_rate is None else self.learning_rate
        between = (("learning_rate", rate), ("weight_decay", self.weight_decay))
        damage = (("strength", self.strength), ("input_noise", self.input_noise))
        for name, number in (*between, *damage):
            if not isinstance(number, int | float) or not 0 <= number <= 1:
                raise out_of_range(NAMES[name], number, 0, 1)
        share = self.validation
        if not isinstance(share, int | float) or not 0 <= share <= 0.5:
            raise out_of_range(NAMES["validation"], share, 0, 0.5)
        if self.patience and not share:
            raise Problem(
                N_(
                    "Early stopping needs examples to judge by: hold a share of them back for "
                    "validation, such as 0.1."
                )
            )
        if rate == 0:
            raise out_of_range(NAMES["learning_rate"], rate, "1e-9", 1)
        if self.precision not in PRECISIONS:
            raise Problem(
                N_("There is no precision “{name}”. There are: {known}."),
                name=self.precision,
                known=", ".join(PRECISIONS),
            )

    def held_back(self, images: int) -> int:
        """How many of so many training images are held back for validation."""
        return max(1, round(self.validation * images)) if self.validation else 0

    def check_images(self, images: int) -> None:
        """Raise Problem unless so many training images are enough to learn from.

        Two at least: a loss over batches needs a batch, and batch norm, which compares the images
        of one, needs another image to compare with.
        """
        if self.images > images:
            raise Problem(
                N_("There are {n} training examples; {wanted} cannot be learned from."),
                n=images,
                wanted=self.images,
            )
        images = self.images or images
        if images - self.held_back(images) < 2:
            raise Problem(
                N_(
                    "Too few examples to train on: {n}. At least two are needed, beside those held "
                    "back for validation; add more."
                ),
                n=images,
            )

    def to_json(self) -> dict[str, Any]:
        """Plain values, as they stand in config.json and in a checkpoint's header."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The recipe with these values; what an older version didn't know has its usual value.

        Raises Problem for names it doesn't know.
        """
        newer = sorted(set(values) - {field.name for field in fields(cls)})
        if newer:
            raise written_by_a_newer_version(newer)
        try:
            return cls(**values)
        except TypeError as error:
            raise Problem(
                N_("The recipe doesn't fit this version: {values}."), values=values
            ) from error


def written_by_a_newer_version(unknown: Sequence[str]) -> Problem:
    """What to tell of a file with names that this version doesn't know."""
    return Problem(
        N_(
            "It was written by a newer version: this one doesn't know {names}. Update the "
            "Autoencoder Explorer."
        ),
        names=", ".join(unknown),
    )


def usual_batch_size(images: int) -> int:
    """What is proposed for so many training images: a power of two, at least eight batches."""
    return max(8, min(Recipe.batch_size, 1 << int(math.log2(max(images / 8, 1)))))


def usual_epochs(images: int) -> int:
    """What is proposed for so many training images: the usual number, but for a small set so many
    that the weights move about 2,000 times."""
    steps = max(1, images // usual_batch_size(images))
    return max(Recipe.epochs, min(200, 10 * round(200 / steps)))


def one_cycle(progress: float, peak: float, warm_up: float = 0.15) -> float:
    """The learning rate at ``progress`` 0…1: a straight rise to ``peak``, then a cosine to 0.

    Smith and Topin, "Super-Convergence", arXiv:1708.07120.
    """
    if progress < warm_up:
        return peak * (0.04 + 0.96 * progress / warm_up)
    return peak * 0.5 * (1 + math.cos(math.pi * (progress - warm_up) / (1 - warm_up)))
