"""Layer by layer: the loss curves that show why networks were pretrained, and why no longer."""

from collections.abc import Iterator, Mapping
from html import escape

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore import pretraining
from aecore.data import Images
from aecore.pretraining import IN_SMALL, WAYS, WHOLE
from browser import without_server
from pages.features import measuring, records, slices
from ui import charts, saving
from ui.i18n import _, ngettext, number

WORK = "few-layers"
FOUND = "few-layers-found"  # session: way → losses, made here
HEIGHT = 400
LOW, HIGH = 0.08, 0.44  # nats a pixel


def show() -> None:
    """Two charts: the record on all training digits, and what is made here in small."""
    whole = {way: [point["bce"] for point in records.kept()["pretraining"][way]] for way in WAYS}
    left, right = st.columns(2, gap="medium")
    with left, st.container(key="few-once"):
        title = _("Measured: {n} digits, {epochs} epochs")
        st.markdown(f"**{title.format(n=number(WHOLE.images), epochs=WHOLE.epochs)}**")
        _draw(whole, WHOLE.epochs, "few-whole")
    if not without_server():
        with right:
            words, button = st.columns([5, 4], vertical_alignment="center")
            title = _("Here: {n} digits, {epochs} epochs")
            words.markdown(f"**{title.format(n=number(IN_SMALL.images), epochs=IN_SMALL.epochs)}**")
            _in_small(button)
    _names(whole)
    rows = [(way, epoch, bce) for way, all_ in whole.items() for epoch, bce in enumerate(all_, 1)]
    heads = ("way", "epoch", "BCE on test digits")
    saving.offer("pretraining", saving.table("losses", _("Losses"), heads, lambda: rows))


def _names(whole: Mapping[str, list[float]]) -> None:
    """What the lines are, and where those of the record end."""
    cells = []
    for k, way in enumerate(WAYS):
        colour, words = charts.SERIES_COLOURS[k], _(WAYS[way].title)
        end = number(whole[way][-1], 3)
        mark = f'<i style="background:{colour}"></i>'
        cells.append(f"<div><dt>{mark} {escape(words)}</dt><dd><b>{end}</b></dd></div>")
    st.html(f'<dl class="facts lines">{"".join(cells)}</dl>')


def _in_small(place: DeltaGenerator) -> None:
    """The button, in ``place``, and the chart that grows."""

    def draw() -> None:
        _draw(st.session_state.get(FOUND, {}), IN_SMALL.epochs, "few-small")

    if slices.going_on(WORK):
        slices.show(WORK, draw)
        return
    icon = ":material/play_arrow:"
    if place.button(_("Train in small"), type="primary", icon=icon, width="stretch"):
        st.session_state[FOUND] = {}
        digits = measuring.digits()
        steps = _training(digits.pool, digits.judges, st.session_state[FOUND])
        slices.start(WORK, steps, _("Training three networks"))
        st.rerun()
    draw()


def _training(train: Images, test: Images, found: dict[str, list[float]]) -> Iterator[float]:
    """One epoch of each in turn, so that all three curves grow together."""
    curves = {way: pretraining.curve(way, train.pixels, test.pixels) for way in WAYS}
    for epoch in range(IN_SMALL.epochs):
        for k, (way, curve) in enumerate(curves.items()):
            found.setdefault(way, []).append(next(curve).bce)
            yield (epoch + (k + 1) / len(curves)) / IN_SMALL.epochs


def _of_mean_image() -> float:
    """BCE of drawing the mean image every time."""
    found: float = records.kept()["pretraining"]["mean_image"]
    return found


def _draw(losses: dict[str, list[float]], epochs: int, key: str) -> None:
    curves = {
        # Plotly wants a line, if only one without points
        _(one.title): (list(range(1, len(losses.get(way, [])) + 1)), losses.get(way, []))
        for way, one in WAYS.items()
    }
    figure = charts.lines(curves, _("Epoch"), _("BCE on test digits, nats a pixel"), height=HEIGHT)
    shade = {"type": "rect", "xref": "x", "yref": "paper", "y0": 0, "y1": 1, "layer": "below"}
    span = {"x0": 0, "x1": pretraining.SHARE * epochs, "fillcolor": charts.BAND}
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "layer": "below"}
    level = {"y0": _of_mean_image(), "y1": _of_mean_image()}
    looks = {"line": {"width": 2, "dash": "dot", "color": "#807880"}}
    figure["layout"]["shapes"] = [shade | span | {"line": {"width": 0}}, line | level | looks]
    pretrained = _("pretrained: one layer at a time")
    figure["layout"]["annotations"] = [
        _note(_("the mean image"), "right", 1, _of_mean_image()),
        # within the shaded part, which is narrow
        _note(pretrained.replace(": ", ":<br>"), "right", pretraining.SHARE - 0.5 / epochs, HIGH)
        | {"align": "right", "yanchor": "top"},
    ]
    if not any(losses.values()):
        figure["layout"]["annotations"].append(_note(_("Not trained yet"), "center", 0.75, 0.3))
    figure["layout"]["xaxis"] |= {"range": [0.5, epochs + 0.5]}
    figure["layout"]["yaxis"] |= {"range": [LOW, HIGH]}
    figure["layout"]["showlegend"] = False
    words = ngettext("Loss over {n} epoch", "Loss over {n} epochs", epochs)
    charts.show(figure, alt=words.format(n=epochs), key=key)


def _note(text: str, side: str, x: float, y: float) -> dict[str, object]:
    """Words in the chart; ``x`` is a share of its width."""
    place = {"xref": "paper", "x": x, "xanchor": side, "y": y, "yanchor": "bottom"}
    return place | {"text": text, "font": {"size": charts.FONT}, "showarrow": False}
