"""Drawing where nobody serves: in the browser, by a model that it decodes for arithmetic, too."""

from typing import TypedDict

import numpy as np
import streamlit as st

from aecore.generator import MIXTURE
from aecore.messages import Problem
from aecore.priors import HOTTEST, Prior
from browser import component, pack, served
from pages.generate import figures
from pages.generate.sources import DIGITS, of_checkpoint
from ui import cache, coder
from ui.i18n import _, language, tell

MODEL = "vae-16"
ROWS = 2


class Words(TypedDict):
    """What the component says."""

    temperature: str
    again: str
    which: str
    any: str
    drawn: str
    waiting: str
    failed: str


class Facts(TypedDict):
    """What the component is told; browser/generate/drawn.js says what each is."""

    decoder: str
    prior: str
    columns: int
    rows: int
    hottest: float
    language: str
    words: Words


def show() -> None:
    """The component, and what was measured of digits drawn like these."""
    source = of_checkpoint(MODEL, cache.checkpoints()[MODEL])
    decoder = coder.packed_decoder(source.key, source.layers)
    if isinstance(decoder, Problem):
        st.info(tell(decoder))
        return
    facts: Facts = {
        "decoder": served(decoder, "sum decoder"),
        "prior": served(_packed(source.prior(MIXTURE)), "generate prior"),
        "columns": DIGITS,
        "rows": ROWS,
        "hottest": HOTTEST,
        "language": language(),
        "words": _words(),
    }
    component("generate/drawn")(key="generate-drawn", data=facts)
    figures.measured(source.name, MIXTURE)


def _packed(prior: Prior) -> bytes:
    return pack(
        None,
        weights=prior.weights.astype(np.float32),
        means=prior.means.astype(np.float32),
        factors=prior.factors.astype(np.float32),
        classes=prior.classes.astype(np.int32),
    )


def _words() -> Words:
    return {
        "temperature": _("Temperature"),
        "again": _("Draw again"),
        "which": _("Which digit"),
        "any": _("any"),
        "drawn": _("Digits that nobody wrote, each decoded from a code drawn by lot"),
        "waiting": _("Loading the decoder"),
        "failed": _("The decoder did not arrive. Reload the page."),
    }
