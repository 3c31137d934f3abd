"""Few labels: accuracy over the number of labels, and one point measured anew."""

from typing import Any

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.few_labels import DRAWS, SIZES
from aecore.groups_file import BEST
from pages.features import measuring, records, slices
from pages.features.measuring import Digits, Measured
from ui import charts, frame, images, saving
from ui.controls import choose, choose_many, count
from ui.guard import guarded
from ui.i18n import _, ngettext, number, percent

WORK = "few-measuring"  # session: what is measured
FOUND = "few-measured"  # session: what was
CURVES = ("pixels/logistic", "conv-32/logistic", "vae-2/knn", "map/spread")
MOST = 6  # curves at a time
DRAWN = 10  # labelled images shown
# what learns is told by the dash, from what by the colour
COLOURS = {
    "pixels": "#d95f0e",
    "pca-32": "#1b9e77",
    "conv-32": "#2f7fd0",
    "deep-32": "#a05fc0",
    "vae-2": "#b70010",
    "map": "#ff00af",
}
DASHES = {
    "logistic": "solid",
    "knn": "dot",
    "tuned": "dash",
    "random": "dashdot",
    "spread": "solid",
}


def show() -> None:
    """The chart, and beside it what measures one point anew."""
    ways = list(records.kept()["curves"])
    left, right = st.columns([7, 3], gap="medium")
    shown = choose_many(
        _("Curves"),
        "few_curves",
        ways,
        records.way_title,
        default=CURVES,
        most=MOST,
        help=_(
            "Measured beforehand, ten draws each; bars reach from the worst to the best. "
            "Nearest neighbours and logistic regression are judged by every fourth of the "
            "10,000 test digits; labels are spread over a map of 20,000 digits."
        ),
    )
    with left:
        alt = _("Accuracy over the number of labels")
        figure = _chart(shown, st.session_state.get(FOUND))
        charts.show(figure, alt=alt, key="few-chart")
    curves = [(way, n, *records.accuracies(way, n)) for way in ways for n in records.sizes(way)]
    heads = ("way", "labels", *(f"accuracy {n}" for n in range(1, DRAWS + 1)))
    labelled = st.empty()
    with right:
        _measure(ways, labelled)
    saving.offer("labels", saving.table("accuracy", _("Figures"), heads, lambda: curves))


def _chart(ways: list[str], found: Measured | None) -> charts.Figure:
    """Means of ten draws, bars from the worst to the best; the star is what was measured here."""
    curves = {
        records.way_title(way): (
            records.sizes(way),
            [records.mean(way, n) for n in records.sizes(way)],
        )
        for way in ways
    }
    figure = charts.lines(
        curves, _("Labels (each class equally often)"), _("Accuracy on test digits")
    )
    for way, trace in zip(ways, figure["data"], strict=True):
        what, how = way.split("/")
        trace["line"] |= {"color": COLOURS[what], "dash": DASHES[how]}
        trace["error_y"] = _bars(way)
    figure["data"].append(_clicks())
    if found is not None and found.accuracy is not None:
        figure["data"].append(_star(found))
    figure["layout"]["xaxis"] |= {
        "type": "log",
        "tickvals": list(SIZES),
        "ticktext": [number(n) for n in SIZES],
    }
    ticks = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0]
    figure["layout"]["yaxis"] |= {
        "range": [0.3, 1.02],
        "tickvals": ticks,
        "ticktext": [percent(one) for one in ticks],
    }
    figure["layout"]["height"] = 430
    return figure


def _bars(way: str) -> dict[str, Any]:
    draws = [records.accuracies(way, n) for n in records.sizes(way)]
    up = [float(each.max() - each.mean()) for each in draws]
    down = [float(each.mean() - each.min()) for each in draws]
    return {
        "type": "data",
        "symmetric": False,
        "array": up,
        "arrayminus": down,
        "thickness": 1.5,
        "width": 4,
    }


def _clicks() -> dict[str, Any]:
    """Ten names for ten groups: as many words from a person as ten labels."""
    accuracy = records.scores(BEST)["accuracy"]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": _("Ten clicks: names for groups"),
        "x": [10],
        "y": [accuracy],
        "marker": {"symbol": "diamond", "size": 16, "color": COLOURS["map"]},
    }


def _star(found: Measured) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "name": _("Measured here"),
        "x": [found.labels],
        "y": [found.accuracy],
        "marker": {"symbol": "star", "size": 18, "color": "#e0a800"},
    }


@st.fragment
@guarded()
def _measure(ways: list[str], labelled: DeltaGenerator) -> None:
    """What measures a point: who learns, how many labels, which ones; these in ``labelled``."""
    way = choose(_("Measure anew"), "few_way", ways, records.way_title, CURVES[1])
    # no format: Streamlit writes what it shows into the address, which is good in every language
    n = st.select_slider(_("Labels"), SIZES, key="few_labels", bind="query-params")
    seed = count(_("Other labels"), "few_draw", icon=":material/casino:")
    digits = measuring.digits()
    going = slices.going_on(WORK)
    if st.button(_("Measure"), type="primary", width="stretch", disabled=going):
        st.session_state[FOUND] = Measured(way, n, seed)
        steps = measuring.measuring(digits, st.session_state[FOUND])
        slices.start(WORK, steps, _("Measuring"))
        st.rerun()
    if slices.going_on(WORK):
        slices.show(WORK)
    _result(st.session_state.get(FOUND), way, n)
    with labelled.container():
        _labelled(digits, n, seed)


def _result(found: Measured | None, way: str, n: int) -> None:
    """What was measured, beside the ten draws of the benchmark."""
    # where more labels were not measured, the most that were say it
    n = max(each for each in records.sizes(way) if each <= n)
    draws = records.accuracies(way, n)
    kept = _("{mean}, from {low} to {high}").format(
        mean=percent(draws.mean(), 1), low=percent(draws.min(), 1), high=percent(draws.max(), 1)
    )
    figures: dict[str, str | tuple[str, str]] = {
        _("{way}, {n} labels, {draws} draws").format(
            way=records.way_title(way), n=number(n), draws=DRAWS
        ): kept
    }
    if found is not None and found.accuracy is not None:
        title = ngettext(
            "Measured here: {way}, {n} label", "Measured here: {way}, {n} labels", found.labels
        ).format(way=records.way_title(found.way), n=number(found.labels))
        figures[title] = percent(found.accuracy, 1)
    frame.figures_row(figures)


def _labelled(digits: Digits, n: int, seed: int) -> None:
    """The first of the images whose labels are told."""
    places = measuring.chosen(digits, n, seed)[:DRAWN]
    labels = digits.pool.labels
    assert labels is not None
    places = places[np.argsort(labels[places], kind="stable")]
    pictures = [
        images.picture(digits.pool.pixels[i], f"{_('Labelled')}: {labels[i]}", str(labels[i]))
        for i in places.tolist()
    ]
    title = _("Labelled, decoded") if digits.decoded else _("Labelled")
    images.show(images.strip([images.Row(title, pictures)]))
