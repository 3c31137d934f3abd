"""The controls of what only some families have, and of what works against over-fitting."""

from collections.abc import Callable
from dataclasses import fields
from typing import Any

import streamlit as st

from ui.controls import choose
from ui.i18n import _


def family_settings(family: str) -> dict[str, object]:
    """A control for each setting of the family that lessons speak of; their values."""
    from aecore.models import MODELS

    usual = {field.name: field.default for field in fields(MODELS[family].config_type)}
    return {name: control(usual[name]) for name, control in CONTROLS.items() if name in usual}


def _number(label: str, key: str, usual: Any, most: float, step: float, help: str) -> float:
    """A number from 0 to ``most`` that stands in the address as ``key``."""
    return st.number_input(
        label, 0.0, most, float(usual), step, key=key, bind="query-params", help=help
    )


def _beta(usual: Any) -> float:
    words = _("0 makes a plain autoencoder with noise, large values blur everything.")
    return _number(_("Weight β of the KL term"), "beta", usual, 100.0, 0.5, words)


def _penalty(usual: Any) -> str:
    names = {
        "l1": _("L1: the sum of the code's numbers"),
        "kl": _("KL: each number's mean activity"),
    }
    return choose(_("Penalty on the code"), "penalty", list(names), names.__getitem__, usual)


def _sparsity(usual: Any) -> float:
    words = _("0 makes a dense code; the more, the fewer numbers speak for each image.")
    return _number(_("Weight of the penalty"), "sparsity", usual, 100.0, 0.1, words)


def _prior(usual: Any) -> str:
    names = {
        "gaussian": _("Gaussian"),
        "ring": _("Ring of ten Gaussians"),
        "swiss_roll": _("Swiss roll"),
    }
    words = _("Where the discriminator wants the codes to lie. Ring and roll need 2 numbers.")
    return choose(_("Prior"), "prior", list(names), names.__getitem__, usual, help=words)


def _cell(usual: Any) -> str:
    names = {"gru": "GRU", "lstm": "LSTM"}
    return choose(_("Memory cell"), "cell", list(names), names.__getitem__, usual)


def _pretraining(usual: Any) -> float:
    words = _("In this share of the training one pair of layers after the other learns alone.")
    return _number(_("Share of layer-wise pretraining"), "pretraining", usual, 0.9, 0.1, words)


def _dropout(usual: Any) -> float:
    words = _("Share of each layer's numbers that is left out in a training step.")
    return _number(_("Dropout"), "dropout", usual, 0.9, 0.1, words)


CONTROLS: dict[str, Callable[[Any], object]] = {
    "beta": _beta,
    "penalty": _penalty,
    "sparsity": _sparsity,
    "prior": _prior,
    "cell": _cell,
    "pretraining": _pretraining,
    "dropout": _dropout,
}


def against_overfitting() -> dict[str, Any]:
    """Settings of the recipe by their names there."""
    words = _("Pulls all weights towards zero in each step.")
    weight_decay = _number(_("Weight decay"), "decay", 0, 1.0, 0.01, words)
    words = _("σ of Gaussian noise on training images only; test images stay clean.")
    input_noise = _number(_("Noise on the input"), "input_noise", 0, 1.0, 0.05, words)
    patience = st.number_input(
        _("Early stopping: patience in epochs"),
        0,
        100,
        0,
        key="patience",
        bind="query-params",
        help=_(
            "0: off. Otherwise a tenth of the training images is held back, and the training ends "
            "when their loss hasn't fallen for so many epochs; the best weights are kept."
        ),
    )
    return {
        "weight_decay": weight_decay,
        "input_noise": input_noise,
        "patience": patience,
        "validation": VALIDATION if patience else 0.0,
    }


VALIDATION = 0.1  # share of the training images that judges when to stop
