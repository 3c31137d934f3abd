"""The rolls of two melodies, the way between them, and the plane of all of them, to be heard."""

from typing import TypedDict

import streamlit as st

from aecore.data.music21_corpus import COLLECTIONS
from browser import component
from pages.music.tunes import Space
from ui import address
from ui.guard import guarded
from ui.i18n import _, language

KEY = "music"
TIMBRES = ("flute", "organ", "string", "bell")  # of browser/music/sound.js


class Words(TypedDict):
    """What the component says."""

    play: str
    stop: str
    loop: str
    tempo: str
    timbre: str
    timbres: dict[str, str]
    volume: str
    midi: str
    between: str
    way: str
    here: str
    at: str
    plane: str
    axes: tuple[str, str]
    near: str
    bar: str
    waiting: str
    failed: str


class Facts(TypedDict):
    """What the component is told; browser/music/music.js says what each is."""

    decoder: str
    codes: str
    ends: tuple[int, int]
    names: list[str]
    collections: list[int]
    between: float
    language: str
    words: Words


@st.fragment
@guarded()
def show(space: Space, ends: tuple[int, int]) -> None:
    """The component; where on the way people are stands in the address."""
    between = address.field("between")
    facts: Facts = {
        "decoder": space.decoder,
        "codes": space.codes,
        "ends": ends,
        "names": [_(each.title) for each in COLLECTIONS.values()],
        "collections": space.shown.collections.tolist(),
        "between": address.share(between),
        "language": language(),
        "words": _words(),
    }
    component("music/music")(key=KEY, data=facts, on_between_change=_keep)


def _keep() -> None:
    st.session_state["between"] = f"{address.share(str(st.session_state[KEY]['between'])):g}"


def _words() -> Words:
    return {
        "play": _("Play"),
        "stop": _("Stop"),
        "loop": _("again and again"),
        "tempo": _("Tempo, {n} a minute"),
        "timbre": _("Sound"),
        "timbres": dict(
            zip(TIMBRES, (_("Flute"), _("Organ"), _("String"), _("Bell")), strict=True)
        ),
        "volume": _("Volume"),
        "midi": _("Save as MIDI"),
        "between": _("From A to B"),
        "way": _("The way from A to B"),
        "here": _("Decoded between A and B, {share}"),
        "at": _("Decoded at the place ({x}, {y}) of the plane"),
        "plane": _("Codes of {n} melodies: the two directions in which they differ most"),
        "axes": (_("first direction"), _("second direction")),
        "near": _("nearest: {name}"),
        "bar": _("Bar {n}"),
        "waiting": _("Loading the model"),
        "failed": _("The model did not arrive. Reload the page."),
    }
