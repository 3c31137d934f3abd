"""Maps on the screen: the points, the images behind them, and how far to trust them."""

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st

from aecore import checkpoint, mapping, neighbours, projection
from aecore.data import Images, dataset
from aecore.mapping import MapJob
from aecore.messages import Problem
from aecore.metrics import TRUSTED_POINTS
from aecore.neighbours import Misplaced
from aecore.placing import NEIGHBOURS, Nearest, place
from aecore.projection import Map
from browser import served
from pages.map import points
from pages.map.points import Panel, Points, Shades
from ui import cache, charts, drawing, frame, images
from ui.guard import guarded
from ui.i18n import _, ngettext, number, percent

HEIGHT = "max(20rem, min(100dvh - 356px, 45vw))"  # CSS: the map, or what stands in its place
MINIATURE = 84  # pixels, of the other method's map beside it
MOST = 40  # images drawn of those picked
EXAMPLES = 10
MOST_BEHIND = 6  # maps whose images are kept ready for browsers, 10 MB each at most

STYLE = """<style>
.picked { display: flex; flex-direction: column; gap: 8px; line-height: 1.35; }
.picked p { margin: 0; }
.picked .top { display: flex; gap: 14px; align-items: flex-end; }
.picked .gallery { gap: 4px; padding: 3px; }
.picked .many { max-height: max(128px, 100dvh - 592px); overflow-y: auto; }
.classes { display: flex; flex: 1; gap: 3px; height: 130px; }
.classes div { flex: 1; min-width: 0; display: flex; flex-direction: column;
  justify-content: flex-end; text-align: center; font-size: 16px; line-height: 1.2; }
.classes i { min-height: 1px; }
.classes b { overflow: hidden; text-overflow: ellipsis; }
</style>"""


@dataclass(frozen=True)
class Shown:
    """A map with what the screen needs: images or None if they aren't here, and class names.

    ``labels`` is None when the images have no classes. ``key`` is the map's id in the address,
    ``content`` that of its content; ``ids`` are as in Points.
    """

    key: str
    content: str
    map: Map
    images: Images | None
    labels: np.ndarray | None
    classes: Sequence[str]
    ids: np.ndarray | None

    def points(self) -> Points:
        """The points as the browser gets them."""
        facts = self.map.facts
        total = len(self.map.positions) if self.ids is None else facts["images"]
        source = source_id(facts["dataset"], facts["split"])
        return Points(source, total, self.map.labels, self.classes, self.ids)

    def name_of(self, label: int) -> str:
        """A class in words."""
        return self.classes[label] if label < len(self.classes) else str(label)


@dataclass(frozen=True)
class Neighbourhood:
    """Places on a map: the middle of each class, and points among strangers with their class."""

    middles: list[int]
    strangers: list[tuple[int, int]]


def source_id(data: str, split: str) -> str:
    """A name for the images of a data set that an address can hold."""
    if ":" in data:  # a path of this machine
        data = hashlib.sha256(data.encode()).hexdigest()[:8]
    return f"{data}.{split}"


def shown(key: str, job: MapJob | None) -> Shown:
    """The shipped map, or the one that a job has made. Raises Problem."""
    if job is None:
        found = cache.shipped_map()
    else:
        modified = job.file.stat().st_mtime_ns if job.file.is_file() else 0
        found = _map(str(job.file), modified)
    facts = found.facts
    classes = class_names(facts["dataset"], found.labels)
    n = len(found.positions)
    behind = _images_behind(found)
    ids = None
    if n < facts.get("images", n):  # maps of older versions don't say; theirs count from 0
        ids = projection.sample(facts["images"], n, facts["seed"])
    labels = found.labels if len(classes) > 1 else None
    content = f"{key}-{facts['seconds']}"  # a map may be computed anew
    return Shown(key, content, found, behind, labels, classes, ids)


def class_names(data: str, labels: np.ndarray) -> list[str]:
    """The classes of a data set in words; numbers when the pictures are gone."""
    try:
        return [_(name) for name in dataset(data).classes]
    except Problem:
        return [str(label) for label in range(int(labels.max()) + 1)]


@st.cache_resource(max_entries=16, show_spinner=False)
def _map(path: str, modified: int) -> Map:
    return projection.load_map(Path(path))


def _images_behind(found: Map) -> Images | None:
    """The images of a map's points, place by place; None when they are not here any more."""
    facts = found.facts
    try:
        source = all_images(facts["dataset"], facts["split"])
    except Problem:
        return None
    n = len(found.positions)
    if n > len(source):
        return None
    behind = source
    if n < len(source):
        behind = source.take(projection.sample(len(source), n, facts["seed"]))
    # own pictures may have changed since
    if behind.labels is not None and not np.array_equal(behind.labels, found.labels):
        return None
    return behind


def all_images(data: str, split: str) -> Images:
    """The images that maps of a split are made from. Raises Problem when they are not here."""
    if split == mapping.ALL:
        return _joined(data, cache.changed(data))
    if data == cache.MNIST and split == "test":
        return cache.test_digits()  # decoded ones, if need be
    return cache.images(data, "train" if split == "train" else "test")


@st.cache_resource(max_entries=1, show_spinner=False)
def _joined(data: str, changed: int) -> Images:
    return mapping.load_split(data, mapping.ALL)


def images_in_use(one: Shown) -> Images | str | None:
    """What the sidebar says of a map's images."""
    if one.images is None or one.map.facts["split"] != mapping.ALL:
        return one.images
    words = _("{data}, {n} images for training and test")
    return words.format(data=frame.data_title(one.images.dataset), n=number(len(one.images)))


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
    """The map, by ``method`` "tsne" or "pca"; at the right the images that people pick on it."""
    both = {"tsne": one.map.positions, "pca": _straight(one.content, one.map.codes)}
    alts = {
        "tsne": _("t-SNE map of the codes: one point an image, coloured by class"),
        "pca": _("PCA of the codes: one point an image, coloured by class"),
    }
    positions = both[method]
    other, caption = ("tsne", "t-SNE") if method == "pca" else ("pca", _("PCA in 2-D"))
    left, right = st.columns([3, 2], gap="medium")
    with right:
        colour = points.choose_colour()
    with left:
        behind = _ready_behind(one)
        own = _own_place(one, positions)
        picked = points.show(
            "map-points",
            one.points(),
            [Panel(positions, alt=alts[method])],
            HEIGHT,
            behind=served(behind, "behind-the-map") if behind else "",
            hint=_("The images are being prepared.") if one.images is not None else _gone(),
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
        if len(picked):
            _show_picked(one, picked, positions)
        else:
            words = _("Choose Lasso and draw a loop, or click a class: its images appear here.")
            st.html(f'<p style="margin:0">{escape(words)}</p>')
            near = _neighbourhood(f"{one.content}-{method}", positions, one.map.labels)
            _show_examples(one, near)
        if method == "tsne":
            st.markdown(_("Distances between islands, and their sizes, mean little."))
    if behind is None and one.images is not None:
        _prepare_behind(one)  # the points are on the screen; their images follow
        st.rerun()


def _own_place(one: Shown, positions: np.ndarray) -> int | None:
    """The point (of N) on which the visitor's drawing comes to lie, if there is one."""
    near = nearest_to_drawing(one.map.facts["checkpoint"], one.content, one.map.codes)
    return None if near is None else int(place(*near, positions)[0])


def nearest_to_drawing(
    checkpoint: str, key: str, codes: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Which of a model's codes (N, d) are nearest to that of the visitor's drawing, as
    ``Nearest.of`` tells it; None without a drawing, or where the model is gone. ``key`` names the
    codes."""
    from aecore import evaluation

    maker = made_by(checkpoint)
    if maker is None:
        return None
    model, card = cache.model(maker)
    drawn = drawing.image(card.image_shape)
    if drawn is None:
        return None
    return _known_codes(key, codes).of(evaluation.encode(model, drawn[None]), NEIGHBOURS)


@st.cache_resource(max_entries=4, show_spinner=False)
def _known_codes(key: str, _codes: np.ndarray) -> Nearest:
    return Nearest(_codes)


def _shades(one: Shown, method: str, colour: str) -> list[Shades]:
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


@st.cache_resource(show_spinner=False)
def _behind() -> dict[str, bytes]:
    """What browsers fetch behind maps, by a map's content; the newest last."""
    return {}


def _ready_behind(one: Shown) -> bytes | None:
    return _behind().get(f"{one.content}-{one.images is not None and one.images.decoded}")


def _prepare_behind(one: Shown) -> None:
    assert one.images is not None
    decoder = decoder_of(one.map.facts["checkpoint"])
    kept = _behind()
    packed = points.packed_behind(one.images.pixels, one.map.codes, decoder)
    kept[f"{one.content}-{one.images.decoded}"] = packed
    for old in list(kept)[:-MOST_BEHIND]:
        kept.pop(old, None)


def decoder_of(digest: str) -> tuple[dict[str, Any], dict[str, np.ndarray]] | None:
    """Facts and arrays of a checkpoint's decoder for a browser; None where there is none for it."""
    from aecore import decoder_layers

    maker = made_by(digest)
    if maker is None:
        return None
    try:
        layers = decoder_layers.of_model(cache.model(maker)[0])
    except Problem:  # too large for a browser, or another kind: the originals alone are shown
        return None
    return layers.facts(), layers.arrays


def made_by(digest: str) -> Path | None:
    """The checkpoint of that digest, if it is on this machine."""
    for path in cache.checkpoints().values():
        try:
            if checkpoint.digest(path) == digest:
                return path
        except OSError:  # deleted by somebody else this moment
            continue
    return None


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


def _show_picked(one: Shown, picked: np.ndarray, positions: np.ndarray) -> None:
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
        many = f"<p>{escape(_gone())}</p>"
    means += images.code_bars(
        one.map.codes[picked].mean(0),
        _("Mean of the codes picked"),
        _("their mean code"),
        limit=float(np.abs(one.map.codes).max()),
    )
    if one.labels is not None:
        bars = _class_bars(one, np.bincount(one.labels[picked], minlength=len(one.classes)))
    st.html(
        f'{STYLE}<div class="picked"><p><b>{escape(counted)}.</b></p>'
        f'<div class="top">{means}</div><div class="top">{bars}</div>{many}</div>'
    )
    st.download_button(
        _("Save as CSV"),
        lambda: _csv(one, picked, positions),
        f"{one.points().images}.csv",
        "text/csv",
        icon=":material/download:",
        help=_("Image number, class and place on the map. The address of this page is a link."),
    )


def _gone() -> str:
    return _("These images are not on this machine any more.")


def _csv(one: Shown, picked: np.ndarray, positions: np.ndarray) -> str:
    """A line for each image picked; no class name is a formula to a spreadsheet."""
    numbers = picked if one.ids is None else one.ids[picked]
    names = ["" if one.labels is None else one.name_of(int(one.labels[i])) for i in picked]
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["image", "class", "x", "y"])
    for image, name, (x, y) in zip(numbers, names, positions[picked], strict=True):
        harmless = f"'{name}" if name.startswith(("=", "+", "-", "@")) else name
        table.writerow([image, harmless, f"{x:.6g}", f"{y:.6g}"])
    return text.getvalue()


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
    parts = [f"<p><b>{escape(words)}</b></p>", images.gallery(middles, fives=True)]
    if strangers:
        words = _("Strangers: their ten nearest points are all of other classes")
        parts += [f"<p><b>{escape(words)}</b></p>", images.gallery(strangers, fives=True)]
    st.html(f'{STYLE}<div class="picked">{"".join(parts)}</div>')


def _picture(one: Shown, place: int, caption: str = "") -> images.Picture:
    assert one.images is not None
    label = "" if one.labels is None else one.name_of(int(one.labels[place]))
    alt = _("Image of class {label}").format(label=label) if label else _("Image")
    return images.picture(one.images.pixels[place], alt, caption)


def _class_bars(one: Shown, counts: np.ndarray) -> str:
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
    frame.figures_row(rows)
