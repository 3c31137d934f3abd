"""Charts: named axes, 16 px and up, lines of 3 px, the same class the same colour everywhere.

Every function returns a figure as a plain dict, which costs neither the import of Plotly nor its
validation; ``show`` draws it. Scatter charts are SVG: without a GPU a browser has no WebGL.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from ui.i18n import _, number

Figure = dict[str, Any]

FONT = 16
# Ten colours as far apart as a search could find, for normal sight and for people who lack one
# kind of cone (Machado 2009; distance in OKLab: at least 0.09, Tableau's ten have 0.007), each at
# least 2.1 : 1 against white and 2.4 : 1 against the dark theme. Digits that are easily mixed up,
# like 4 and 9, are far apart. Ten are too many for colour alone: the class itself stands in the
# legend and on the chart.
CLASS_COLOURS = (
    "#189f40",  # green
    "#1840df",  # blue
    "#8f28a7",  # purple
    "#b70010",  # red
    "#28bfe7",  # cyan
    "#c750f7",  # violet
    "#ef8f97",  # salmon
    "#ff00af",  # magenta
    "#807880",  # grey
    "#afb708",  # olive
)
# for a few lines or bars: blue, orange, green, purple of Okabe and Ito, readable on both themes
SERIES_COLOURS = ("#2f7fd0", "#d95f0e", "#1b9e77", "#a05fc0")
DASHES = ("solid", "dash", "dot", "dashdot")
GREY = "#8a9099"
BAND = "rgba(138, 144, 153, 0.3)"

# Streamlit greys the words on the axes; from the back row they need the text's own colour
STYLE = """
.js-plotly-plot :is(.xtick, .ytick) text, .js-plotly-plot :is(.xtitle, .ytitle, .legendtext),
.js-plotly-plot :is(.bartext, .textpoint text) { fill: currentColor !important; }
"""


def show(figure: Figure, alt: str, key: str | None = None) -> None:
    """Draw a figure. ``alt`` says in a sentence what it shows::

    show(loss_curves(curves, y_title=_("BCE")), alt=_("Loss over epochs"), key="loss")
    """
    st.plotly_chart(figure, key=key, alt=alt, config=_config(tools=False))


def show_selectable(figure: Figure, alt: str, key: str, labels: np.ndarray | None) -> np.ndarray:
    """Draw a ``scatter_map`` of these ``labels`` in which people pick points by lasso or box.

    Returns the places of the points picked, int64, sorted, empty when none are::

        picked = show_selectable(scatter_map(xy, labels, classes), alt=_("Map"), key="map",
                                 labels=labels)
    """
    event = st.plotly_chart(
        figure,
        key=key,
        alt=alt,
        on_select="rerun",
        selection_mode=("lasso", "box"),
        config=_config(tools=True),
    )
    # a trace a class: a point tells its trace and its place there
    places = [where for _name, where in _groups(labels)] if labels is not None else []
    found = [
        int(places[point["curve_number"]][point["point_index"]])
        if places
        else int(point["point_index"])
        for point in event["selection"]["points"]
        if not places or point["curve_number"] < len(places)
    ]
    return np.unique(np.array(found, dtype=np.int64))


def class_colour(label: int) -> str:
    """The colour of a class, the same on every screen; from the eleventh on they repeat."""
    return CLASS_COLOURS[label % len(CLASS_COLOURS)]


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on ``colour`` ("#rrggbb"), by WCAG's contrast."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#ffffff"


def scatter_map(
    positions: np.ndarray,
    labels: np.ndarray | None,
    classes: Sequence[str] = (),
    x_title: str = "",
    y_title: str = "",
    *,
    marked: Sequence[tuple[float, float, str]] = (),
    size: float = 5,
    height: int = 500,
) -> Figure:
    """Points in the plane, coloured by class, each class named at its median.

    positions (N, 2); labels (N,) indices into ``classes`` or None for grey points. ``marked``
    points (x, y, name) are drawn large on top. Points have no hover text: 10,000 of them would
    make the browser slow::

        scatter_map(map.positions, map.labels, [str(d) for d in range(10)],
                    _("t-SNE, first axis"), _("t-SNE, second axis"))
    """
    traces: list[dict[str, Any]] = []
    names: list[dict[str, Any]] = []
    groups = _groups(labels) if labels is not None else [(-1, np.arange(len(positions)))]
    for label, where in groups:
        points = positions[where]
        name = classes[label] if 0 <= label < len(classes) else str(label)
        colour = GREY if label < 0 else class_colour(label)
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": name,
                "x": points[:, 0],
                "y": points[:, 1],
                "hoverinfo": "skip",
                "marker": {"size": size, "color": colour, "opacity": 0.8, "line": {"width": 0}},
                "unselected": {"marker": {"opacity": 0.12}},
            }
        )
        if label >= 0 and len(points):
            x, y = np.median(points, axis=0).tolist()
            names.append(
                {
                    "x": x,
                    "y": y,
                    "text": f"<b>{name}</b>",
                    "showarrow": False,
                    "bgcolor": colour,
                    "borderpad": 2,
                    "bordercolor": "#ffffff",
                    "borderwidth": 2,
                    "font": {"size": 22, "color": ink_on(colour)},
                }
            )
    for x, y, name in marked:
        traces.append(
            {
                "type": "scatter",
                "mode": "markers+text",
                "name": name,
                "x": [x],
                "y": [y],
                "text": [name],
                "textposition": "top center",
                "textfont": {"size": 20},
                "hoverinfo": "skip",
                "showlegend": False,
                "marker": {
                    "size": 18,
                    "symbol": "star",
                    "color": "#ffffff",
                    "line": {"width": 3, "color": "#000000"},
                },
            }
        )
    layout = _layout(x_title, y_title, height)
    layout["annotations"] = names
    layout["dragmode"] = "lasso"
    layout["showlegend"] = labels is not None
    layout["legend"] |= {"orientation": "v", "y": 1, "yanchor": "top", "x": 1.01, "xanchor": "left"}
    layout["legend"]["itemsizing"] = "constant"
    layout["yaxis"] |= {"scaleanchor": "x", "zeroline": False}
    layout["xaxis"] |= {"zeroline": False}
    return {"data": traces, "layout": layout}


def lines(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    x_title: str,
    y_title: str,
    *,
    band: tuple[float, float, str] | None = None,
    at: float | None = None,
    height: int = 380,
) -> Figure:
    """Curves by name, each (x values, y values), told apart by colour and dash.

    ``band`` (from, to, name) shades a part of the x axis; ``at`` draws an upright line, e.g.
    where a slider stands.
    """
    traces: list[dict[str, Any]] = [
        {
            "type": "scatter",
            "mode": "lines+markers" if len(x) <= 30 else "lines",
            "name": name,
            "x": list(x),
            "y": list(y),
            "line": {
                "width": 3,
                "color": SERIES_COLOURS[i % len(SERIES_COLOURS)],
                "dash": DASHES[i % len(DASHES)],
            },
            "marker": {"size": 8},
        }
        for i, (name, (x, y)) in enumerate(curves.items())
    ]
    layout = _layout(x_title, y_title, height)
    shapes: list[dict[str, Any]] = []
    if band is not None:
        low, high, name = band
        upright = {"type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
        shapes.append(upright | {"x0": low, "x1": high, "fillcolor": BAND, "line": {"width": 0}})
        traces.append(  # its name, in the legend
            {
                "type": "scatter",
                "mode": "markers",
                "name": name,
                "x": [None],
                "y": [None],
                "marker": {"symbol": "square", "size": 18, "color": BAND},
            }
        )
    if at is not None:
        line = {"width": 3, "color": GREY, "dash": "dot"}
        shapes.append(
            {"type": "line", "x0": at, "x1": at, "yref": "paper", "y0": 0, "y1": 1, "line": line}
        )
    layout["shapes"] = shapes
    return {"data": traces, "layout": layout}


def loss_curves(
    curves: Mapping[str, Sequence[float]], y_title: str, *, epochs: int = 0, height: int = 380
) -> Figure:
    """Loss per epoch, from the first on; the x axis reaches to ``epochs``, those to come::

    loss_curves({_("Training"): train, _("Test"): test}, y_title=_("BCE per pixel"), epochs=10)
    """
    counted = {name: (range(1, len(y) + 1), y) for name, y in curves.items()}
    figure = lines(counted, _("Epoch"), y_title, height=height)
    last = max([epochs, 2, *(len(y) for y in curves.values())])
    figure["layout"]["xaxis"] |= {"range": [0.8, last + 0.2]}
    if last <= 12:
        figure["layout"]["xaxis"]["dtick"] = 1
    return figure


def psnr_curves(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    x_title: str,
    trained: tuple[float, float] | None = None,
    at: float | None = None,
    height: int = 380,
) -> Figure:
    """PSNR over the strength of a corruption, by method; the strengths trained on are shaded::

    psnr_curves({_("Model"): (strengths, psnr)}, _("Noise σ"), trained=(0, 0.7), at=0.5)
    """
    band = None if trained is None else (*trained, _("trained on"))
    return lines(curves, x_title, _("PSNR in dB (more is better)"), band=band, at=at, height=height)


def bars(
    values: Mapping[str, float], x_title: str, y_title: str, *, digits: int = 4, height: int = 320
) -> Figure:
    """One bar a name, with its value written above it."""
    layout = _layout(x_title, y_title, height)
    layout["xaxis"]["type"] = "category"
    trace = {
        "type": "bar",
        "x": list(values),
        "y": list(values.values()),
        "text": [number(value, digits) for value in values.values()],
        "textposition": "outside",
        "textfont": {"size": FONT},
        "cliponaxis": False,
        "marker": {"color": SERIES_COLOURS[0]},
        "hoverinfo": "skip",
    }
    return {"data": [trace], "layout": layout}


def _groups(labels: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """Each label that occurs and the places where it does."""
    return [(int(label), np.flatnonzero(labels == label)) for label in np.unique(labels)]


def _layout(x_title: str, y_title: str, height: int) -> dict[str, Any]:
    def axis(title: str) -> dict[str, Any]:
        return {
            "title": {"text": title, "font": {"size": FONT}},
            "tickfont": {"size": FONT},
            "automargin": True,
        }

    return {
        "height": height,
        "font": {"size": FONT},
        "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
        "xaxis": axis(x_title),
        "yaxis": axis(y_title),
        "legend": {
            "font": {"size": FONT},
            "title": {"text": ""},
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "x": 0,
        },
        "hoverlabel": {"font": {"size": FONT}},
        # decimal sign and thousands
        "separators": number(0.5, 1)[1] + number(1000)[1],
        # keep zoom and hidden classes when the same chart is drawn anew
        "uirevision": "same",
    }


def _config(tools: bool) -> dict[str, Any]:
    """Plotly's options; its tool tips in the session's language."""
    words = {
        "Zoom": _("Zoom"),
        "Pan": _("Pan"),
        "Zoom in": _("Zoom in"),
        "Zoom out": _("Zoom out"),
        "Reset axes": _("Show all"),
        "Box Select": _("Pick by box"),
        "Lasso Select": _("Pick by lasso"),
    }
    return {
        "displaylogo": False,
        "displayModeBar": tools,
        "modeBarButtonsToRemove": ["toImage", "autoScale2d"],
        "locale": "visitor",
        "locales": {"visitor": {"dictionary": words}},
    }
