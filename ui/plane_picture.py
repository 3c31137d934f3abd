"""The picture of a plane on the screen: tiles, points, names and axes, and a ring over it."""

from html import escape

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.data import Images, dataset
from ui import figures, images
from ui.i18n import _, number
from ui.plane import Axis, Plane, dots, grid

# The picture and the marker over it are two messages: only the marker is sent when a slider
# moves. Both begin --gutter from the left and --head from the top, so they lie on each other.
STYLE = """<style>
.st-key-plane-picture { --gutter: 3.4rem; --head: 0.6rem; position: relative;
  max-width: max(20rem, calc((100vh - 12.9rem) * min(1, var(--ratio)))); }
.st-key-plane-picture :has(.marker) { position: static; }
.plane { display: grid; grid-template-columns: var(--gutter) minmax(0, 1fr); margin: 0;
  padding-top: var(--head); font-size: max(0.9rem, 16px); line-height: 1.2; }
.plane .pane, .plane .up, .plane .along, .marker { position: relative; }
.plane .pane { aspect-ratio: var(--ratio); background: #000; }
.plane .pane img { position: absolute; inset: 0; width: 100%; height: 100%; }
.plane .pane img:first-child { image-rendering: pixelated; }
.plane .pane.behind img:first-child { opacity: 0.45; }
.plane .pane b { position: absolute; transform: translate(-50%, -50%); border-radius: 4px;
  padding: 0 0.35em; box-shadow: 0 0 0 2px #000; font-size: max(1rem, 18px); line-height: 1.25; }
.plane .up span { position: absolute; right: 0.5rem; transform: translateY(-50%); }
.plane .up em { position: absolute; left: 0; top: 50%; writing-mode: vertical-rl;
  transform: translateY(-50%) rotate(180deg); font-style: normal; white-space: nowrap; }
.plane .along { grid-column: 2; height: 1.35em; margin-top: 0.15em; }
.plane .along span { position: absolute; transform: translateX(-50%); }
.plane figcaption { grid-column: 2; text-align: center; }
.marker { position: absolute; left: var(--gutter); right: 0; top: var(--head);
  aspect-ratio: var(--ratio); pointer-events: none; }
.marker i { position: absolute; width: 1.3rem; height: 1.3rem; box-sizing: border-box;
  transform: translate(-50%, -50%); border: 3px solid #fff; border-radius: 50%;
  box-shadow: 0 0 0 2px #000, inset 0 0 0 2px #000; }
@media (min-width: 1700px) and (min-height: 900px) {
  .st-key-plane-digit img { zoom: 1.5; }
}
</style>"""


def show(plane: Plane, axis: Axis, n: int, shown: Images | None) -> DeltaGenerator:
    """Draw n×n tiles and ``shown`` as points, if any; returns the place for ``marker``."""
    with st.container(key="plane-picture"):
        st.html(_style(plane))
        points, names = "", ""
        if shown is not None:
            with st.spinner(_("Encoding the test images")):
                points = dots(plane, axis, shown)
                names = _class_names(plane, axis, shown)
        alt = _("{n} × {n} images, decoded from points of the plane").format(n=number(n))
        images.show(_frame(plane, axis, grid(plane, axis, n), points, names, alt))
        return st.container()


def _style(plane: Plane) -> str:
    """The looks of ``_frame`` and ``marker``, as HTML, for a container "plane-picture"."""
    _channels, height, width = plane.shape
    ratio = f"<style>.st-key-plane-picture {{ --ratio: {width}/{height}; }}</style>"
    return STYLE + ratio


def _frame(plane: Plane, axis: Axis, tiles: str, points: str, names: str, alt: str) -> str:
    """The picture with its axes, as HTML. ``points`` and ``names`` lie on it, "" for none."""
    across_name, up_name = plane.axis_names()
    ticks = axis.ticks()
    shares = axis.share(np.array(ticks)).tolist()
    words = [number(tick, 0 if tick == int(tick) else 1).replace("-", "−") for tick in ticks]
    up = "".join(
        f'<span style="top:{100 * (1 - share):.2f}%">{word}</span>'
        for share, word in zip(shares, words, strict=True)
    )
    along = "".join(
        f'<span style="left:{100 * share:.2f}%">{word}</span>'
        for share, word in zip(shares, words, strict=True)
    )
    over = f'<img src="{points}" alt="">' if points else ""
    return (
        '<figure class="plane">'
        f'<div class="up"><em>{escape(up_name)}</em>{up}</div>'
        f'<div class="pane{" behind" if points else ""}">'
        f'<img src="{tiles}" alt="{escape(alt)}">{over}{names}</div>'
        f'<div class="along">{along}</div><figcaption>{escape(across_name)}</figcaption>'
        "</figure>"
    )


def _class_names(plane: Plane, axis: Axis, shown: Images) -> str:
    """Each class's name at the median of its points, as HTML for ``_frame``."""
    positions = plane.positions()
    if positions is None or shown.labels is None:
        return ""
    classes = dataset(shown.dataset).classes
    found = []
    for label in np.unique(shown.labels).tolist():
        middle = np.median(positions[shown.labels == label], axis=0)
        x, y = axis.share(middle).tolist()
        if 0 <= x <= 1 and 0 <= y <= 1:
            colour = figures.class_colour(label)
            style = (
                f"left:{100 * x:.2f}%;top:{100 * (1 - y):.2f}%;"
                f"background:{colour};color:{figures.ink_on(colour)}"
            )
            found.append(f'<b style="{style}">{escape(_(classes[label]))}</b>')
    return "".join(found)


def marker(plane: Plane, axis: Axis, x: float, y: float) -> str:
    """A ring over the picture at a place of the plane, as HTML."""
    across, up = axis.share(np.array([x, y])).tolist()
    return (
        '<div class="marker" aria-hidden="true">'
        f'<i style="left:{100 * across:.3f}%;top:{100 * (1 - up):.3f}%"></i></div>'
    )
