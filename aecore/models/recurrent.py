"""Sequence to sequence: an image read row by row, its code, and rows written again."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn

from aecore.messages import N_
from aecore.models.base import (
    SHAPE,
    Autoencoder,
    Config,
    Shape,
    check_choice,
    check_widths,
    setting,
)
from aecore.models.layers import BatchNorm1d

CELLS: dict[str, type[nn.GRU] | type[nn.LSTM]] = {"gru": nn.GRU, "lstm": nn.LSTM}


@dataclass(frozen=True)
class RecurrentConfig(Config):
    """``cell`` "gru" or "lstm" with a memory of ``width`` numbers. ``layout`` "wide", with linear
    layers between memory and code, or "bare": the reader's memory is the code, the writer's has as
    many numbers as a row.

    A sequence of T steps with F numbers in 0…1 each is an image of shape (1, T, F).
    """

    width: int = 128
    cell: str = setting("gru", N_("Memory cell"), choices={"gru": "GRU", "lstm": "LSTM"})
    layout: str = "wide"
    least_side: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        check_widths((self.width,))
        sentence = N_("The layout is “{value}”; it must be one of {known}.")
        check_choice(sentence, self.layout, ("wide", "bare"))


class Recurrent(Autoencoder):
    """One recurrent network reads, its last memory becomes the code; another is given the code
    again at every step, and writes. Sutskever, Vinyals and Le, "Sequence to Sequence Learning with
    Neural Networks", arXiv:1409.3215; as an autoencoder, Srivastava et al., arXiv:1502.04681."""

    family = "recurrent"
    title = N_("Recurrent")
    summary = N_("Reads row after row into a memory, and writes row after row from it.")
    changes = (SHAPE,)
    seconds = 20
    config_type = RecurrentConfig
    learning_rate = 1e-2

    def __init__(self, config: RecurrentConfig) -> None:
        super().__init__(config)
        channels, self.steps, length = config.image_shape
        features, d, cell = channels * length, config.latent_dim, CELLS[config.cell]
        self.bare = config.layout == "bare"
        if self.bare:
            self.reader = cell(features, d, batch_first=True)
            self.writer = cell(d, features, batch_first=True)
            self.to_row = nn.Linear(features, features)  # a memory's range is -1…1
            return
        width = config.width
        self.reader = cell(features, width, batch_first=True)
        # batch norm: fresh memories are nearly the same for all images, and learning is slow
        self.to_code = nn.Sequential(BatchNorm1d(width), nn.Linear(width, d))
        self.from_code = nn.Sequential(nn.Linear(d, width), nn.SiLU())
        self.first_memory = nn.Sequential(nn.Linear(d, width), nn.Tanh())
        # which row is to be written; without it the writer has to learn to count first
        self.place = nn.Parameter(0.1 * torch.randn(self.steps, width))
        self.writer = cell(width, width, batch_first=True)
        self.to_row = nn.Linear(width, features)

    @classmethod
    def work(cls, shape: Shape) -> float:
        """A step takes its time however little it reads, so only rows count."""
        return shape[1] / 28

    def encode(self, x: Tensor) -> Tensor:
        """Codes (B, latent_dim) of images (B, C, H, W) or sequences (B, T, F) in 0…1."""
        if x.ndim == 4:
            x = x.transpose(1, 2).flatten(2)  # (B, C, H, W) -> (B, H, C·W): a row is a step
        read, _memory = self.reader(x)
        z: Tensor = read[:, -1] if self.bare else self.to_code(read[:, -1])
        return z

    def decode_logits(self, z: Tensor) -> Tensor:
        if self.bare:
            written, _memory = self.writer(self._repeated(z))
        else:
            told = self._repeated(self.from_code(z)) + self.place
            written, _memory = self.writer(told, self._begin(z))
        rows = self.to_row(written)  # (B, H, C·W)
        channels, _height, length = self.config.image_shape
        logits: Tensor = rows.unflatten(2, (channels, length)).transpose(1, 2)
        return logits

    def _repeated(self, told: Tensor) -> Tensor:
        """The same at every step: (B, n) -> (B, T, n)."""
        return told[:, None].expand(-1, self.steps, -1)

    def _begin(self, z: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """The writer's first memory, (1, B, width); an LSTM has a second one, which is empty."""
        memory: Tensor = self.first_memory(z)[None]
        return (memory, torch.zeros_like(memory)) if isinstance(self.writer, nn.LSTM) else memory
