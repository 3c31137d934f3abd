"""Charts as still pictures: the lines, what they are called, and where they stand."""

import re

from publish import plotted
from ui import charts, i18n


def test_a_line_ends_where_its_values_say():
    curves = {"a < b": ([0.0, 0.5, 1.0], [0.0, 20.0, 40.0]), "c": ([0.0, 1.0], [10.0, 10.0])}
    figure = charts.psnr_curves(curves, "σ", trained=(0, 0.5))
    with i18n.speaking("de"):
        svg = plotted.still(figure, "PSNR by σ")
    assert 'aria-label="PSNR by σ"' in svg and "a &lt; b" in svg and "a < b" not in svg
    rising, flat = re.findall(r'<path d="M([\d. L]+)" fill="none"', svg)
    points = [[float(n) for n in point.split()] for point in rising.split("L")]
    bottom, top = 380 - plotted.BOTTOM, plotted.TOP
    left = plotted.TITLE + 2 * plotted.WIDE  # beside 40, the longest name
    middle = (left + plotted.WIDTH - plotted.RIGHT) / 2
    assert points[0] == [left, bottom] and points[2] == [586, top]
    assert points[1] == [middle, (bottom + top) / 2]
    assert len({point.split()[1] for point in flat.split("L")}) == 1
    assert ">0,5<" in svg or ">0,4<" in svg  # as German writes it
    shade = re.search(r'<rect x="([\d.]+)" y="12" width="([\d.]+)"', svg)
    assert shade and float(shade[1]) == left and float(shade[2]) == middle - left


def test_a_level_and_names_without_room():
    names = {"tickvals": [0, 1, 2, 3, 40], "ticktext": ["nought", "one", "two", "three", "forty"]}
    figure = charts.lines({"a": ([0.0, 40.0], [0.0, 1.0])}, "x", "y")
    figure["layout"]["xaxis"] |= names
    line = {"width": 2, "dash": "dot", "color": "#807880"}
    figure["layout"]["shapes"] = [{"xref": "paper", "y0": 0.5, "y1": 0.5, "line": line}]
    with i18n.speaking("en"):
        svg = plotted.still(figure, "")
    assert ">nought<" in svg and ">forty<" in svg and ">one<" not in svg and "#807880" in svg


def test_words_stand_in_the_chart_and_a_shade_begins_at_its_edge():
    figure = charts.lines({"a": ([1.0, 2.0], [0.0, 1.0])}, "x", "y")
    figure["layout"]["xaxis"] |= {"range": [0.5, 2.5]}
    figure["layout"]["shapes"] = [{"x0": 0, "x1": 1.5, "fillcolor": "#eee"}]
    note = {"text": "a < b:<br>shaded", "x": 0.5, "xanchor": "right"}
    figure["layout"]["annotations"] = [
        note | {"y": y, "yanchor": a} for y, a in ((1.0, "top"), (0.5, "bottom"))
    ]
    with i18n.speaking("en"):
        svg = plotted.still(figure, "")
    left = float(re.search(r'<path d="M([\d.]+) [\d.]+H586" class="grid"', svg)[1])
    shade = re.search(r'<rect x="([\d.]+)" y="12" width="([\d.]+)"', svg)
    middle = (left + plotted.WIDTH - plotted.RIGHT) / 2
    assert float(shade[1]) == left and float(shade[1]) + float(shade[2]) == middle
    found = re.findall(r'<tspan x="([\d.]+)" y="([\d.]+)">([^<]+)</tspan>', svg)
    assert [words for _x, _y, words in found] == ["a &lt; b:", "shaded"] * 2
    assert {float(x) for x, _y, _words in found} == {middle} and 'text-anchor="end"><tspan' in svg
    hanging, _, _, standing = (float(y) for _x, y, _words in found)
    height = 380 - plotted.BOTTOM - plotted.TOP
    assert hanging > plotted.TOP and standing < plotted.TOP + height / 2


def test_what_has_no_lines_is_left_out():
    bars = charts.lines({}, "x", "y") | {"data": [{"type": "bar", "x": [1], "y": [2]}]}
    assert plotted.still(bars, "bars") == ""
    assert plotted.still(charts.lines({}, "x", "y"), "nothing yet") == ""


def test_logarithms_and_a_single_value():
    figure = charts.lines({"a": ([10, 100, 1000], [3.0, 3.0, 3.0])}, "x", "y")
    figure["layout"]["xaxis"] |= {"type": "log", "tickvals": [10, 1000], "ticktext": ["10", "1e3"]}
    with i18n.speaking("en"):
        svg = plotted.still(figure, "")
    (line,) = re.findall(r'<path d="M([\d. L]+)" fill="none"', svg)
    first, middle, last = (float(point.split()[0]) for point in line.split("L"))
    assert abs((first + last) / 2 - middle) < 0.1 and ">1e3<" in svg
