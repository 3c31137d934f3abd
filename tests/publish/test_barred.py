"""Bars as still pictures: as long as their values say, in Plotly's order."""

import re

from publish import barred, plotted


def figure(least: float, most: float) -> dict[str, object]:
    spread = {"array": [0.0, 0.1], "arrayminus": [0.0, 0.2], "thickness": 2}
    bars = [
        {"type": "bar", "name": name, "y": ["below", "above"], "x": [0.25, 0.5], "error_x": spread,
         "text": ["<span>25 %</span>", "<span>50 %</span>"], "marker": {"color": colour}}
        for name, colour in (("first", "#111111"), ("second <", "#222222"))
    ]  # fmt: skip
    axis = {"range": [least, most], "tickvals": [0, 1], "ticktext": ["0 %", "100 %"]}
    layout = {
        "xaxis": axis | {"title": {"text": "share"}},
        "yaxis": {"tickvals": ["below", "above"], "ticktext": ["low", "high"]},
        "shapes": [{"x0": 0.5, "line": {"color": "#333333", "dash": "dash"}}],
    }
    return {"data": bars, "layout": layout}


def test_bars_are_as_long_as_they_say_and_stand_in_order():
    svg = barred.still(figure(0, 1), "shares")
    found = re.findall(
        r'<rect x="(\d+)" y="([\d.]+)" width="([\d.]+)" height="20" fill="(#\w+)"', svg
    )
    assert [colour for *_place, colour in found] == ["#222222", "#111111"] * 2
    lengths = [float(width) for _x, _y, width, _colour in found]
    whole = plotted.WIDTH - plotted.RIGHT - float(found[0][0])
    assert lengths == [whole / 2, whole / 2, whole / 4, whole / 4]  # the last group lies uppermost
    level = re.search(r'<path d="M([\d.]+) 12V', svg)
    assert level and float(level[1]) == float(found[0][0]) + whole / 2
    least, most = re.findall(r'<path d="M([\d.]+) [\d.]+H([\d.]+)"', svg)[0]
    assert round((float(most) - float(least)) / whole, 2) == 0.3
    assert "second &lt;" in svg and "<span>" not in svg
