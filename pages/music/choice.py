"""Which two melodies are the ends of the way, and how well the model copies melodies."""

import numpy as np
import streamlit as st

from aecore.checkpoint import Card
from aecore.data.music21_corpus import COLLECTIONS
from pages.music.tunes import Space
from ui import frame
from ui.controls import choose, count
from ui.i18n import _, number, percent


def choose_ends(space: Space) -> tuple[int, int]:
    """The places of melody A and melody B among those that are shown."""
    left, right, other = st.columns([4, 4, 3], vertical_alignment="bottom")
    names = list(COLLECTIONS)
    with left:
        first = _collection(_("Melody A from"), "from", names[0])
    with right:
        last = _collection(_("Melody B from"), "to", names[1])
    with other:
        seed = count(_("Other melodies"), "tunes", icon=":material/refresh:")
    return _one(space, first, 2 * seed), _one(space, last, 2 * seed + 1)


def _collection(label: str, name: str, default: str) -> str:
    return choose(
        label, name, list(COLLECTIONS), lambda each: _(COLLECTIONS[each].title), default=default
    )


def _one(space: Space, collection: str, seed: int) -> int:
    """A melody of that collection, another one for each seed."""
    places = np.flatnonzero(space.shown.collections == list(COLLECTIONS).index(collection))
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
            "All that is seen and heard here is decoded from codes; the melodies themselves don't "
            "come with the app."
        )
    )
