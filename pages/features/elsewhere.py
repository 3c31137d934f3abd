"""Trained elsewhere: encoders that never saw MNIST, or little of it, with 100 labels of MNIST."""

from typing import Any

import numpy as np
import streamlit as st

from pages.features import records
from ui import charts, frame, saving
from ui.i18n import _, number, percent

CLASSIFIER = "logistic"
LABELS = 100
ORDER = ("untrained", "fashion-900", "digits", "mnist-900", "mnist")  # from below upwards


def titles() -> dict[str, str]:
    """What the encoders learned from, for people."""
    return {
        "mnist": _("MNIST, {n} digits").format(n=number(60_000)),
        "mnist-900": _("MNIST, {n} digits").format(n=number(900)),
        "digits": _("Small digits, {n}").format(n=number(1437)),
        "fashion-900": _("Fashion-MNIST, {n} clothes").format(n=number(900)),
        "untrained": _("nothing: random weights"),
    }


def show() -> None:
    """Bars: codes and PCA of each set, and pixels as they are."""
    rows = records.kept()["transfer"]
    names = titles()
    traces = [
        _bars(_("Codes of the autoencoder"), "codes", rows, "#2f7fd0"),
        _bars(_("PCA of the same pictures"), "pca", rows, "#1b9e77"),
    ]
    pixels = _mean("none/pixels")
    figure = charts.lines({}, _("Accuracy on test digits with 100 labels"), "", height=400)
    line = {"type": "line", "x0": pixels, "x1": pixels, "yref": "paper", "y0": 0, "y1": 1}
    shape = line | {"line": {"color": "#d95f0e", "width": 3, "dash": "dash"}}
    figure["data"] = [*traces, _name_of_line(_("Pixels as they are"))]
    figure["layout"] |= {"barmode": "group", "shapes": [shape], "bargap": 0.2}
    ticks = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    figure["layout"]["xaxis"] |= {
        "range": [0, 1],
        "tickvals": ticks,
        "ticktext": [percent(one) for one in ticks],
    }
    figure["layout"]["yaxis"] |= {
        "ticktext": [names[one] for one in ORDER],
        "tickvals": list(ORDER),
    }
    charts.show(figure, alt=_("Accuracy by what the encoder learned from"), key="few-elsewhere")
    spread = records.way_title("map/spread")
    frame.figures_row(
        {
            _("Pixels as they are"): percent(pixels, 1),
            _("Codes, {source}").format(source=names["mnist"]): percent(_mean("mnist/codes"), 1),
            _("{way}, {n} labels").format(way=spread, n=LABELS): percent(
                records.mean("map/spread", LABELS), 1
            ),
        }
    )
    st.caption(
        _(
            "A linear border through codes needs about as many labels as one through pixels. What "
            "saves labels is that digits without labels show where the islands are."
        )
    )
    means = [(row, _mean(row)) for row in rows]
    heads = ("learned from and codes", "accuracy")
    saving.offer("elsewhere", saving.table("accuracy", _("Figures"), heads, lambda: means))


def _mean(row: str) -> float:
    return float(np.mean(records.kept()["transfer"][row][CLASSIFIER]))


def _bars(title: str, way: str, rows: dict[str, Any], colour: str) -> dict[str, Any]:
    there = [one for one in ORDER if f"{one}/{way}" in rows]
    draws = [np.array(rows[f"{one}/{way}"][CLASSIFIER]) for one in there]
    means = [percent(float(each.mean()), 1) for each in draws]
    return {
        "type": "bar",
        "orientation": "h",
        "name": title,
        "y": there,
        "x": [float(each.mean()) for each in draws],
        "error_x": {
            "type": "data",
            "symmetric": False,
            "array": [float(each.max() - each.mean()) for each in draws],
            "arrayminus": [float(each.mean() - each.min()) for each in draws],
            "thickness": 2,
            "color": "#ffffff" if st.context.theme.type == "dark" else "#000000",
        },
        # a colour of its own: Streamlit's theme would take that of the page, black in the light one
        "text": [f'<span style="color:#ffffff">{words}</span>' for words in means],
        "textposition": "inside",
        "insidetextanchor": "start",
        "constraintext": "none",  # or Plotly shrinks it to the bar
        "insidetextfont": {"size": charts.FONT},
        "marker": {"color": colour},
    }


def _name_of_line(title: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": title,
        "x": [None],
        "y": [None],
        "line": {"color": "#d95f0e", "width": 3, "dash": "dash"},
    }
