"""The controls of Latent plane, and where people are on it, which the address keeps."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

import streamlit as st

from pages.plane.plane import LEAST_TILES, Spacing
from ui import address
from ui.controls import choose
from ui.i18n import _

Pair = tuple[float, float]
Way = Literal["straight", "round"]

KEY = "plane-picture"  # of the component
STOPS = 9  # images of a path, with both ends
FARTHEST = 6.0  # of a place on the axes


@dataclass(frozen=True)
class Place:
    """Where people are: the place they chose, on the axes, None at first; the pins, if they moved
    them; the way between these; what part of the plane they see (middle and width as shares of all,
    y downwards), None for the first view; whether they see the posterior of the nearest image."""

    at: Pair | None
    pins: tuple[Pair, Pair] | None
    way: Way
    view: tuple[float, float, float] | None
    cloud: bool


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
    """How many tiles a side, in the first view."""
    least, usual = LEAST_TILES, min(20, most)
    return st.slider(_("Tiles a side"), least, most, usual, key="n", bind="query-params")


def chosen() -> Place:
    """Where the address says that people are; what is no place there is left out."""
    x, y = (_kept_numbers(name, 1, FARTHEST) for name in ("z1", "z2"))
    pins = _kept_numbers("pins", 4, FARTHEST)
    view = _kept_numbers("view", 3, 1.0)
    way: Way = "round" if address.field("way") == "round" else "straight"
    return Place(
        (x[0] if x else 0.0, y[0] if y else 0.0) if x or y else None,
        ((pins[0], pins[1]), (pins[2], pins[3])) if pins else None,
        way,
        (view[0], view[1], view[2]) if view and view[2] > 0 else None,
        bool(address.field("cloud")),
    )


def keep() -> None:
    """Write into the address where the component says that people are."""
    told = st.session_state[KEY]["place"]
    x, y = told["at"]
    pins = [number for pin in told["pins"] or () for number in pin]
    st.session_state["z1"], st.session_state["z2"] = _written([x]), _written([y])
    st.session_state["pins"] = _written(pins)
    st.session_state["way"] = "round" if told["way"] == "round" else ""
    st.session_state["cloud"] = "1" if told.get("cloud") else ""
    st.session_state["view"] = _written(told["view"] or ())


def path() -> list[Pair]:
    """The stops of the path between the pins, if the component has told them."""
    told = st.session_state.get(KEY, {}).get("place") or {}
    return [(float(x), float(y)) for x, y in told.get("path", ())[:STOPS]]


def _kept_numbers(name: str, count: int, most: float) -> list[float]:
    """The numbers that the address keeps, no larger than ``most``; [] for anything else."""
    try:
        found = [float(part) for part in address.field(name).split(address.SEPARATOR)]
    except ValueError:
        return []
    fine = len(found) == count and all(isfinite(one) and abs(one) <= most for one in found)
    return found if fine else []


def _written(numbers: Sequence[float]) -> str:
    return address.SEPARATOR.join(f"{float(one):g}" for one in numbers)
