"""The images that people pick on a map, or examples while nothing is picked."""

from dataclasses import dataclass
from html import escape

import numpy as np
import streamlit as st

from pages.map import files
from pages.map.shown import ShownMap, gone
from ui import charts, images, saving
from ui.i18n import _, ngettext, number, percent

MOST = 40  # images drawn of those picked
EXAMPLES = 10  # classes


@dataclass(frozen=True)
class Neighbourhood:
    """Places on a map: the middle of each class, and points among strangers with their class."""

    middles: list[int]
    strangers: list[tuple[int, int]]


@st.cache_data(max_entries=32, show_spinner=False)
def _neighbourhood(key: str, _positions: np.ndarray, _labels: np.ndarray) -> Neighbourhood:
    from sklearn.neighbors import NearestNeighbors

    near = NearestNeighbors(n_neighbors=10).fit(_positions).kneighbors(return_distance=False)
    around = _labels[near]  # (N, 10)
    lost = (around != _labels[:, None]).all(1)
    middles, strangers = [], []
    for label in np.unique(_labels)[:EXAMPLES]:
        where = np.flatnonzero(_labels == label)
        away = ((_positions[where] - np.median(_positions[where], axis=0)) ** 2).sum(1)
        middles.append(int(where[away.argmin()]))
        strangers += [
            (int(place), int(np.bincount(around[place]).argmax()))
            for place in where[lost[where]][:1]
        ]
    return Neighbourhood(middles, strangers)


def show(one: ShownMap, picked: np.ndarray, positions: np.ndarray) -> None:
    """The images at these places of a map, their mean and their classes, and a file of them."""
    n = len(picked)
    # spread over all that was picked, sorted by class
    drawn = picked[np.linspace(0, n - 1, min(n, MOST)).round().astype(int)]
    if one.labels is not None:
        drawn = drawn[np.argsort(one.labels[drawn], kind="stable")]
    counted = ngettext("{n} image picked", "{n} images picked", n).format(n=number(n))
    means, bars, many = "", "", ""
    if one.images is not None:
        mean = one.images.pixels[picked].mean(0, dtype=np.float32) / 255
        means = images.figure(
            images.picture(mean, _("Mean of the images picked"), _("their mean")), 112
        )
        pictures = [_picture(one, place) for place in drawn.tolist()]
        many = f'<div class="many" tabindex="0" role="group" aria-label="{escape(counted)}">' + (
            f"{images.gallery(pictures)}</div>"
        )
        counted += " · " + _("{shown} of {n} shown").format(shown=len(drawn), n=number(n))
    else:
        many = f"<p>{escape(gone())}</p>"
    means += images.code_bars(
        one.map.codes[picked].mean(0),
        _("Mean of the codes picked"),
        _("their mean code"),
        limit=float(np.abs(one.map.codes).max()),
    )
    if one.labels is not None:
        bars = _class_bars(one, np.bincount(one.labels[picked], minlength=len(one.classes)))
    st.html(
        f'<div class="picked"><p><b>{escape(counted)}.</b></p>'
        f'<div class="top">{means}</div><div class="top">{bars}</div>{many}</div>'
    )
    saving.offer("map-picked", files.places("positions", _("Picked"), one, picked, positions))


def show_examples(one: ShownMap, key: str, positions: np.ndarray) -> None:
    """The middle of each class, and strangers among others; ``key`` names the positions (N, 2)."""
    if one.images is None or one.labels is None:
        return
    near = _neighbourhood(key, positions, one.map.labels)
    middles = [_picture(one, place) for place in near.middles]
    strangers = [
        _picture(
            one,
            place,
            _("{label} in {others}").format(
                label=one.name_of(int(one.labels[place])), others=one.name_of(others)
            ),
        )
        for place, others in near.strangers
    ]
    words = _("From the middle of each class")
    parts = [f"<p><b>{escape(words)}</b></p>", images.gallery(middles, fives=True)]
    if strangers:
        words = _("Strangers: their ten nearest points are all of other classes")
        parts += [f"<p><b>{escape(words)}</b></p>", images.gallery(strangers, fives=True)]
    st.html(f'<div class="picked">{"".join(parts)}</div>')


def _picture(one: ShownMap, place: int, caption: str = "") -> images.Picture:
    assert one.images is not None
    label = "" if one.labels is None else one.name_of(int(one.labels[place]))
    alt = _("Image of class {label}").format(label=label) if label else _("Image")
    return images.picture(one.images.pixels[place], alt, caption)


def _class_bars(one: ShownMap, counts: np.ndarray) -> str:
    """How many of each class were picked, as one bar a class with its count above."""
    most = max(1, int(counts.max()))
    total = int(counts.sum())
    # four digits and more have no room above a bar
    short = [number(n) if most < 1000 else percent(n / total) for n in counts.tolist()]
    cells = "".join(
        f"<div><span>{short[label] if count else ''}</span>"
        f'<i style="height:{70 * int(count) / most:.0f}%;background:{charts.class_colour(label)}">'
        f"</i><b>{escape(one.name_of(label))}</b></div>"
        for label, count in enumerate(counts.tolist())
    )
    spoken = ", ".join(
        f"{one.name_of(label)}: {number(count)}" for label, count in enumerate(counts.tolist())
    )
    alt = escape(_("Images picked by class: {counts}").format(counts=spoken))
    return f'<div class="classes" role="img" aria-label="{alt}">{cells}</div>'
