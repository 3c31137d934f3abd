"""The explorer of a map: its points, what is picked on them, and how far to trust them."""

from html import escape

import numpy as np
import streamlit as st

from aecore import neighbours, projection
from aecore.metrics import TRUSTED_POINTS
from aecore.neighbours import Misplaced
from aecore.placing import NEIGHBOURS, Nearest, place
from browser import served, without_server
from pages.map import files, picked, points
from pages.map.points import Panel, Shades
from pages.map.shown import ShownMap, gone, made_by, prepare_behind, ready_behind
from ui import cache, charts, coder, drawing, frame, images
from ui.guard import guarded
from ui.i18n import _, number, percent, tell

# CSS: the map, or what stands in its place
HEIGHT = "max(20rem, min(100 * var(--vh) - 356px, 45 * var(--vw)))"
MINIATURE = 84  # pixels, of the other method's map beside it


@st.cache_data(max_entries=16, show_spinner=False)
def _straight(key: str, _codes: np.ndarray) -> np.ndarray:
    return projection.first_two_components(_codes)


@st.fragment
@guarded()
def explorer(one: ShownMap, method: str) -> None:
    """The map, by ``method`` "tsne" or "pca"; at the right the images that people pick on it."""
    both = {"tsne": one.map.positions, "pca": _straight(one.content, one.map.codes)}
    alts = {
        "tsne": _("t-SNE map of the codes: one point an image, coloured by class"),
        "pca": _("PCA of the codes: one point an image, coloured by class"),
    }
    positions = both[method]
    other, caption = ("tsne", "t-SNE") if method == "pca" else ("pca", _("PCA in 2-D"))
    if one.map.note is not None:
        st.info(tell(one.map.note))
    left, right = st.columns([3, 2], gap="medium")
    with right:
        colour = points.choose_colour()
    with left:
        behind = ready_behind(one)
        own = _own_place(one, positions)
        places = points.show(
            "map-points",
            one.points(),
            [Panel(positions, alt=alts[method])],
            HEIGHT,
            behind=served(behind, "behind-the-map") if behind else "",
            hint=_("The images are being prepared.") if one.images is not None else gone(),
            shades=_shades(one, method, colour),
            own=own,
        )
        figures_at, beside = st.columns([5, 1])
        with figures_at:
            _show_trust(one, method)
            if own is not None:
                words = _("✎ is your drawing, where its nearest codes lie.")
                st.markdown(words)
        with beside:
            small = _miniature(f"{one.content}-{other}", both[other], one.map.labels)
            images.show(images.figure(images.picture(small, alts[other], caption), MINIATURE))
        st.markdown(
            _(
                "Labels only colour the points: neither t-SNE nor PCA has seen them. Another seed "
                "gives other islands."
            )
        )
    with right:
        if len(places):
            picked.show(one, places, positions)
        else:
            if not without_server():
                words = _("Choose Lasso and draw a loop, or click a class: its images appear here.")
                st.html(f'<p style="margin:0">{escape(words)}</p>')
            picked.show_examples(one, f"{one.content}-{method}", positions)
        if method == "tsne":
            st.markdown(_("Distances between islands, and their sizes, mean little."))
    files.offer(one, positions)
    if behind is None and one.images is not None:
        prepare_behind(one)  # the points are on the screen; their images follow
        st.rerun()


def _own_place(one: ShownMap, positions: np.ndarray) -> int | None:
    """The point (of N) on which the visitor's drawing comes to lie, if there is one."""
    near = nearest_to_drawing(one.map.facts["checkpoint"], one.content, one.map.codes)
    return None if near is None else int(place(*near, positions)[0])


def nearest_to_drawing(
    checkpoint: str, key: str, codes: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Which of a model's codes (N, d) are nearest to that of the visitor's drawing, as
    ``Nearest.of`` tells it; None without a drawing, or where the model is gone. ``key`` names the
    codes."""
    maker = made_by(checkpoint)
    if maker is None:
        return None
    drawn = drawing.image(cache.card(maker).image_shape)
    if drawn is None:
        return None
    code = coder.of_model(maker.stem, maker).encode(drawn[None])
    return _known_codes(key, codes).of(code, NEIGHBOURS)


@st.cache_resource(max_entries=4, show_spinner=False)
def _known_codes(key: str, _codes: np.ndarray) -> Nearest:
    return Nearest(_codes)


def _shades(one: ShownMap, method: str, colour: str) -> list[Shades]:
    """The scale of the map; none: by class."""
    if colour == "class":
        return []
    found = one.map.misplaced if method == "tsne" else None
    if found is None:
        positions = one.map.positions
        if method == "pca":
            positions = _straight(one.content, one.map.codes)
        with st.spinner(_("Neighbours of codes and of points are compared")):
            found = _misplaced(f"{one.content}-{method}", one.map.codes, positions)
    if colour == "torn":
        ends = _("neighbours by code are near"), _("all ten torn apart")
        return [Shades(found.torn / neighbours.NEAR, points.TORN, *ends)]
    ends = _("neighbours on the map are so by code"), _("all ten falsely close")
    return [Shades(found.close / neighbours.NEAR, points.CLOSE, *ends)]


@st.cache_data(max_entries=16, show_spinner=False)
def _misplaced(key: str, _codes: np.ndarray, _positions: np.ndarray) -> Misplaced:
    return neighbours.misplaced(_codes, _positions)


@st.cache_data(max_entries=32, show_spinner=False)
def _miniature(key: str, _positions: np.ndarray, _labels: np.ndarray) -> np.ndarray:
    """The points (N, 2) as a small picture, uint8 (3, H, W), to stand beside the other map."""
    low, high = _positions.min(0), _positions.max(0)
    scale = (MINIATURE - 3) / max(float((high - low).max()), 1e-9)
    middle = (MINIATURE - 2 - (high - low) * scale) / 2
    # drawn in a fixed random order, so that no class always lies on top
    order = np.random.default_rng(0).permutation(len(_positions))
    x, y = ((_positions[order] - low) * scale + middle).astype(int).T
    palette = np.array([list(bytes.fromhex(colour[1:])) for colour in charts.CLASS_COLOURS])
    canvas = np.zeros((3, MINIATURE, MINIATURE), np.uint8)
    for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
        canvas[:, MINIATURE - 2 - y + dy, x + dx] = palette[_labels[order] % 10].T
    return canvas


def _show_trust(one: ShownMap, method: str) -> None:
    """The figures of the map that is seen, beside those of its rival."""
    facts = one.map.facts
    ours, theirs = ("pca_", "") if method == "pca" else ("", "pca_")
    rival = "t-SNE" if method == "pca" else _("PCA in 2-D")
    rows = {}
    if "knn_accuracy" in facts:
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
    frame.figures_row(rows)
