"""Charts: named axes, 16 px and up, lines of 3 px, the same class the same colour everywhere.

Every function returns a figure as a plain dict, which costs neither the import of Plotly nor its
validation; ``show`` draws it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

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
BAND = "rgba(138, 144, 153, 0.3)"
CONFIG = {"displaylogo": False, "displayModeBar": False}  # Plotly's options


def show(figure: Figure, alt: str, key: str | None = None) -> None:
    """Draw a figure. ``alt`` says in a sentence what it shows::

    show(lines(curves, _("Epoch"), _("BCE")), alt=_("Loss over epochs"), key="loss")
    """
    st.plotly_chart(figure, key=key, alt=alt, config=CONFIG)


def class_colour(label: int) -> str:
    """The colour of a class, the same on every screen; from the eleventh on they repeat."""
    return CLASS_COLOURS[label % len(CLASS_COLOURS)]


def ink_on(colour: str) -> str:
    """Black or white, whichever reads better on ``colour`` ("#rrggbb"), by WCAG's contrast."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (luminance + 0.05) ** 2 > 0.05 * 1.05 else "#ffffff"


def lines(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    x_title: str,
    y_title: str,
    *,
    band: tuple[float, float, str] | None = None,
    height: int = 380,
) -> Figure:
    """Curves by name, each (x values, y values), told apart by colour and dash.

    ``band`` (from, to, name) shades a part of the x axis.
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
    if band is not None:
        low, high, name = band
        upright = {"type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
        shade = {"x0": low, "x1": high, "fillcolor": BAND, "line": {"width": 0}}
        layout["shapes"] = [upright | shade]
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
    return {"data": traces, "layout": layout}


def psnr_curves(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    x_title: str,
    trained: tuple[float, float] | None = None,
    height: int = 380,
) -> Figure:
    """PSNR over the strength of a corruption, by method; the strengths trained on are shaded::

    psnr_curves({_("Model"): (strengths, psnr)}, _("Noise σ"), trained=(0, 0.7))
    """
    band = None if trained is None else (*trained, _("trained on"))
    return lines(curves, x_title, _("PSNR in dB (more is better)"), band=band, height=height)


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
