"""A chart of lying bars as a still picture (SVG); as ``plotted`` does for lines."""

import re
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from publish.plotted import BOTTOM, FONT, MARK, RIGHT, TOP, WIDE, WIDTH, stroke

THICK, APART = 22, 18  # pixels of a bar, and between groups of bars
Place = Callable[[float], float]
"""Where a value stands across the picture."""
_MARKUP = re.compile(r"<[^>]+>")


def still(figure: dict[str, Any], alt: str) -> str:
    """A figure's bars, group above group as Plotly stacks them, its levels and its legend."""
    layout = figure["layout"]
    bars = [trace for trace in figure["data"] if trace["type"] == "bar"]
    groups = list(reversed(layout["yaxis"]["tickvals"]))  # from above
    names = dict(zip(layout["yaxis"]["tickvals"], layout["yaxis"]["ticktext"], strict=True))
    left = 12 + WIDE * max(map(len, names.values()))
    low, high = layout["xaxis"]["range"]

    def place(value: float) -> float:
        far: float = left + (WIDTH - RIGHT - left) * (value - low) / (high - low)
        return far

    parts, top = [], float(TOP)
    for group in groups:
        # the last of the traces lies uppermost
        here = [(bar, bar["y"].index(group)) for bar in reversed(bars) if group in bar["y"]]
        middle = top + THICK * len(here) / 2 + 6
        parts.append(
            f'<text x="{left - 8}" y="{middle:.1f}" text-anchor="end">{escape(names[group])}</text>'
        )
        for bar, at in here:
            parts.append(_bar(bar, at, left, top, place(bar["x"][at])))
            parts.append(_span(bar, at, top + THICK / 2, place))
            top += THICK
        top += APART
    height = top - APART + BOTTOM
    for shape in layout.get("shapes", ()):
        parts.append(f'<path d="M{place(shape["x0"]):.1f} {TOP}V{top - APART}" {stroke(shape)}/>')
    parts += _scale(layout["xaxis"], place, height)
    return (
        f'<figure class="chart"><ul>{_legend(figure["data"])}</ul>'
        f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(alt)}" '
        f'font-size="{FONT}" fill="currentColor">{"".join(parts)}</svg></figure>'
    )


def _bar(bar: dict[str, Any], at: int, left: float, top: float, end: float) -> str:
    words = escape(_MARKUP.sub("", bar["text"][at]))
    return (
        f'<rect x="{left}" y="{top:.1f}" width="{end - left:.1f}" height="{THICK - 2}" '
        f'fill="{bar["marker"]["color"]}"/>'
        f'<text x="{left + 6}" y="{top + THICK - 6:.1f}" fill="#ffffff">{words}</text>'
    )


def _span(bar: dict[str, Any], at: int, middle: float, place: Place) -> str:
    """From the least to the most that was measured."""
    mean, spread = bar["x"][at], bar["error_x"]
    least, most = place(mean - spread["arrayminus"][at]), place(mean + spread["array"][at])
    return (
        f'<path d="M{least:.1f} {middle - 1:.1f}H{most:.1f}" stroke="currentColor" '
        f'stroke-width="{spread["thickness"]}"/>'
    )


def _scale(axis: dict[str, Any], place: Place, height: float) -> Sequence[str]:
    ticks = [
        f'<text x="{place(tick):.1f}" y="{height - BOTTOM + 22:.1f}" text-anchor="middle">'
        f"{escape(name)}</text>"
        for tick, name in zip(axis["tickvals"], axis["ticktext"], strict=True)
    ]
    title = escape(axis["title"]["text"])
    middle = (place(axis["range"][0]) + place(axis["range"][1])) / 2
    return [*ticks, f'<text x="{middle}" y="{height - 10:.1f}" text-anchor="middle">{title}</text>']


def _legend(traces: Sequence[dict[str, Any]]) -> str:
    marks = [
        f'<rect width="34" height="12" fill="{trace["marker"]["color"]}"/>'
        if trace["type"] == "bar"
        else f'<path d="M0 6H34" {stroke(trace)}/>'
        for trace in traces
    ]
    return "".join(
        f"<li>{MARK.format(mark)} {escape(trace['name'])}</li>"
        for mark, trace in zip(marks, traces, strict=True)
    )
