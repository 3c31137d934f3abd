"""A variational autoencoder of sequences, whose decoder hears what it has just written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from aecore import parallel
from aecore.melodies import between
from aecore.messages import N_
from aecore.models.base import CODE, LOSS, SHAPE, Config, Shape, check_widths, setting
from aecore.models.recurrent import CELLS
from aecore.models.vae import Variational, beta_setting, kl_to_prior, sample

PLAN = 48  # numbers that the code says of each step


@dataclass(frozen=True)
class RecurrentVAEConfig(Config):
    """``cell`` "gru" or "lstm" with a memory of ``width`` numbers, in each direction where it
    reads. ``beta`` weighs the KL term, of which ``free`` nats cost nothing; ``mixing`` weighs how
    badly codes between two codes are written as a bit of both."""

    latent_dim: int = 2
    width: int = 64
    cell: str = setting("gru", N_("Memory cell"), choices={"gru": "GRU", "lstm": "LSTM"})
    beta: float = beta_setting()
    free: float = setting(
        0.0,
        N_("Free nats of the KL term"),
        help=N_("So much a code may tell at no cost, which keeps it from telling nothing."),
        most=200.0,
        step=1.0,
    )
    mixing: float = setting(
        0.0,
        N_("Weight of mixtures"),
        help=N_("How much it counts that a code between two is written as a bit of both."),
        most=20.0,
        step=0.5,
    )
    least_side: ClassVar[int] = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        check_widths((self.width,))


class RecurrentVAE(Variational):
    """One network reads the sequence in both directions; all its memories together become the
    code. The code makes a plan of all steps, along which another network writes, each time told
    what it wrote before. The plan is linear: half-way between two codes lies the mean of their
    plans, and single steps give way to others on the way.

    S. Bowman et al., "Generating Sentences from a Continuous Space", arXiv:1511.06349, and, for
    melodies, A. Roberts et al. (MusicVAE), arXiv:1803.05428. In training a part of what is told is
    the network's own guess (S. Bengio et al., "Scheduled Sampling", arXiv:1506.03099), all guessed
    at once (D. Duckworth et al., "Parallel Scheduled Sampling", arXiv:1906.04331). Free nats: D.
    Kingma et al., arXiv:1606.04934. That mixed codes are trained, too: V. Verma et al., "Manifold
    Mixup", arXiv:1806.05236; here each step may be that of either end, and symbols are those of
    melodies, of which also what is heard may be that of either end (aecore.melodies.between).
    """

    family = "recurrent_vae"
    title = N_("Recurrent variational")
    summary = N_("Writes row after row, hearing its last row, from a code without holes around it.")
    changes = (SHAPE, LOSS, CODE)
    seconds = 30
    config_type = RecurrentVAEConfig
    learning_rate = 4e-3

    def __init__(self, config: RecurrentVAEConfig) -> None:
        super().__init__(config)
        self.beta, self.free, self.mixing = config.beta, config.free, config.mixing
        channels, self.steps, length = config.image_shape
        row, d, width, cell = channels * length, config.latent_dim, config.width, CELLS[config.cell]
        self.reader = cell(row, width, batch_first=True, bidirectional=True)
        # of every step, not the last alone: what has to be remembered for long is learned slowly
        self.to_code = nn.Linear(2 * width * self.steps, 2 * d)
        self.plan = nn.Linear(d, PLAN * self.steps)
        self.heard = nn.Linear(row, PLAN, bias=False)
        self.writer = cell(PLAN, 2 * width, batch_first=True)
        self.to_row = nn.Linear(2 * width + PLAN, row)

    @classmethod
    def work(cls, shape: Shape) -> float:
        """As of a recurrent one, only rows count."""
        return shape[1] / 28

    def posterior(self, x: Tensor) -> tuple[Tensor, Tensor]:
        read, _memory = self.reader(_rows(x))
        mean, log_variance = self.to_code(read.flatten(1)).float().chunk(2, dim=1)
        return mean, log_variance

    def decode_logits(self, z: Tensor) -> Tensor:
        """Images (B, C, H, W) of codes (B, d), before the sigmoid or softmax: no step is told
        anything but what the model itself wrote before it."""
        planned, memory, written = self._planned(z), None, []
        before = z.new_zeros(len(z), 1, self.to_row.out_features)
        for step in range(self.steps):
            here = planned[:, step : step + 1]
            made, memory = self.writer(here + self.heard(before), memory)
            logits = self.to_row(torch.cat([made, here], 2))
            before = self._as_heard(logits)
            written.append(logits)
        return self._image(torch.cat(written, 1))

    def losses(
        self,
        x: Tensor,
        target: Tensor,
        generator: torch.Generator | None = None,
        labels: Tensor | None = None,
    ) -> dict[str, Tensor]:
        mean, log_variance = self.posterior(x)
        z = sample(mean, log_variance, generator)
        logits = self._told(z, target, generator) if self.training else self.decode_logits(z)
        recon = self.reconstruction(logits, target)
        terms = {"recon": recon, "kl": kl_to_prior(mean, log_variance)}
        if self.training and self.mixing:
            terms["mixed"] = self._mixed(mean, target, generator)
        return terms

    def weights(self) -> dict[str, float]:
        return {**super().weights(), "mixed": self.mixing}

    def objective(self, terms: Mapping[str, Tensor]) -> Tensor:
        return super().objective({**terms, "kl": (terms["kl"] - self.free).clamp(min=0)})

    def _told(self, z: Tensor, target: Tensor, generator: torch.Generator | None) -> Tensor:
        """The logits where a part of the steps before is the truth, and the rest a guess; of some
        examples it is nearly all truth, of some nearly none."""
        planned, truth = self._planned(z), _rows(target)
        with torch.no_grad():
            guess = self._as_heard(self._written(planned, _before(truth)))
        place = {"generator": generator, "device": z.device}
        truthful = parallel.draw(torch.rand, (len(z), 1, 1), **place)
        lot = parallel.draw(torch.rand, (len(z), self.steps, 1), **place)
        told = torch.where(lot < truthful, truth, guess.to(truth.dtype))
        return self._image(self._written(planned, _before(told)))

    def _mixed(self, codes: Tensor, target: Tensor, generator: torch.Generator | None) -> Tensor:
        """Nats a sequence: how unlikely it is that each step of what is written from codes between
        two is the one's step or the other's, that of the nearer one being worth more; of melodies
        also that what is heard in it is heard in one of both."""
        half = len(codes) // 2
        place = {"generator": generator, "device": codes.device}
        share = parallel.draw(torch.rand, (half, 1), **place)
        lot = parallel.draw(torch.rand, (half, self.steps, 1), **place)
        planned = self._planned(torch.lerp(codes[:half], codes[half : 2 * half], share))
        rows = _rows(target)
        one, other = rows[:half], rows[half : 2 * half]
        told = torch.where(lot < share[:, None], other, one)
        with torch.no_grad():  # what it hears is its own guess
            told = self._as_heard(self._written(planned, _before(told))).to(told.dtype)
        logits = self._written(planned, _before(told)).float()
        heard: Tensor | float = 0.0
        if self.config.symbols:
            melodies = one.argmax(2), other.argmax(2)
            heard = between.unheard(logits, *melodies)
            logits = between.with_margin(logits, *melodies)
        of_one = self._likelihood(logits, one) + torch.log1p(-share)
        of_other = self._likelihood(logits, other) + torch.log(share)
        return heard - torch.logaddexp(of_one, of_other).sum(1).mean()

    def _likelihood(self, logits: Tensor, rows: Tensor) -> Tensor:
        """Of each row, in nats: (B, T, row) twice -> (B, T)."""
        if self.config.symbols:
            return (logits.float().log_softmax(-1) * rows).sum(-1)
        loss = F.binary_cross_entropy_with_logits(logits.float(), rows, reduction="none")
        return -loss.sum(-1)

    def _planned(self, z: Tensor) -> Tensor:
        planned: Tensor = self.plan(z).unflatten(1, (self.steps, PLAN))
        return planned

    def _written(self, planned: Tensor, before: Tensor) -> Tensor:
        """Rows (B, T, row) along a plan (B, T, PLAN), each told the row ``before`` it."""
        made, _memory = self.writer(planned + self.heard(before))
        rows: Tensor = self.to_row(torch.cat([made, planned], 2))
        return rows

    def _as_heard(self, logits: Tensor) -> Tensor:
        """Rows as the next step is told of them: the likeliest symbol, or the grey levels."""
        if self.config.symbols:
            return F.one_hot(logits.argmax(-1), logits.shape[-1]).to(logits.dtype)
        return torch.sigmoid(logits)

    def _image(self, rows: Tensor) -> Tensor:
        """(B, T, C·W) -> (B, C, T, W)"""
        channels, _height, length = self.config.image_shape
        image: Tensor = rows.unflatten(2, (channels, length)).transpose(1, 2)
        return image


def _rows(x: Tensor) -> Tensor:
    """Images (B, C, H, W) as sequences of rows, (B, H, C·W)."""
    return x.transpose(1, 2).flatten(2)


def _before(rows: Tensor) -> Tensor:
    """Of each row the one before it; of the first an empty one."""
    return F.pad(rows[:, :-1], (0, 0, 1, 0))
