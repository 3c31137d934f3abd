"""Several fully connected layers on each side of the code."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from aecore.messages import N_
from aecore.models.base import (
    SHAPE,
    Autoencoder,
    Config,
    Losses,
    Player,
    check_choice,
    check_code_activation,
    check_widths,
    setting,
)
from aecore.models.layers import (
    ACTIVATIONS,
    blocks,
    last_linear,
    mlp_decoder,
    mlp_encoder,
    unbiased,
)


@dataclass(frozen=True)
class FullyConnectedConfig(Config):
    """``widths``: the layers between image and code, none to eight; the decoder has them in
    reverse. ``norm``: batch norm after each, then ``activation`` "silu", "relu" or "sigmoid".
    ``dropout`` 0…0.9 is the share of each layer's numbers that is left out in a training step."""

    widths: tuple[int, ...] = (512, 256)
    dropout: float = setting(
        0.0,
        N_("Dropout"),
        help=N_("Share of each layer's numbers that is left out in a training step."),
        most=0.9,
    )
    norm: bool = True
    activation: str = "silu"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_widths(self.widths, fewest=0)
        sentence = N_("Batch norm is “{value}”; it must be true or false.")
        check_choice(sentence, self.norm, (True, False))
        sentence = N_("The activation is “{value}”; it must be one of {known}.")
        check_choice(sentence, self.activation, ACTIVATIONS)

    @property
    def layers(self) -> tuple[float, bool, str]:
        """What ``mlp`` is told of the layers."""
        return self.dropout, self.norm, self.activation


@dataclass(frozen=True)
class DeepConfig(FullyConnectedConfig):
    """``pretraining`` 0…0.9: the share of the training in which one pair of layers after the
    other learns alone, from the outside in. ``code_activation`` "none" or "relu"."""

    pretraining: float = setting(
        0.0,
        N_("Share of layer-wise pretraining"),
        help=N_("In this share of the training one pair of layers after the other learns alone."),
        most=0.9,
    )
    code_activation: str = "none"

    def __post_init__(self) -> None:
        super().__post_init__()
        check_code_activation(self.code_activation)


class Deep(Autoencoder):
    """Fully connected layers, after Hinton and Salakhutdinov, "Reducing the Dimensionality of
    Data with Neural Networks", Science 313 (2006); batch norm replaces their pretraining, and
    greedy pretraining after Bengio et al., "Greedy Layer-Wise Training of Deep Networks", NIPS
    2006, is there to be compared."""

    family = "deep"
    title = N_("Deep")
    summary = N_("Several layers on each side: bends where PCA can only draw straight lines.")
    changes = (SHAPE,)
    seconds = 3
    config_type = DeepConfig

    encoder: nn.Sequential
    decoder: nn.Sequential

    @property
    def bends_code(self) -> bool:
        """Whether something bent follows the encoder's last layer."""
        return self.code_activation != "none"

    def __init__(self, config: DeepConfig) -> None:
        super().__init__(config)
        self.pretraining = config.pretraining
        self.code_activation = config.code_activation
        if config.code_activation == "relu":
            self.bend = nn.ReLU()
        shape, widths, layers = config.image_shape, config.widths, config.layers
        self.encoder = mlp_encoder(shape, widths, config.latent_dim, *layers)
        self.decoder = mlp_decoder(config.latent_dim, widths, shape, *layers)
        if config.norm and config.widths and not self.bends_code:
            unbiased(last_linear(self.encoder))
        # how many modules each layer has: the pretraining takes them apart
        self.lengths = [len(block) for block in blocks([1, *widths, 1], *layers)]

    def needed(self, share: float = 0.9) -> float:
        # a ReLU switches some off for good; the others make up for it
        return super().needed(0.5 if self.code_activation == "relu" else share)

    def players(self) -> dict[str, Player]:
        together = Player(list(self.parameters()), self.losses, (self.pretraining, 1.0))
        if not self.pretraining:
            return {"autoencoder": together}
        n = len(self.lengths)
        found = {}
        for k in range(n):
            layers = [*self._encoder_layer(k), *self._decoder_layer(n - 1 - k)]
            parameters = [p for layer in layers for p in layer.parameters()]
            span = (self.pretraining * k / n, self.pretraining * (k + 1) / n)
            found[f"layer_{k + 1}"] = Player(parameters, self._pair_losses(k), span)
        return {**found, "autoencoder": together}

    def _encoder_layer(self, k: int) -> nn.Sequential:
        return self._layer(self.encoder[1], k)

    def _decoder_layer(self, k: int) -> nn.Sequential:
        return self._layer(self.decoder[0], k)

    def _layer(self, layers: nn.Module, k: int) -> nn.Sequential:
        """The k-th linear layer with what follows it."""
        assert isinstance(layers, nn.Sequential)
        start = sum(self.lengths[:k])
        return nn.Sequential(*list(layers)[start : start + self.lengths[k]])

    def _pair_losses(self, k: int) -> Losses:
        """Layer k of the encoder and its mirror image learn to copy what layer k - 1 tells."""

        def losses(
            x: Tensor,
            target: Tensor,
            generator: torch.Generator | None = None,
            labels: Tensor | None = None,
        ) -> dict[str, Tensor]:
            with torch.no_grad():
                told = x.flatten(1)
                for before in range(k):
                    told = self._encoder_layer(before)(told)
                whole = self.reconstruction(self.decode_logits(self.encode(x)), target)
            copied = self._decoder_layer(len(self.lengths) - 1 - k)(self._encoder_layer(k)(told))
            if k == 0:
                pair = self.reconstruction(copied.view_as(target), target)
            else:
                pair = F.mse_loss(copied.float(), told.float(), reduction="sum") / len(x)
            # the whole network's loss is told beside it, and moves nothing
            return {f"layer_{k + 1}": pair, "recon": whole}

        return losses
