"""What is told beneath the picture of a plane: the model's figures, and what the points are."""

import numpy as np
import streamlit as st

from aecore import metrics
from aecore.checkpoint import Card
from aecore.data import Images
from pages.plane.plane import Plane
from ui import cache, frame, images
from ui.coder import Coder
from ui.i18n import _, number


def figures_row(card: Card, shown: Images | None, pca: Plane | None) -> None:
    """How good the model is; against PCA where the original test images are here."""
    from aecore.models import FAMILIES

    nats = _("{value} nats")
    values: dict[str, str | tuple[str, str]] = {}
    judged_by, told = FAMILIES[card.family].judged_by, FAMILIES[card.family].figures
    if len(judged_by) > 1 and set(judged_by) <= card.metrics.keys():
        for term in judged_by:
            name = _(told[term].label)
            values[f"+ {name}" if values else name] = number(card.metrics[term], 1)
        bound = sum(card.metrics[term] for term in judged_by)
        values[_("= −ELBO")] = (nats.format(value=number(bound, 1)), _("an image"))
    if "mse" in card.metrics:
        compared = ""
        if pca is not None and shown is not None and not shown.decoded:
            error = number(_error(pca.coder, shown), 4)
            compared = _("PCA with 2 numbers {value}").format(value=error)
        values[_("MSE")] = (number(card.metrics["mse"], 4), compared)
    frame.figures_row(values)


def _error(coder: Coder, shown: Images) -> float:
    """MSE of the test images through a code and back."""
    return _kept_error(coder.key, *cache.identity(shown), coder, shown.pixels)


@st.cache_data(max_entries=16, show_spinner=False)
def _kept_error(
    key: str, data: str, changed: int, decoded: bool, _coder: Coder, _pixels: np.ndarray
) -> float:
    return float(metrics.mse(_coder.reconstruct(_pixels), images.unit(_pixels)).mean())


def notes(plane: Plane, points: Images | None) -> list[str]:
    """What has to be said about this picture: what its points and codes are."""
    found = []
    if points is not None:
        n = number(len(points))
        words = _("{n} test images, each a point in the colour of its class.")
        if points.decoded:
            words = _("{n} points: decoded digits, encoded again; the originals are not here.")
        found.append(words.format(n=n))
    if plane.note:
        found.append(_(plane.note))
    return found
