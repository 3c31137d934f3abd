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
    nats = _("{value} nats")
    values: dict[str, str | tuple[str, str]] = {}
    if {"recon", "kl"} <= card.metrics.keys():
        recon, kl = card.metrics["recon"], card.metrics["kl"]
        values[_("Reconstruction")] = number(recon, 1)
        values[_("+ KL")] = number(kl, 1)
        values[_("= −ELBO")] = (nats.format(value=number(recon + kl, 1)), _("an image"))
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
    """What has to be said about this picture: what its points are, whether it may have holes."""
    found = []
    if points is not None:
        n = number(len(points))
        words = _("{n} test images, each a point in the colour of its class.")
        if points.decoded:
            words = _("{n} points: decoded digits, encoded again; the originals are not here.")
        found.append(words.format(n=n))
    if plane.holes:
        found.append(
            _(
                "This model is not variational: nothing keeps its codes together, so its plane "
                "may have holes, where no image has its code."
            )
        )
    return found
