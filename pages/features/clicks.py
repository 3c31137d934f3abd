"""Ten clicks: groups found without labels, named by the visitor, and what that is worth."""

import zlib
from typing import TypedDict

import numpy as np
import streamlit as st

from aecore import clustering
from aecore.clustering import GROUPS, NAMELESS
from aecore.data import Images, dataset
from aecore.groups_file import BEST, TEST, WAYS, Groups
from aecore.map_file import in_16_bits
from browser import component, pack, served, without_server
from pages.features import records
from ui import address, cache, charts, frame, images, saving
from ui.controls import choose, count
from ui.guard import guarded
from ui.i18n import _, language, ngettext, number, percent

KEY = "groups"
NAMES = "few_names"  # address: WAY~0-23…, a letter for each group
LETTER = "-"  # for a group without a name
SHOWN = 18  # images of a group
WRONG = 12  # images whose group has another name


class Facts(TypedDict):
    """What the component is told; browser/features/facts.js says what each is."""

    groups: str
    named: tuple[int, str]
    classes: list[str]
    colours: list[str]
    inks: list[str]
    way: str
    counts: list[list[int]]
    language: str
    words: dict[str, str]


def show() -> None:
    """The groups to be named, figures that follow, and the table of all ways."""
    digits = cache.test_digits()
    found = records.groups()
    left, middle, right = st.columns([5, 3, 3], vertical_alignment="bottom")
    with left:
        way = choose(_("Groups found on"), "few_by", list(WAYS), records.groups_title, default=BEST)
    with middle:
        seed = count(_("Other images"), "few_more", icon=":material/refresh:")
    with right:
        icon = ":material/restart_alt:"
        st.button(_("Start over"), width="stretch", icon=icon, on_click=_keep, args=(way, ""))
    content = _packed(way, seed, digits.decoded, found, digits)
    _naming(way, served(content, f"{KEY} {way} {seed}"), digits)
    labels, groups = cache.shipped_map().labels.tolist(), found.of(way).tolist()
    heads, rows = ("image", "group", "class"), list(zip(range(TEST), groups, labels, strict=True))
    saving.offer("features", saving.table("groups", _("Groups"), heads, lambda: rows))


def _check_address() -> None:
    """Say so where the address has names that are none."""
    pairs = _pairs(address.field(NAMES))
    if set(pairs) - set(WAYS) or not all(_good(text) for text in pairs.values()):
        words = _("The names in the address are no names of {n} groups; name them anew.")
        st.warning(words.format(n=GROUPS))


def _names(way: str) -> np.ndarray:
    """The names (GROUPS,) of the groups of this way so far; NAMELESS for none."""
    text = _pairs(st.session_state.get(NAMES, "")).get(way, "")
    letters = text if _good(text) else LETTER * GROUPS
    return np.array([NAMELESS if letter == LETTER else int(letter) for letter in letters])


def _good(text: str) -> bool:
    """Whether it has a name, or none, for each group."""
    return len(text) == GROUPS and set(text) <= set("0123456789" + LETTER)


def _keep(way: str, text: str) -> None:
    """Keep the names of the groups of this way in the address; "" for none."""
    pairs = _pairs(st.session_state.get(NAMES, ""))
    pairs = {known: each for known, each in pairs.items() if known in WAYS and _good(each)}
    pairs = {**pairs, way: text} if text else {k: v for k, v in pairs.items() if k != way}
    st.session_state[NAMES] = address.SEPARATOR.join(
        part for pair in pairs.items() for part in pair
    )


def _pairs(value: str) -> dict[str, str]:
    """Names by way, as the address has them: ``map-mixture~0-23…~pixels-kmeans~…``."""
    parts = value.split(address.SEPARATOR) if value else []
    return dict(zip(parts[::2], [*parts[1::2], ""], strict=False))


def _text(names: np.ndarray) -> str:
    return "".join(LETTER if name == NAMELESS else str(name) for name in names.tolist())


@st.cache_data(max_entries=32, show_spinner=False)
def _packed(way: str, seed: int, decoded: bool, _found: Groups, _digits: Images) -> bytes:
    """Places, groups and images of each group, for the component."""
    groups = _found.of(way)
    order = np.random.default_rng(seed).permutation(TEST)
    chosen = [order[groups[order] == group][:SHOWN] for group in range(GROUPS)]
    pictures = np.zeros((GROUPS, SHOWN, *_digits.shape[1:]), np.uint8)
    for group, places in enumerate(chosen):
        pictures[group, : len(places)] = _digits.pixels[places, 0]
    places = in_16_bits(_found.positions[:TEST])
    return zlib.compress(pack(None, places=places, groups=groups, pictures=pictures), 6)


@st.fragment
@guarded()
def _naming(way: str, content: str, digits: Images) -> None:
    """The map and the images, and what the names are worth."""
    _check_address()
    names = _names(way)
    classes = dataset(cache.MNIST).classes

    @guarded()
    def keep() -> None:
        said_of, text = _said()
        if said_of in WAYS and _good(text):
            _keep(said_of, text)

    facts: Facts = {
        "groups": content,
        "named": _news(way, _text(names)),
        "classes": [_(name) for name in classes],
        "colours": list(charts.CLASS_COLOURS),
        "inks": [charts.ink_on(colour) for colour in charts.CLASS_COLOURS],
        "way": way,
        "counts": _counts(way).tolist() if without_server() else [],
        "language": language(),
        "words": _words(),
    }
    component("features/groups")(key=KEY, data=facts, on_names_change=keep)
    if without_server():  # the component says what the names are worth
        return
    _figures(way, names)
    _mistakes(way, names, digits)


def _said() -> tuple[str, str]:
    """What the browser has said last: a way and the names of its groups."""
    said = (st.session_state.get(KEY) or {}).get("names") or ""
    way, _mark, text = str(said).partition(address.SEPARATOR)
    return way, text


def _news(way: str, text: str) -> tuple[int, str]:
    """What the browser is told of the names: a count and a text.

    They change only when the names came from elsewhere, as from a link: what the browser itself
    has said it knows, and an answer that is late would undo what was named since.
    """
    count, *told = st.session_state.get(f"{KEY}-told", (0, "", ""))
    said = _said()
    known = said if said[0] == way == told[0] else tuple(told)
    if known != (way, text):
        count, told = count + 1, [way, text]
        st.session_state[f"{KEY}-told"] = (count, way, text)
    return count, told[1]


def _figures(way: str, names: np.ndarray) -> None:
    """What the names are worth: on the 10,000 test digits and on all 70,000."""
    counts, found = _counts(way), records.groups()
    named = int((names != NAMELESS).sum())
    right = clustering.named_right(counts, names)
    words = _("{share} of the {n} test digits").format(share=percent(right, 1), n=number(TEST))
    everybody = _("{share} of all 70,000").format(
        share=percent(clustering.named_right(found.counts(way), names), 1)
    )
    simple = records.mean("pixels/logistic", 10)
    frame.figures_row(
        {
            _("Named"): ngettext("{k} of {n} group", "{k} of {n} groups", GROUPS).format(
                k=named, n=GROUPS
            ),
            _("Named right"): (words, everybody),
            _("Ten labels and logistic regression on pixels"): percent(simple, 1),
        }
    )


def _counts(way: str) -> np.ndarray:
    """How many test digits of each group (row) are of each class (column)."""
    labels = cache.shipped_map().labels
    return clustering.counted(records.groups().of(way), labels, (GROUPS, 10))


def _mistakes(way: str, names: np.ndarray, digits: Images) -> None:
    """Digits whose group has another name than their class."""
    labels = cache.shipped_map().labels.astype(np.int64)
    said = names[records.groups().of(way)]
    wrong = np.flatnonzero((said != NAMELESS) & (said != labels))
    if not len(wrong):
        return
    few = np.random.default_rng(0).permutation(wrong)[:WRONG]
    caption = _("{label}, not {name}")
    pictures = [
        images.picture(
            digits.pixels[i], f"{_('Image')} {i}", caption.format(label=labels[i], name=said[i])
        )
        for i in few.tolist()
    ]
    title = ngettext("{n} digit is named wrong", "{n} digits are named wrong", len(wrong))
    st.markdown(f"**{title.format(n=number(len(wrong)))}**")
    images.show(images.gallery(pictures))


def table() -> None:
    """All ways to find groups, the best first."""
    st.markdown(_("**Groups of all 70,000 digits, found without a label, with the best names**"))
    st.caption(
        _(
            "On pixels the Gaussians have variances only: with all covariances each would have "
            "307,720 numbers."
        )
    )
    frame.table(
        [_("Groups found on"), _("Accuracy"), "ARI", "NMI"],
        [
            [
                records.groups_title(way),
                percent(records.scores(way)["accuracy"], 1),
                number(records.scores(way)["ari"], 3),
                number(records.scores(way)["nmi"], 3),
            ]
            for way in records.ways_by_accuracy()
        ],
    )


def _words() -> dict[str, str]:
    return {
        "map": _(
            "Map of the test digits: a click opens a group, arrow keys go from one to the next"
        ),
        "group": _("Group {k} of {n}: what are these?"),
        "named": _("Group {k} of {n}, named {name}"),
        "question": _("Its name, with a click or a key:"),
        "pictures": _("{n} images of this group, drawn at random"),
        "left": _("{n} without a name"),
        "all": _("All have a name."),
        "right": _("Named right: {share} of the {n} test digits"),
        "failed": _("The images did not arrive. Reload the page."),
    }
