"""The charts of learning by heart: errors over epochs, and the gap over the number of images."""

import numpy as np

from aecore.by_heart import RECIPE, REMEDIES, SIZES
from ui import charts
from ui.i18n import _, number

HEIGHT = 280
PLAIN = "#8a9099"  # of what no remedy does; the series' colours are for the others
WIDE = 6  # pixels of the chosen line


def over_epochs(shipped: np.ndarray, anew: np.ndarray | None) -> None:
    """MSE (epochs, 2) on learned and on new digits; beside it that of a training made anew."""
    curves = {}
    for name, values in ((_("as shipped"), shipped), (_("anew"), anew)):
        if values is None:
            continue
        for column, words in enumerate((_("learned"), _("new"))):
            told = values[~np.isnan(values[:, column]), column]
            title = words if anew is None else f"{words}, {name}"
            curves[title] = (range(1, len(told) + 1), told.tolist())
    x_title = _("Epochs of {n} steps").format(n=number(RECIPE.steps))
    figure = charts.lines(curves, x_title, "MSE", height=HEIGHT)
    figure["layout"]["yaxis"]["rangemode"] = "tozero"
    charts.show(
        figure, _("MSE on learned and on new digits over the epochs"), key="by-heart-epochs"
    )


def over_images(gap: np.ndarray, remedy: int, size: int) -> None:
    """The gap (sizes, remedies) over the number of images; the chosen line is wider."""
    order = [*range(1, len(REMEDIES)), 0]  # the plain one last: four colours for the others
    names = list(REMEDIES.values())
    curves = {_(names[r].title): (SIZES, gap[:, r].tolist()) for r in order}
    figure = charts.lines(curves, _("Images that it learns from"), _("Gap in MSE"), height=HEIGHT)
    figure["data"][-1]["line"] |= {"color": PLAIN, "dash": "solid"}
    figure["data"][-1]["marker"] |= {"color": PLAIN}
    figure["data"][order.index(remedy)]["line"]["width"] = WIDE
    figure["layout"]["xaxis"] |= {
        "type": "log",
        "tickvals": list(SIZES),
        "ticktext": [number(one) for one in SIZES],
    }
    # the curves fall: there is room above them
    legend = {"orientation": "v", "x": 1, "xanchor": "right", "y": 1, "yanchor": "top"}
    figure["layout"]["legend"] |= legend
    figure["layout"]["shapes"] = [
        {
            "type": "line",
            "xref": "x",
            "yref": "paper",
            "x0": SIZES[size],
            "x1": SIZES[size],
            "y0": 0,
            "y1": 1,
            "layer": "below",
            "line": {"width": 2, "color": charts.BAND},
        }
    ]
    charts.show(
        figure,
        _("By how much the error on new digits is above that on learned ones, over their number"),
        key="by-heart-images",
    )
