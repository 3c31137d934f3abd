"""The rolls of two melodies, the way between them, and the plane of all of them, to be heard."""

import math
from functools import partial
from typing import TypedDict

import streamlit as st

from aecore.data.music21_corpus import COLLECTIONS
from aecore.melodies import spelling
from aecore.messages import Problem
from browser import component
from pages.music.choice import End
from pages.music.tunes import Space
from ui import address
from ui.guard import guarded
from ui.i18n import _, language, tell

KEY = "music"
TIMBRES = ("flute", "organ", "string", "bell")  # of browser/music/sound.js
DOING = ("walk", "tap", "damage", "push")  # panels of browser/music/music.js
# what the component tells, and the address's word for it
STATES = {
    "between": "between",
    "place": "place",
    "doing": "doing",
    "tapped": "tapped",
    "damage": "broken",
    "push": "more",
}
TAPPED = "music-tapped"  # session: the same as in the address, beyond this screen
NUMBERS = ("place", "damage", "push")  # several of them
STRENGTH = 0.3  # of the damage, at first
SEEDS = 10**6


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
    hear: str
    between: str
    way: str
    here: str
    at: str
    plane: str
    axes: tuple[str, str]
    near: str
    nearest: str
    copied: str
    bar: str
    notes: list[str]
    doing: str
    panels: dict[str, str]
    keys: str
    length: str
    lengths: list[str]
    rest: str
    hold: str
    undo: str
    clear: str
    step: str
    full: str
    strength: str
    again: str
    damaged: str
    restored: str
    kept: str
    properties: dict[str, str]
    back: str
    andPushed: str
    pushed: str
    waiting: str
    failed: str


class Facts(TypedDict):
    """What the component is told; browser/music/facts.js says what each is."""

    decoder: str
    encoder: str
    mender: tuple[str, str]
    codes: str
    ends: tuple[End, End]
    names: list[str]
    collections: list[int]
    between: float
    place: tuple[float, float] | None
    doing: str
    tapped: str
    damage: tuple[float, int]
    push: tuple[float, float, float]
    language: str
    words: Words


@st.fragment
@guarded()
def show(space: Space, ends: tuple[End, End]) -> None:
    """The component; where people are and what they tapped stands in the address."""
    told = {word: address.field(word) for word in ("between", "place", "doing", "broken", "more")}
    place, (x, y, z) = _numbers(told["place"], 2), _numbers(told["more"], 3) or (0.0, 0.0, 0.0)
    strength, seed = _numbers(told["broken"], 2) or (STRENGTH, 0.0)
    facts: Facts = {
        "decoder": space.decoder,
        "encoder": space.encoder,
        "mender": space.mender,
        "codes": space.codes,
        "ends": ends,
        "names": [_(each.title) for each in COLLECTIONS.values()],
        "collections": space.shown.collections.tolist(),
        "between": address.share(told["between"]),
        "place": (place[0], place[1]) if place else None,
        "doing": told["doing"]
        if told["doing"] in DOING
        else ("tap" if ends[0]["tapped"] else "walk"),
        "tapped": _tapped(),
        "damage": (min(1.0, max(0.0, strength)), round(abs(seed)) % SEEDS),
        "push": (x, y, z),
        "language": language(),
        "words": _words(),
    }
    changes = {f"on_{name}_change": partial(_keep, name) for name in STATES}
    component("music/music")(key=KEY, data=facts, **changes)


def _tapped() -> str:
    """The melody that was tapped, if it can be read: what the address says, or else the session,
    which keeps it while people look at other screens."""
    if not st.session_state.get("tapped") and "tapped" not in st.query_params:
        st.session_state["tapped"] = st.session_state.get(TAPPED, "")
    word = address.field("tapped")
    try:
        spelling.read(word)
    except Problem as problem:
        st.warning(tell(problem))
        return ""
    return word


def _numbers(word: str, count: int) -> tuple[float, ...] | None:
    """So many numbers that a word says, such as 0.5~-1; None for anything else."""
    try:
        found = tuple(float(part) for part in word.split(address.SEPARATOR))
    except ValueError:
        return None
    good = len(found) == count and all(math.isfinite(one) and abs(one) < SEEDS for one in found)
    return found if good else None


def _keep(name: str) -> None:
    """Write what the component has told into the address's word for it."""
    value = st.session_state[KEY][name]
    if name in NUMBERS:
        value = address.SEPARATOR.join(f"{float(one):g}" for one in value or ())
    elif name == "between":
        value = f"{address.share(str(value)):g}"
    st.session_state[STATES[name]] = str(value or "")
    if name == "tapped":
        st.session_state[TAPPED] = st.session_state["tapped"]


def _words() -> Words:
    lengths = (_("a sixteenth"), _("an eighth"), _("a quarter"), _("a half"))
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
        "hear": _("Hear: {name}"),
        "between": _("From A to B"),
        "way": _("The way from A to B"),
        "here": _("Decoded between A and B, {share}"),
        "at": _("Decoded at the place ({x}, {y}) of the plane"),
        "plane": _("Codes of {n} melodies: the two directions in which they differ most"),
        "axes": (_("first direction"), _("second direction")),
        "near": _("nearest: {name}"),
        "nearest": _("The melody nearest to the pointer: {name}"),
        "copied": _("{right}/{steps} come back"),
        "bar": _("Bar {n}"),
        "notes": _("C C♯ D D♯ E F F♯ G G♯ A A♯ B").split(),
        "doing": _("What to do"),
        "panels": dict(zip(DOING, (_("Walk"), _("Tap"), _("Damage"), _("Push")), strict=True)),
        "keys": _("Keys, also those of the computer"),
        "length": _("A key writes"),
        "lengths": list(lengths),
        "rest": _("Rest"),
        "hold": _("Longer"),
        "undo": _("Undo"),
        "clear": _("Clear"),
        "step": _("Step {n} of {steps}"),
        "full": _("All {steps} steps are written"),
        "strength": _("Notes hit: {share}"),
        "again": _("Other damage"),
        "damaged": _("Damaged"),
        "restored": _("Mended melody"),
        "kept": _("Notes right: {damaged} of {notes}; mended {restored}"),
        "properties": {
            "notes": _("More notes"),
            "height": _("Higher"),
            "syncopation": _("More syncopated"),
        },
        "back": _("Back to 0"),
        "andPushed": _("pushed"),
        "pushed": _("Notes, mean pitch and syncopated notes: before → after"),
        "waiting": _("Loading the model"),
        "failed": _("The model did not arrive. Reload the page."),
    }
