"""The drawings as small images over the codes of all test digits; new ones appear by themselves."""

from functools import lru_cache
from typing import TypedDict

import streamlit as st

from aecore import handwriting
from aecore.asking import wall
from aecore.asking.wall import Hung
from aecore.course.values import Given, on_map
from browser import component
from classroom.questions import Picture
from classroom.revealing import picture
from classroom.wall import class_file
from ui import cache, drawing, images
from ui.guard import guarded
from ui.i18n import _, number

PLANE = "vae-2"
MODELS = (PLANE, "deep-32")  # the plane's, and the one whose codes the map shows
KEY = "class-wall"

Pair = tuple[float, float]


class Drawn(TypedDict):
    """A drawing: its image, and where it lies on plane and map."""

    id: int
    src: str
    plane: Pair
    map: Pair


class Facts(TypedDict):
    """What the component is told; see browser/wall/wall.js."""

    teacher: bool
    plane: Picture
    map: Picture
    drawings: list[Drawn]
    said: str
    words: dict[str, str]


@st.fragment
@guarded()
def show(teacher: bool) -> None:
    """The wall; a change there, told by the class's events, runs only this again."""
    hung = wall.hung(class_file())
    facts = Facts(
        teacher=teacher,
        plane=picture(PLANE),
        map=picture(""),
        drawings=[_drawn(one) for one in hung],
        said=_("Drawings: {n}").format(n=number(len(hung))),
        words=_words(),
    )
    component("wall/wall")(
        key=KEY,
        data=facts,
        on_news_change=lambda: None,
        on_hidden_change=guarded()(lambda: _hide(teacher)),
    )


@lru_cache(maxsize=2 * wall.MOST)
def _drawn(hung: Hung) -> Drawn:
    pixels = drawing.pixels(handwriting.from_text(hung.drawing))
    given = Given(lambda path: cache.model(path)[0], cache.test_digits, pixels)
    across, up = given.codes(PLANE, pixels[None])[0].tolist()
    return Drawn(
        id=hung.id,
        src=images.png_uri(pixels),
        plane=(across, up),
        map=on_map(given, pixels[None]),
    )


def _hide(teacher: bool) -> None:
    chosen = st.session_state[KEY].get("hidden")
    if teacher and isinstance(chosen, int):
        wall.hide(class_file(), chosen)


def _words() -> dict[str, str]:
    return {
        "plane": _("Plane of {name}").format(name=PLANE),
        "map": _("t-SNE map of {name}").format(name=MODELS[1]),
        "drawing": _("Drawing {n}"),
        "hide": _("Hide drawing {n}"),
        "empty": _("Nothing hangs here yet. Draw a digit on Sketch and put it on the wall."),
    }
