"""Maps on the screen: the points, the images behind them, and how far to trust them."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

import numpy as np
import streamlit as st

from aecore import projection
from aecore.data import Images, dataset
from aecore.mapping import MapJob
from aecore.messages import Problem
from aecore.metrics import TRUSTED_POINTS
from aecore.projection import Map
from ui import cache, figures, images, layout
from ui.controls import choose
from ui.guard import guarded
from ui.i18n import _, ngettext, number, percent

HEIGHT = 357  # pixels on the screen: the map, or what stands in its place
MINIATURE = 108  # pixels, of the other method's map beside it
MOST = 40  # images drawn of those picked
EXAMPLES = 10
EVERY = "every"  # in the address: no class is taken

STYLE = f"""<style>
.picked {{ display: flex; flex-direction: column; gap: 8px; line-height: 1.35; }}
.picked p {{ margin: 0; }}
.picked .top {{ display: flex; gap: 14px; align-items: flex-end; }}
.picked .gallery {{ gap: 4px; padding: 3px; }}
.picked .many {{ max-height: {HEIGHT - 150}px; overflow-y: auto; }}
.classes {{ display: flex; flex: 1; gap: 3px; height: 130px; }}
.classes div {{ flex: 1; min-width: 0; display: flex; flex-direction: column;
  justify-content: flex-end; text-align: center; font-size: 16px; line-height: 1.2; }}
.classes i {{ min-height: 1px; }}
.classes b {{ overflow: hidden; text-overflow: ellipsis; }}
</style>"""


@dataclass(frozen=True)
class Shown:
    """A map with what the screen needs: images or None if they aren't here, and class names.

    ``labels`` is None when the images have no classes. ``key`` is the map's id in the address.
    """

    key: str
    map: Map
    images: Images | None
    labels: np.ndarray | None
    classes: Sequence[str]

    def name_of(self, label: int) -> str:
        """A class in words."""
        return self.classes[label] if label < len(self.classes) else str(label)


@dataclass(frozen=True)
class Neighbourhood:
    """Places on a map: the middle of each class, and points among strangers with their class."""

    middles: list[int]
    strangers: list[tuple[int, int]]


def shown(key: str, job: MapJob | None) -> Shown:
    """The shipped map, or the one that a job has made. Raises Problem."""
    if job is None:
        found = cache.shipped_map()
    else:
        modified = job.file.stat().st_mtime_ns if job.file.is_file() else 0
        found = _map(str(job.file), modified)
    try:
        classes = [_(name) for name in dataset(found.facts["dataset"]).classes]
    except Problem:  # own pictures that are gone
        classes = [str(label) for label in range(int(found.labels.max()) + 1)]
    labels = found.labels if len(classes) > 1 else None
    return Shown(key, found, _images_behind(found), labels, classes)


@st.cache_resource(max_entries=16, show_spinner=False)
def _map(path: str, modified: int) -> Map:
    return projection.load_map(Path(path))


def _images_behind(found: Map) -> Images | None:
    """The images of a map's points, place by place; None when they are not here any more."""
    facts = found.facts
    try:
        if facts["dataset"] == cache.MNIST:
            source = cache.test_digits()  # decoded ones, if need be
        else:
            source = cache.images(facts["dataset"], "test")
    except Problem:
        return None
    n = len(found.positions)
    if n > len(source):
        return None
    behind = source.take(projection.sample(len(source), n, facts["seed"]))
    # own pictures may have changed since
    if behind.labels is not None and not np.array_equal(behind.labels, found.labels):
        return None
    return behind


@st.cache_data(max_entries=16, show_spinner=False)
def _straight(key: str, _codes: np.ndarray) -> np.ndarray:
    return projection.first_two_components(_codes)


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
        strangers += [(int(place), int(np.bincount(around[place]).argmax()))
                      for place in where[lost[where]][:1]]  # fmt: skip
    return Neighbourhood(middles, strangers)


@st.fragment
@guarded()
def explorer(one: Shown, method: str) -> None:
    """The map at the left; at the right the images that people pick on it.

    ``method`` is "tsne" or "pca".
    """
    content = f"{one.key}-{one.map.facts['seconds']}"  # a map may be computed anew
    both = {"tsne": one.map.positions, "pca": _straight(content, one.map.codes)}
    alts = {
        "tsne": _("t-SNE map of the codes: one point an image, coloured by class"),
        "pca": _("PCA of the codes: one point an image, coloured by class"),
    }
    positions, alt = both[method], alts[method]
    axes = _("t-SNE, first axis"), _("t-SNE, second axis")
    other, caption = "pca", _("PCA in 2-D")
    if method == "pca":
        axes = _("First principal component"), _("Second principal component")
        other, caption = "tsne", "t-SNE"
    left, right = st.columns([5, 4], gap="medium")
    with left:
        size = 5 if len(positions) > 3000 else 7
        figure = figures.scatter_map(
            positions, one.labels, one.classes, *axes, size=size, height=HEIGHT
        )
        for axis in ("xaxis", "yaxis"):  # the places have no unit
            figure["layout"][axis]["showticklabels"] = False
        picked = figures.show_selectable(
            figure, alt=alt, key=f"points-{content}-{method}", labels=one.labels
        )
        st.markdown(
            _(
                "**Not shown by t-SNE:** distances between islands and their sizes mean little; "
                "another seed gives other islands."
            )
        )
        figures_at, beside = st.columns([4, 1])
        with figures_at:
            _show_trust(one, method)
        with beside:
            small = _miniature(f"{content}-{other}", both[other], one.map.labels)
            images.show(images.figure(images.picture(small, alts[other], caption), MINIATURE))
        st.markdown(_("Labels only colour the points: neither t-SNE nor PCA has seen them."))
    with right:
        if len(picked):
            _show_picked(one, picked, _("Double-click on the map to let go."))
            return
        words = _("Draw a loop around points: their images appear here.")
        st.html(f"<p>{escape(words)}</p>")
        picked = _class_taken(one)
        if len(picked):
            _show_picked(one, picked, "")
        else:
            _show_examples(one, _neighbourhood(f"{content}-{method}", positions, one.map.labels))


@st.cache_data(max_entries=32, show_spinner=False)
def _miniature(key: str, _positions: np.ndarray, _labels: np.ndarray) -> np.ndarray:
    """The points (N, 2) as a small picture, uint8 (3, H, W), to stand beside the other map."""
    low, high = _positions.min(0), _positions.max(0)
    scale = (MINIATURE - 3) / max(float((high - low).max()), 1e-9)
    middle = (MINIATURE - 2 - (high - low) * scale) / 2
    # drawn in a fixed random order, so that no class always lies on top
    order = np.random.default_rng(0).permutation(len(_positions))
    x, y = ((_positions[order] - low) * scale + middle).astype(int).T
    palette = np.array([list(bytes.fromhex(colour[1:])) for colour in figures.CLASS_COLOURS])
    canvas = np.zeros((3, MINIATURE, MINIATURE), np.uint8)
    for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
        canvas[:, MINIATURE - 2 - y + dy, x + dx] = palette[_labels[order] % 10].T
    return canvas


def _class_taken(one: Shown) -> np.ndarray:
    """The places of the class that people take from a list, none at first: needs no mouse."""
    if one.labels is None:
        return np.array([], dtype=np.int64)
    there = [str(label) for label in np.unique(one.labels)]
    taken = choose(
        _("Or take a whole class"),
        "map_class",
        [EVERY, *there],
        lambda label: "–" if label == EVERY else one.name_of(int(label)),
    )
    return np.flatnonzero(one.labels == int(taken)) if taken != EVERY else np.array([], np.int64)


def _show_picked(one: Shown, picked: np.ndarray, words: str) -> None:
    n = len(picked)
    # spread over all that was picked, sorted by class
    drawn = picked[np.linspace(0, n - 1, min(n, MOST)).round().astype(int)]
    if one.labels is not None:
        drawn = drawn[np.argsort(one.labels[drawn], kind="stable")]
    counted = ngettext("{n} image picked", "{n} images picked", n).format(n=number(n))
    top, many = "", ""
    if one.images is not None:
        mean = one.images.pixels[picked].mean(0, dtype=np.float32) / 255
        top = images.figure(
            images.picture(mean, _("Mean of the images picked"), _("their mean")), 112
        )
        pictures = [_picture(one, place) for place in drawn.tolist()]
        many = f'<div class="many" tabindex="0" role="group" aria-label="{escape(counted)}">' + (
            f"{images.gallery(pictures)}</div>"
        )
        counted += " · " + _("{shown} of {n} shown").format(shown=len(drawn), n=number(n))
    else:
        gone = _("These images are not on this machine any more.")
        many = f"<p>{escape(gone)}</p>"
    if one.labels is not None:
        top += _class_bars(one, np.bincount(one.labels[picked], minlength=len(one.classes)))
    st.html(
        f'{STYLE}<div class="picked"><p><b>{escape(counted)}.</b> {escape(words)}</p>'
        f'<div class="top">{top}</div>{many}</div>'
    )


def _show_examples(one: Shown, near: Neighbourhood) -> None:
    if one.images is None or one.labels is None:
        return
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
    parts = [f"<p><b>{escape(words)}</b></p>", images.gallery(middles)]
    if strangers:
        words = _("Strangers: their ten nearest points are all of other classes")
        parts += [f"<p><b>{escape(words)}</b></p>", images.gallery(strangers)]
    st.html(f'{STYLE}<div class="picked">{"".join(parts)}</div>')


def _picture(one: Shown, place: int, caption: str = "") -> images.Picture:
    assert one.images is not None
    label = "" if one.labels is None else one.name_of(int(one.labels[place]))
    alt = _("Image of class {label}").format(label=label) if label else _("Image")
    return images.picture(one.images.pixels[place], alt, caption)


def _class_bars(one: Shown, counts: np.ndarray) -> str:
    """How many of each class were picked, as one bar a class with its count above."""
    most = max(1, int(counts.max()))
    cells = "".join(
        f"<div><span>{number(int(count)) if count else ''}</span>"
        f'<i style="height:{70 * int(count) / most:.0f}%;background:{figures.class_colour(label)}">'
        f"</i><b>{escape(one.name_of(label))}</b></div>"
        for label, count in enumerate(counts.tolist())
    )
    spoken = ", ".join(
        f"{one.name_of(label)}: {number(count)}" for label, count in enumerate(counts.tolist())
    )
    alt = escape(_("Images picked by class: {counts}").format(counts=spoken))
    return f'<div class="classes" role="img" aria-label="{alt}">{cells}</div>'


def _show_trust(one: Shown, method: str) -> None:
    """The figures of the map that is seen, beside those of its rival."""
    facts = one.map.facts
    ours, theirs = ("pca_", "") if method == "pca" else ("", "pca_")
    rival = "t-SNE" if method == "pca" else _("PCA in 2-D")
    rows = {}
    if one.labels is not None:
        rows[_("kNN accuracy")] = (
            percent(facts[f"{ours}knn_accuracy"], 1),
            _("{rival} {value} · codes {codes}").format(
                rival=rival,
                value=percent(facts[f"{theirs}knn_accuracy"], 1),
                codes=percent(facts["code_knn_accuracy"], 1),
            ),
        )
    compared = number(min(TRUSTED_POINTS, facts["points"]))
    rows[_("Trustworthiness, {n} points").format(n=compared)] = (
        number(facts[f"{ours}trustworthiness"], 3),
        _("{rival} {value}").format(
            rival=rival, value=number(facts[f"{theirs}trustworthiness"], 3)
        ),
    )
    layout.figures_row(rows)
