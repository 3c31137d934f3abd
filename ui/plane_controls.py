"""The controls of Latent plane: how the plane is divided, and a point that people move."""

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui import images, plane_picture
from ui.controls import choose
from ui.guard import guarded
from ui.i18n import _, number
from ui.plane import FAR, LEAST_TILES, Axis, Plane, Spacing


def spacing() -> Spacing:
    """How the axes are divided."""
    words = {"linear": _("even"), "quantile": _("Gaussian quantiles")}
    chosen = choose(
        _("Spacing"),
        "spacing",
        list(words),
        words.__getitem__,
        kind="row",
        help=_(
            "By Gaussian quantiles every tile holds an equal share of a normal distribution: "
            "more tiles where more codes lie."
        ),
    )
    return "quantile" if chosen == "quantile" else "linear"


def tiles(most: int) -> int:
    """How many tiles a side."""
    least, usual = LEAST_TILES, min(20, most)
    return st.slider(_("Tiles a side"), least, most, usual, key="n", bind="query-params")


def reach(disabled: bool) -> float:
    """How far the axes go."""
    return st.slider(
        _("Range ±"),
        1.0,
        FAR,
        3.0,
        0.5,
        key="range",
        bind="query-params",
        disabled=disabled,
    )


@st.fragment
@guarded()
def point(plane: Plane, axis: Axis, digit: DeltaGenerator, over: DeltaGenerator) -> None:
    """Two sliders; in ``digit`` what the decoder draws there, in ``over`` a ring on the picture."""
    for key in ("z1", "z2"):  # the axis may have become shorter than where the point was
        at = st.session_state.get(key, 0.0)
        if abs(at) > axis.limit:
            st.session_state[key] = float(np.clip(at, -axis.limit, axis.limit))
    x, y = (
        st.slider(name, -axis.limit, axis.limit, 0.0, 0.05, key=key, bind="query-params")
        for key, name in zip(("z1", "z2"), plane.names, strict=True)
    )
    caption = _("drawn from ({x}; {y})").format(x=number(x, 2), y=number(y, 2))
    picture = images.picture(plane.image(x, y), caption, caption)
    with digit:
        images.show(images.figure(picture, images.SUBJECT))
    with over:
        images.show(plane_picture.marker(plane, axis, x, y))
