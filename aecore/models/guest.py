"""A model that was made elsewhere and came as ONNX files: it can be used here, not trained."""

import math
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, ClassVar

import torch
from torch import Tensor, nn

from aecore.exchange.running import DRAWN, LAYOUTS, PIXELS, Convention, run, session
from aecore.foreign import no_checkpoint
from aecore.messages import N_, Problem
from aecore.models.base import (
    CODE,
    LOSS,
    SHAPE,
    Autoencoder,
    Config,
    check_choice,
    check_integer,
)

MAX_BYTES = 100_000_000  # of a half
NO_SCALE = N_(
    "Pixels cannot be normalised by the mean {mean} and the deviation {std}; expected are numbers, "
    "the second above 0."
)


@dataclass(frozen=True)
class GuestConfig(Convention, Config):
    """Its halves are ``encoder_bytes`` and ``decoder_bytes`` long. ``spread``: whether the encoder
    also gives log-variances. As a ``Convention`` it says what lies between its images and ours."""

    encoder_bytes: int = 0
    decoder_bytes: int = 0
    spread: bool = False
    most_numbers: ClassVar[int] = 4096
    least_side: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        sentence = N_("An ONNX file has {value} bytes; it can have {low} to {high}.")
        for size in (self.encoder_bytes, self.decoder_bytes):
            check_integer(sentence, size, 1, MAX_BYTES)
        sentence = N_("The setting is “{value}”; it must be one of {known}.")
        for value, known in (
            (self.layout, LAYOUTS),
            (self.drawn_layout, LAYOUTS),
            (self.pixels, PIXELS),
            (self.drawn, DRAWN),
            (self.spread, (True, False)),
        ):
            check_choice(sentence, value, known)
        for number in (self.mean, self.std):
            if not isinstance(number, int | float) or not abs(number) < 1e4:
                raise Problem(NO_SCALE, mean=self.mean, std=self.std)
        if self.std < 1e-4:
            raise Problem(NO_SCALE, mean=self.mean, std=self.std)


class Guest(Autoencoder):
    """Two graphs of ONNX, run by ONNX Runtime on one thread of the processor.

    The files' bytes are its only weights, so that a checkpoint holds them as any other's.
    """

    family = "onnx"
    title = N_("From elsewhere")
    summary = N_(
        "A model that was made with other programs and came as ONNX; it isn't trained here."
    )
    changes = (SHAPE, LOSS, CODE)
    seconds = math.inf
    config_type = GuestConfig
    config: GuestConfig

    def __init__(self, config: GuestConfig) -> None:
        super().__init__(config)
        self.encoder_file = _bytes(config.encoder_bytes)
        self.decoder_file = _bytes(config.decoder_bytes)

    def encode(self, x: Tensor) -> Tensor:
        return self._coded(x)[0]

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor] | None:
        if not self.config.spread:
            return None
        mean, log_variance = self._coded(x)
        return mean, log_variance

    def decode(self, z: Tensor) -> Tensor:
        (drawn,) = run(self._decoder, z.detach().cpu().numpy())
        image = self.config.image(drawn, self.config.image_shape)
        return torch.from_numpy(image).to(z.device)

    def decode_logits(self, z: Tensor) -> Tensor:
        return self.decode(z).logit(eps=1e-6)

    def _coded(self, x: Tensor) -> list[Tensor]:
        made = run(self._encoder, self.config.taken(x.detach().cpu().numpy()))
        d = self.config.latent_dim
        return [torch.from_numpy(each.reshape(len(x), d)).to(x.device) for each in made]

    def check_files(self, name: str) -> None:
        from aecore.exchange import room

        told = {each.name: getattr(self.config, each.name) for each in fields(Convention)}
        found = room.opened(
            [(name, each) for each in self.files()],
            {**told, "image_shape": self.config.image_shape},
        ).config
        known = {**found, "image_shape": tuple(found["image_shape"])}
        sizes = ("image_shape", "latent_dim", "spread")
        if any(known.get(each) != getattr(self.config, each) for each in sizes):
            raise no_checkpoint(name, N_("its description is incomplete"))

    def files(self) -> tuple[bytes, bytes]:
        """Encoder and decoder as ONNX files."""
        encoder, decoder = (
            file.detach().cpu().numpy().tobytes() for file in (self.encoder_file, self.decoder_file)
        )
        return encoder, decoder

    @cached_property
    def _encoder(self) -> Any:
        return session(self.files()[0])

    @cached_property
    def _decoder(self) -> Any:
        return session(self.files()[1])


def _bytes(count: int) -> nn.Parameter:
    return nn.Parameter(torch.empty(count, dtype=torch.uint8), requires_grad=False)
