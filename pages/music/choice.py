"""Which two melodies are the ends of the way, and how well the model copies melodies."""

from collections.abc import Sequence
from typing import TypedDict

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from aecore.checkpoint import Card
from aecore.data.music21_corpus import COLLECTIONS
from aecore.melodies import spelling
from aecore.melodies.shown import Shown
from aecore.messages import Problem
from pages.music import own_file
from ui import frame
from ui.controls import choose, count
from ui.i18n import _, number, percent, tell

TAPPED, FILE = "tapped", "file"  # in the address, where a collection would stand


class End(TypedDict):
    """A melody at an end of the way; browser/music/facts.js says what each is."""

    tune: int
    melody: str
    tapped: bool
    name: str


def choose_ends(shown: Shown) -> tuple[End, End]:
    """Melody A and melody B: shown ones, tapped or out of a file."""
    shares = [4, 4, 3]
    left, right, other = st.columns(shares, vertical_alignment="bottom")
    first, last = list(COLLECTIONS)[:2]
    file = {FILE: _("Own file")}
    with left:
        a = _source(_("Melody A from"), "from", {TAPPED: _("Tapped on keys")} | file, first)
    with right:
        b = _source(_("Melody B from"), "to", file, last)
    with other:
        seed = count(_("Other melodies"), "tunes", icon=":material/refresh:")
    own = [end for end, source in (("a", a), ("b", b)) if source == FILE]
    below: Sequence[DeltaGenerator | None] = (None, None)
    if own:
        below = st.columns([4, 7] if own == ["a"] else shares, vertical_alignment="center")
    ends = (
        _end(shown, "a", a, below[0], first, 2 * seed),
        _end(shown, "b", b, below[1], last, 2 * seed + 1),
    )
    for end in own:
        # beside the file where the other melody has none
        place = None if len(own) > 1 else below[1 if end == "a" else 0]
        if remarks := own_file.remarks(end):
            (place or st).caption(" ".join(remarks))
    return ends


def _source(label: str, word: str, more: dict[str, str], default: str) -> str:
    """Where a melody is from: a collection or ``more``."""
    titles = {name: _(each.title) for name, each in COLLECTIONS.items()} | more
    return choose(label, word, list(titles), titles.__getitem__, default=default)


def _end(
    shown: Shown,
    end: str,
    source: str,
    below: DeltaGenerator | None,
    default: str,
    seed: int,
) -> End:
    if source == TAPPED:
        return {"tune": -1, "melody": "", "tapped": True, "name": _("tapped")}
    before = f"music-shown-{end}"  # the collection that was looked at last
    if source == FILE and below is not None:
        with below:
            melody = own_file.choose_piece(end)
            readable = _readable(melody)
        if readable:
            name = own_file.title(end)
            return {"tune": -1, "melody": melody, "tapped": False, "name": name}
        source = st.session_state.get(before, default)
    st.session_state[before] = source
    name = _(COLLECTIONS[source].title)
    return {"tune": _one(shown, source, seed), "melody": "", "tapped": False, "name": name}


def _readable(melody: str) -> bool:
    """Whether there is a melody; says so where the address has a bad one."""
    try:
        return len(spelling.read(melody)) > 0
    except Problem as problem:
        st.warning(tell(problem))
        return False


def _one(shown: Shown, collection: str, seed: int) -> int:
    """A melody of that collection, another one for each seed."""
    places = np.flatnonzero(shown.collections == list(COLLECTIONS).index(collection))
    return int(np.random.default_rng(seed).permutation(places)[0])


def measured(card: Card) -> None:
    """What the model has been measured at, and what is heard here."""
    steps = card.metrics.get("steps")
    if steps is not None:
        frame.figures_row(
            {
                _("Sixteenths right, on melodies the model never saw"): percent(float(steps)),
                _("Numbers of a code"): number(card.latent_dim),
            }
        )
    st.caption(
        _(
            "All melodies but your own are decoded from codes, here and in what you save; the "
            "tunes themselves don't come with the app."
        )
    )
