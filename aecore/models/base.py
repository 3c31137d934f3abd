"""The contract that every autoencoder obeys."""

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from types import MappingProxyType
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from aecore.messages import N_, Problem

Shape = tuple[int, int, int]
T = TypeVar("T")

SAYS_NOTHING = 0.01  # times the spread of the code's number that varies most

MAX_LATENT_DIM = 256
MAX_SIDE = 512
MAX_WIDTH = 4096
MAX_LAYERS = 8  # a side
MAX_PARAMETERS = 50_000_000  # 200 MB of weights; training takes about four times that

# what a family can change of the plain autoencoder, for ``Autoencoder.changes``
SHAPE, LOSS, CODE = N_("shape"), N_("loss"), N_("code")


class Setting(NamedTuple):
    """How a configuration's field is set by people: in a form, and within these limits.

    A number is from 0 to ``most``, in a form by steps of ``step``; a text is one of ``choices``,
    which has the words for each. ``label``, ``help`` and the words are marked for translation.
    """

    label: str
    help: str = ""
    most: float = 1.0
    step: float = 0.1
    choices: Mapping[str, str] = MappingProxyType({})


def setting(default: T, label: str, **facts: Any) -> T:
    """A field of a configuration that people are asked for, see ``Setting``.

    ``beta: float = setting(1.0, N_("Weight β of the KL term"), most=100.0, step=0.5)``
    """
    made: T = field(default=default, metadata={"setting": Setting(label, **facts)})
    return made


class Figure(NamedTuple):
    """How a measured number is told to people: its name, its digits and its unit."""

    label: str
    digits: int
    unit: str = ""


@dataclass(frozen=True)
class Config:
    """What rebuilds a model: plain values, so it is JSON, cache key and form at once.

    ``image_shape`` is (channels, height, width) in pixels; ``latent_dim`` is the number of
    numbers in a code, 1 to ``most_numbers``. ``symbols``: each row of an example is a symbol, a one
    among zeros, and the model predicts which. Raises Problem for values outside their range.
    """

    image_shape: Shape
    latent_dim: int = 32
    symbols: bool = field(default=False, kw_only=True)
    least_side: ClassVar[int] = 4
    most_numbers: ClassVar[int] = MAX_LATENT_DIM

    def __post_init__(self) -> None:
        for each in fields(self):  # JSON turns tuples into lists
            value = getattr(self, each.name)
            if isinstance(value, list):
                object.__setattr__(self, each.name, tuple(value))
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
        most = 1 if self.symbols else 4
        sentence = N_("Images have {value} channels; models take {low} to {high}.")
        check_integer(sentence, channels, 1, most)
        for side in sides:
            check_integer(
                N_("Images have a side of {value} pixels; models take {low} to {high}."),
                side,
                self.least_side,
                MAX_SIDE,
            )
        for name, told in self.settings().items():
            check_setting(name, getattr(self, name), told)

    @property
    def parts(self) -> int:
        """Of how many an example consists that are predicted: its numbers, or its symbols."""
        return self.image_shape[1] if self.symbols else math.prod(self.image_shape)

    @property
    def guessing(self) -> float:
        """Nats a part of knowing nothing: of drawing ½ everywhere, or holding all symbols for
        equally likely."""
        return math.log(self.image_shape[2] if self.symbols else 2)

    @classmethod
    def settings(cls) -> dict[str, Setting]:
        """What people are asked for, by the field's name: first what no other family has."""
        depth = {name: len(kind.__mro__) for kind in reversed(cls.__mro__) for name in vars(kind)}
        found = {each.name: each.metadata["setting"] for each in fields(cls) if each.metadata}
        return dict(sorted(found.items(), key=lambda item: -depth[item[0]]))

    def to_json(self) -> dict[str, Any]:
        """Plain values, as they stand in a checkpoint's header."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The configuration with these values. Raises Problem for names it doesn't know."""
        known = {each.name for each in fields(cls)}
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


def check_setting(name: str, value: object, told: Setting) -> None:
    """Raise Problem unless ``value`` is within the limits of the setting called ``name``."""
    if told.choices:
        if value not in tuple(told.choices):
            raise Problem(
                N_("The setting “{name}” is “{value}”; it must be one of {known}."),
                name=name,
                value=value,
                known=", ".join(told.choices),
            )
    elif (
        not isinstance(value, int | float)
        or isinstance(value, bool)
        or not (0 <= value <= told.most)
    ):
        raise Problem(
            N_("The setting “{name}” is {value}; it must be a number from 0 to {most}."),
            name=name,
            value=value,
            most=f"{told.most:g}",
        )


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
    are none. A family makes an ``encoder`` and a ``decoder``, or overrides ``encode`` and
    ``decode_logits``; ``code_losses`` if it has a penalty on its codes, ``losses`` if it has other
    terms than that, and ``players`` if its parts want different things. What is told of it is said
    here too:

    ``title``, ``summary``: its name, and what is special about it in one sentence;
    ``changes``: what of the plain autoencoder it changes, of SHAPE, LOSS and CODE;
    ``seconds``: what a pass over 60,000 images of 28×28 takes on two cores, roughly;
    ``prior``: a sentence on what keeps its codes together, None if nothing does;
    ``judged_by``: the loss terms whose sum, on images that it doesn't learn from, tells how good
    it is. More than the reconstruction: those of a bound on the likelihood (the negative ELBO);
    ``figures``: how its own loss terms and ``code_figures`` are told to people.
    """

    family: ClassVar[str]
    title: ClassVar[str]
    summary: ClassVar[str]
    changes: ClassVar[tuple[str, ...]]
    seconds: ClassVar[float]
    prior: ClassVar[str | None] = None
    judged_by: ClassVar[tuple[str, ...]] = ("recon",)
    figures: ClassVar[Mapping[str, Figure]] = MappingProxyType({})
    config_type: ClassVar[type[Config]] = Config
    learning_rate: ClassVar[float] = 3e-3  # peak of the one-cycle schedule
    conditional: ClassVar[bool] = False  # told the class of each image

    encoder: nn.Module  # (B, C, H, W) -> (B, latent_dim); its layers run in a browser too
    bend: nn.Module  # what the code goes through after the encoder's last layer; no weights
    decoder: nn.Module  # (B, latent_dim) -> (B, C, H, W); its layers run in a browser too

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        self.bend: nn.Module = nn.Identity()

    @classmethod
    def work(cls, shape: Shape) -> float:
        """How long an image of this shape takes, roughly, where one of 28×28 takes 1."""
        return math.prod(shape) / 28**2

    def encode(self, x: Tensor) -> Tensor:
        """Codes (B, latent_dim) of images (B, C, H, W) in 0…1. No randomness."""
        z: Tensor = self.bend(self.encoder(x))
        return z

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor] | None:
        """Mean and log-variance (B, latent_dim) of the codes of images (B, C, H, W) in 0…1, where
        the encoder predicts a distribution; None where a code is a point."""
        return None

    def decode_logits(self, z: Tensor) -> Tensor:
        """Images (B, C, H, W) of codes (B, latent_dim), before the sigmoid or softmax."""
        logits: Tensor = self.decoder(z)
        return logits

    def decode(self, z: Tensor) -> Tensor:
        """Images (B, C, H, W) in 0…1 of codes (B, latent_dim)."""
        return self.shown(self.decode_logits(z))

    def shown(self, logits: Tensor) -> Tensor:
        """Images (B, C, H, W) in 0…1 of what a decoder gives: grey levels, or how likely each
        symbol of a row is."""
        return logits.softmax(-1) if self.config.symbols else torch.sigmoid(logits)

    def reconstruction(self, logits: Tensor, target: Tensor) -> Tensor:
        """The cross-entropy in nats per image of ``logits`` and ``target``, (B, C, H, W): summed
        over pixels or, where these are symbols, over rows; averaged over the batch."""
        return (symbol_cross_entropy if self.config.symbols else cross_entropy)(logits, target)

    def forward(self, x: Tensor) -> Tensor:
        """Reconstructions (B, C, H, W) in 0…1 of images (B, C, H, W) in 0…1."""
        return self.decode(self.encode(x))

    def check_files(self, name: str) -> None:
        """Raise Problem where weights read from a file of that name are more than numbers, and
        what they are cannot be used."""

    def kept_together_by(self) -> str | None:
        """``prior``, unless this model's settings put it out of action."""
        return self.prior

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
        z = self.encode(x)
        recon = self.reconstruction(self.decode_logits(z), target)
        return {"recon": recon, **self.code_losses(z.float())}

    def code_losses(self, z: Tensor) -> dict[str, Tensor]:
        """Named terms beside the reconstruction's that codes (B, latent_dim) alone decide."""
        return {}

    def code_figures(self, codes: np.ndarray) -> dict[str, float]:
        """What is worth telling of the codes (N, d) of many images."""
        return {}

    def code_signs(self, codes: np.ndarray) -> dict[str, float]:
        """How many of the ``numbers`` of codes (N, d) are ``used``, and how many are ``needed``.

        Used are those that tell the images apart. For :mod:`aecore.diagnosis`.
        """
        spread = codes.std(0)
        used = int((spread > SAYS_NOTHING * spread.max()).sum())
        return {"numbers": codes.shape[1], "used": used, "needed": self.needed()}

    def needed(self, share: float = 0.9) -> float:
        """With fewer numbers in use something is wrong; a family may be content with less."""
        d = self.config.latent_dim
        return max(min(d, 2), share * d)

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


def symbol_cross_entropy(logits: Tensor, target: Tensor) -> Tensor:
    """Cross-entropy of symbols in nats per example: ``logits`` and ``target`` (B, 1, T, symbols),
    of which each row of the target sums to 1."""
    return -(target * logits.float().log_softmax(-1)).sum() / len(target)
