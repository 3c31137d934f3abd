"""Stopping when images that the model doesn't learn from are drawn no better any more."""

import math

import torch
from torch import Tensor

from aecore.models import Autoencoder


class Best:
    """The weights of the epoch with the lowest validation loss so far.

    Prechelt, "Early Stopping – But When?" (1998): stop after ``patience`` epochs without a new
    best one, and take that. With ``patience`` 0 it does nothing.
    """

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._loss, self._epoch = math.inf, 0
        self._weights: dict[str, Tensor] = {}

    def no_better(self, model: Autoencoder, validation: dict[str, float], epoch: int) -> bool:
        """Look at an epoch's validation loss terms; whether the patience is over.

        Only the first process of several knows them; the others keep their patience.
        """
        told = (name for name in model.judged_by if name in validation)
        terms = {name: torch.tensor(validation[name]) for name in told}
        loss = float(model.objective(terms)) if terms else math.inf
        if loss < self._loss:
            self._loss, self._epoch = loss, epoch
            self._weights = {name: t.clone() for name, t in model.state_dict().items()}
        return bool(terms) and self.is_over(epoch)

    def is_over(self, epoch: int) -> bool:
        """Whether the patience had come to its end with this epoch."""
        return bool(self._weights) and epoch - self._epoch >= self._patience

    def give_back(self, model: Autoencoder) -> None:
        """The best epoch's weights, into the model."""
        if self._weights:
            model.load_state_dict(self._weights)

    def tensors(self) -> dict[str, Tensor]:
        """What ``restore`` takes."""
        if not self._weights:
            return {}
        return {**self._weights, "loss_and_epoch": torch.tensor([self._loss, self._epoch]).double()}

    def restore(self, tensors: dict[str, Tensor]) -> None:
        """Go on from ``tensors()`` of an earlier process."""
        if tensors:
            weights = dict(tensors)
            self._loss, epoch = weights.pop("loss_and_epoch").tolist()
            self._epoch, self._weights = int(epoch), weights
