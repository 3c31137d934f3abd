"""A chart of lines as a still picture (SVG), where nothing draws that of ``ui/charts.py``."""

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from ui.i18n import decimal

WIDTH, FONT = 600, 18
RIGHT, TOP, BOTTOM = 14, 12, 62
TITLE, WIDE = 40, 10  # room for a title that runs upwards, and for a character
DASHES = {"dash": "12 8", "dot": "3 6", "dashdot": "12 6 3 6"}
ANCHORS = {"left": "start", "center": "middle", "right": "end"}
TICKS = 6  # at most, where the chart says nothing of them
MARK = '<svg class="mark" viewBox="0 0 34 12" aria-hidden="true">{}</svg>'

Axis = tuple[Callable[[float], float], Sequence[tuple[float, str]]]
"""Where a value stands in the picture, and the values that are named there."""


def still(figure: dict[str, Any], alt: str) -> str:
    """A figure's lines, its shaded part and its legend, as HTML; "" for a chart of another kind."""
    traces = [trace for trace in figure["data"] if trace["type"] == "scatter"]
    layout = figure["layout"]
    lines = [trace for trace in traces if "lines" in trace["mode"] and trace["x"]]
    if not lines or len(traces) < len(figure["data"]):
        return ""
    height = layout.get("height", 380)
    y = _axis(layout["yaxis"], [v for line in lines for v in line["y"]], height - BOTTOM, TOP)
    left = TITLE + WIDE * max(len(name) for _value, name in y[1])
    x = _axis(layout["xaxis"], [v for line in lines for v in line["x"]], left, WIDTH - RIGHT)
    parts = [_shape(shape, x, y, left, height) for shape in layout.get("shapes", ())]
    parts += [_grid(x, y, left, height), *(_line(line, x, y) for line in lines)]
    parts.append(_titles(layout, left, height))
    parts += [_note(note, y, left) for note in layout.get("annotations", ())]
    legend = "".join(f"<li>{_mark(trace)} {escape(trace['name'])}</li>" for trace in traces)
    return (
        f'<figure class="chart"><ul>{legend}</ul>'
        f'<svg viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escape(alt)}" '
        f'font-size="{FONT}" fill="currentColor">{"".join(parts)}</svg></figure>'
    )


def _axis(axis: dict[str, Any], values: Sequence[float], first: float, last: float) -> Axis:
    low, high = axis.get("range") or (min(values), max(values))
    if axis.get("type") == "log":
        low, high = axis["range"] if "range" in axis else (math.log10(low), math.log10(high))

    def place(value: float) -> float:
        at = math.log10(value) if axis.get("type") == "log" else value
        return first + (last - first) * (at - low) / ((high - low) or 1)

    ticks = axis.get("tickvals") or _ticks(low, high, axis.get("dtick"))
    names = axis.get("ticktext") or [decimal(round(tick, 6)) for tick in ticks]
    return place, list(zip(ticks, names, strict=True))


def _ticks(low: float, high: float, step: float | None) -> list[float]:
    """Round numbers from the lowest to the highest."""
    if step is None:
        rough = (high - low) / TICKS or 1
        power = 10 ** math.floor(math.log10(rough))
        step = next(power * one for one in (1, 2, 5, 10) if power * one >= rough)
    return [n * step for n in range(math.ceil(low / step), math.floor(high / step + 1e-9) + 1)]


def _grid(x: Axis, y: Axis, left: float, height: float) -> str:
    """A line and a name for each value that is named; of names without room every other one."""
    found, end = "", -math.inf
    for value, name in y[1]:
        at = y[0](value)
        found += f'<path d="M{left} {at:.1f}H{WIDTH - RIGHT}" class="grid"/>'
        found += f'<text x="{left - 8}" y="{at + 6:.1f}" text-anchor="end">{escape(name)}</text>'
    for value, name in x[1]:
        at, below, half = x[0](value), height - BOTTOM + 22, WIDE * (len(name) + 1) / 2
        if at - half > end:
            found += f'<text x="{at:.1f}" y="{below}" text-anchor="middle">{escape(name)}</text>'
            end = at + half
    return found


def _titles(layout: dict[str, Any], left: float, height: float) -> str:
    across, up = (escape(layout[axis]["title"]["text"]) for axis in ("xaxis", "yaxis"))
    middle, half = (left + WIDTH - RIGHT) / 2, (TOP + height - BOTTOM) / 2
    turned = f'transform="translate(18 {half}) rotate(-90)" text-anchor="middle"'
    below = f'x="{middle}" y="{height - 10}" text-anchor="middle"'
    return f"<text {below}>{across}</text><text {turned}>{up}</text>"


def _line(trace: dict[str, Any], x: Axis, y: Axis) -> str:
    points = [f"{x[0](a):.1f} {y[0](b):.1f}" for a, b in zip(trace["x"], trace["y"], strict=True)]
    dots = ""
    if "markers" in trace["mode"]:
        colour = trace["line"]["color"]
        for one in points:
            a, b = one.split()
            dots += f'<circle cx="{a}" cy="{b}" r="4" fill="{colour}"/>'
    return f'<path d="M{"L".join(points)}" {stroke(trace)}/>{dots}'


def stroke(trace: dict[str, Any]) -> str:
    """How a line is drawn, as SVG says it."""
    line = trace["line"]
    dash = DASHES.get(line.get("dash", ""))
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'fill="none" stroke="{line["color"]}" stroke-width="{line.get("width", 3)}"{dashed}'


def _shape(shape: dict[str, Any], x: Axis, y: Axis, left: float, height: float) -> str:
    """A part of the x axis, a place on it, or a level."""
    colour = shape.get("fillcolor") or shape["line"]["color"]
    if shape.get("xref") == "paper":
        return f'<path d="M{left} {y[0](shape["y0"]):.1f}H{WIDTH - RIGHT}" {stroke(shape)}/>'
    first, last = max(x[0](shape["x0"]), left), x[0](shape["x1"])
    width, tall = max(last - first, 2), height - BOTTOM - TOP
    return f'<rect x="{first:.1f}" y="{TOP}" width="{width:.1f}" height="{tall}" fill="{colour}"/>'


def _note(note: dict[str, Any], y: Axis, left: float) -> str:
    """Words in the chart, at a share of its width and a value of its height."""
    across, at = left + (WIDTH - RIGHT - left) * note["x"], y[0](note["y"])
    rows = note["text"].split("<br>")
    # the first row's base line: rows stand upon their place, or hang from it
    first = at + FONT if note["yanchor"] == "top" else at - 6 - FONT * (len(rows) - 1)
    lines = "".join(
        f'<tspan x="{across:.1f}" y="{first + 1.1 * FONT * n:.1f}">{escape(row)}</tspan>'
        for n, row in enumerate(rows)
    )
    return f'<text text-anchor="{ANCHORS[note["xanchor"]]}">{lines}</text>'


def _mark(trace: dict[str, Any]) -> str:
    """How a line looks, or a shaded part."""
    if "lines" in trace["mode"]:
        return MARK.format(f'<path d="M0 6H34" {stroke(trace)}/>')
    return MARK.format(f'<rect width="34" height="12" fill="{trace["marker"]["color"]}"/>')
