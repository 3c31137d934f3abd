"""The controls of what only some families have, and of what works against over-fitting."""

from typing import Any

import streamlit as st

from ui.controls import choose
from ui.i18n import _

VALIDATION = 0.1  # share of the training images that judges when to stop


def family_settings(family: str) -> dict[str, object]:
    """A control for each setting that the family asks people for; their values."""
    from aecore.models import MODELS

    config = MODELS[family].config_type
    chosen: dict[str, object] = {}
    for name, setting in config.settings().items():
        label, help, usual = _(setting.label), _(setting.help) or None, getattr(config, name)
        if setting.choices:
            words = {choice: _(text) for choice, text in setting.choices.items()}
            chosen[name] = choose(label, name, list(words), words.__getitem__, usual, help=help)
        else:
            chosen[name] = _number(label, name, usual, setting.most, setting.step, help)
    return chosen


def _number(
    label: str, key: str, usual: float, most: float, step: float, help: str | None
) -> float:
    """A number from 0 to ``most`` that stands in the address as ``key``."""
    return st.number_input(
        label, 0.0, float(most), float(usual), step, key=key, bind="query-params", help=help
    )


def against_overfitting() -> dict[str, Any]:
    """Settings of the recipe by their names there."""
    words = _("Pulls all weights towards zero in each step.")
    weight_decay = _number(_("Weight decay"), "decay", 0, 1.0, 0.01, words)
    words = _("σ of Gaussian noise on training examples only; test examples stay clean.")
    input_noise = _number(_("Noise on the input"), "input_noise", 0, 1.0, 0.05, words)
    patience = st.number_input(
        _("Early stopping: patience in epochs"),
        0,
        100,
        0,
        key="patience",
        bind="query-params",
        help=_(
            "0: off. Otherwise a tenth of the training examples is held back, and the training "
            "ends when their loss hasn't fallen for so many epochs; the best weights are kept."
        ),
    )
    images = st.number_input(
        _("Examples to learn from"),
        0,
        10_000_000,
        0,
        key="train_images",
        bind="query-params",
        help=_("0: all there are. Otherwise so many of them, drawn by the seed."),
    )
    return {
        "images": images,
        "weight_decay": weight_decay,
        "input_noise": input_noise,
        "patience": patience,
        "validation": VALIDATION if patience else 0.0,
    }
