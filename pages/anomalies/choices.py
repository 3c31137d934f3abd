"""What is normal and what is strange: the controls, and the images that they choose."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import streamlit as st

from aecore.anomalies import ONE_CLASS, evenly
from aecore.checkpoint import Card
from aecore.data import DATASETS, Images, Shape, dataset
from aecore.messages import N_, Problem
from pages import SCREENS
from ui import cache, downloads, drawing, frame
from ui.controls import choose, choose_many
from ui.i18n import _, number
from ui.screens import OWN
from ui.subject import UPLOAD, handed_over

FIRST = "8"  # of the digits the hardest to guard
OTHERS, JUMBLED, TURNED = "others", "jumbled", "turned"  # strange, beside the data sets
MOST = 10_000  # images that are judged, and …
MOST_NUMBERS = 12_000_000  # … numbers of their pixels, which a browser loads
KNOWN = 7000  # normal images at most that scores are fitted to, and …
LEAST = 10  # … at least
MOST_BUTTONS = 12  # classes; more stand in a list


@dataclass(frozen=True, eq=False)
class Group:
    """Images that are judged: those at ``places`` of ``source``, whose ``key`` tells it from all
    others; ``title`` is for people. ``own``: the visitor has brought it."""

    source: Images
    key: str
    places: np.ndarray
    title: str
    own: bool = False

    @property
    def pixels(self) -> np.ndarray:
        """uint8 (N, C, H, W)."""
        found: np.ndarray = self.source.pixels[self.places]
        return found

    @property
    def identity(self) -> str:
        """What tells these images from others, for caches."""
        return f"{self.key} {self.title} {len(self.places)}"


@dataclass(frozen=True, eq=False)
class Normal:
    """What is normal: images of a data set, or of some ``classes`` of it.

    Scores are fitted to ``known``, uint8 (N, C, H, W), and judge ``judged``, other images of the
    same kind. ``halved``: there are no training images here, so both are halves of the test images.
    """

    dataset: str
    classes: tuple[int, ...]
    known: np.ndarray
    judged: Group
    halved: bool

    @property
    def shape(self) -> Shape:
        """(C, H, W) of an image."""
        return self.judged.source.shape

    @property
    def is_shipped(self) -> bool:
        """Whether it is one of the digits that the shipped figures are of."""
        return self.dataset == cache.MNIST and len(self.classes) == 1


def choose_normal() -> Normal:
    """The controls of what is normal. Raises Problem when its images can't be read."""
    sets = _data_sets()
    left, right = st.columns([2, 5], vertical_alignment="bottom")
    with left:
        chosen = choose(_("Normal"), "anomaly_normal", list(sets), lambda n: _title(sets[n]))
    data = sets[chosen]
    test = _limited(cache.test_digits() if data == cache.MNIST else cache.images(data, "test"))
    classes = dataset(data).classes if test.labels is not None else ()
    picked: tuple[int, ...] = ()
    if len(classes) > 1:
        with right:
            names = [str(label) for label in range(len(classes))]
            found = choose_many(
                _("Only these classes (none chosen: all)"),
                "anomaly_classes",
                names,
                lambda each: _(classes[int(each)]),
                default=[FIRST] if data == cache.MNIST else [],
                kind="row" if len(names) <= MOST_BUTTONS else "list",
            )
        picked = tuple(sorted(int(each) for each in found))
        picked = () if len(picked) == len(classes) else picked
    return _normal(data, test, picked)


def _data_sets() -> dict[str, str]:
    """Data sets that are here, by their id in the address; own pictures by a model's of them."""
    found = {name: name for name, entry in DATASETS.items() if entry.on_this_machine("test")}
    found = {cache.MNIST: cache.MNIST} | found
    for name, card in cache.cards().items():
        if card.dataset not in {*DATASETS, "", *found.values()}:
            found[f"{OWN}{name}"] = card.dataset
    return found


def _title(data: str) -> str:
    return frame.data_title(data)


def _normal(data: str, test: Images, classes: tuple[int, ...]) -> Normal:
    where = _places(test, classes)
    halved = test.decoded or not dataset(data).on_this_machine("train")
    if halved:
        known, where = test.pixels[where[::2]], where[1::2]
    else:
        train = cache.images(data, "train")
        among = _places(train, classes)
        most = min(KNOWN, _most(train))
        known = train.pixels[among[evenly(len(among), most)]]
    if len(known) < LEAST or not len(where):
        raise Problem(
            N_("There are only {n} normal images here; a score needs {least} to learn from."),
            n=len(known) + halved * len(where),
            least=LEAST,
        )
    title = frame.class_names(data, classes) if classes else _title(data)
    return Normal(data, classes, known, Group(test, _key(test), where, title), halved)


def _places(shown: Images, classes: Sequence[int]) -> np.ndarray:
    if not classes or shown.labels is None:
        return np.arange(len(shown))
    return np.flatnonzero(np.isin(shown.labels, classes))


def _limited(shown: Images) -> Images:
    """At most as many of the images as a browser may load."""
    if len(shown) <= _most(shown):
        return shown
    return _kept_limited(_key(shown), shown)


@st.cache_resource(max_entries=3, show_spinner=False)
def _kept_limited(key: str, _shown: Images) -> Images:
    return _shown.take(evenly(len(_shown), _most(_shown)))


def _most(shown: Images) -> int:
    return min(MOST, MOST_NUMBERS // int(np.prod(shown.shape)))


def _key(shown: Images) -> str:
    return " ".join(map(str, cache.identity(shown)))


def choose_strange(normal: Normal) -> Group | None:
    """The control of what is strange; None while its images are still missing."""
    words = _strange_words(normal)
    chosen = choose(_("Strange"), "anomaly_strange", list(words), words.__getitem__)
    test, title = normal.judged.source, words[chosen]
    if chosen == OTHERS:
        assert test.labels is not None
        where = np.flatnonzero(~np.isin(test.labels, normal.classes))
        return Group(test, _key(test), where, title)
    if chosen in (JUMBLED, TURNED):
        return _changed(normal, chosen, title)
    if chosen == drawing.CHOICE:
        image = drawing.image(normal.shape)
        if image is None:
            drawing.ask_for_one(SCREENS)
            return None
        return _own(image[None], title)
    if chosen == UPLOAD:
        given = handed_over(normal.shape, lambda images: images.mean((1, 2, 3)))
        return None if given is None else _own(given.pixels, given.title)
    if not dataset(chosen).on_this_machine("test"):
        downloads.offer([dataset(chosen)], "anomalies")
        return None
    other = _limited(cache.images(chosen, "test"))
    return Group(other, _key(other), np.arange(len(other)), title)


def _strange_words(normal: Normal) -> dict[str, str]:
    """What can be strange, by its id in the address."""
    found = {}
    if normal.classes:
        digits = normal.dataset in (cache.MNIST, "digits", "emnist_digits")
        found[OTHERS] = _("the other digits") if digits else _("the other classes")
    for name, entry in DATASETS.items():
        if name != normal.dataset and entry.shape == normal.shape:
            here = entry.on_this_machine("test")
            title = _title(name)
            found[name] = title if here else _("{data} (not here)").format(data=title)
    found[JUMBLED] = _("the same, their quarters swapped")
    found[TURNED] = _("the same, turned by 90°")
    found[drawing.CHOICE] = drawing.words()
    found[UPLOAD] = _("A picture of yours")
    return found


def _changed(normal: Normal, how: str, title: str) -> Group:
    """The judged normal images, changed so that they are strange."""
    pixels = _kept_changed(normal.judged.identity, how, normal.judged.pixels)
    images = Images(pixels, None, normal.dataset, "test", normal.judged.source.decoded)
    key = f"{normal.judged.identity} {how}"
    return Group(images, key, np.arange(len(pixels)), title)


@st.cache_resource(max_entries=4, show_spinner=False)
def _kept_changed(key: str, how: str, _pixels: np.ndarray) -> np.ndarray:
    from aecore import restoration

    if how == TURNED:
        found: np.ndarray = np.rot90(_pixels, axes=(2, 3))
        return found if found.shape == _pixels.shape else np.flip(_pixels, 2)
    return (restoration.damage(_pixels, "jigsaw", 1.0, seed=0) * 255).round().astype(np.uint8)


def _own(pixels: np.ndarray, title: str) -> Group:
    images = Images(pixels, None, "", "test")
    key = f"own {hash(pixels.tobytes())}"
    return Group(images, key, np.arange(len(pixels)), title, own=True)


def models(normal: Normal) -> dict[str, tuple[Path, Card]]:
    """Autoencoders that saw exactly what is normal, by name: the shipped one, then the newest."""
    found = {}
    if normal.is_shipped:
        path = ONE_CLASS / f"{normal.classes[0]}.safetensors"
        if path.is_file():
            card = cache.card(path)
            found[card.name] = path, card
    paths = cache.checkpoints()
    for name, card in cache.cards().items():
        same = card.dataset == normal.dataset and card.classes == normal.classes
        if same and card.image_shape == normal.shape:
            found[name] = paths[name], card
    return found


def count_words(group: Group) -> str:
    """A group in a line: its title and how many images it has."""
    return f"{group.title} ({number(len(group.places))})"
