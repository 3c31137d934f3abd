"""What a screen says of itself to the others; its folder in ``pages`` is a room of its own.

``pages/NAME/__init__.py`` holds ``SCREEN``, ``pages/__init__.py`` all of them in order. From that
follow the navigation, the links to a model, a run and a drawing, the tables of the tests, the
pictures of the README and the benchmark of the server. Nothing heavy is imported for it: the first
visitor of a server waits for all of it.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from aecore.checkpoint import Card
from aecore.messages import N_
from ui.i18n import _

PAGES = Path(__file__).resolve().parent.parent / "pages"
# address words that mean the same on every screen: the language, the visitor's drawing, how strong
# the noise is, which step of which lesson stands above, and whether it is shown to a room
SHARED_WORDS = ("lang", "drawing", "noise", "lesson", "step", "present")
OWN = "own-"  # in the address before the name of kept pictures
CHAPTERS = {"see": N_("See"), "touch": N_("Touch"), "use": N_("Use"), "make": N_("Make")}

Address = Mapping[str, str]
"""What an address says: its words and their values."""


@dataclass(frozen=True)
class Gesture:
    """What a visitor moves most: the key of its widget, and that widget's value at the n-th move,
    another one each time. A float is a slider's, a dict what a component tells. ``redrawn``: the
    server draws other pictures for it; else the browser has drawn them."""

    widget: str
    value: Callable[[int], float | dict[str, object]]
    redrawn: bool = True


@dataclass(frozen=True)
class Parts:
    """What a screen shows one of: the address word that says which, what people call that choice,
    and the title of each by its value; both marked for translation."""

    word: str
    title: str
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Screen:
    """A screen: ``name`` is its folder in ``pages`` and its address, ``/name``; the first is ``/``.

    ``title`` stands in the navigation and is marked for translation; the words of its lesson lie in
    ``lessons/NAME``. ``chapter`` is a key of CHAPTERS.
    """

    name: str
    title: str
    icon: str
    chapter: str
    model: str = ""
    """The address word by which it takes a model; "": it takes none."""
    takes: Callable[[Card], bool] = lambda card: True
    """Which models it takes, by their card."""
    run: str = ""
    """The address word by which it takes a run."""
    pictures: str = ""
    """The address word by which it takes pictures of one's own to train on."""
    drawing: Address | None = None
    """What else its address says to show the visitor's drawing; None: it can't show one."""
    draws: bool = False
    """Whether drawings are made here."""
    words: tuple[str, ...] = ()
    """The address words it owns, beside SHARED_WORDS; ``*`` stands for any letters."""
    formerly: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Words of older links: how each is called now, and which values (a regular expression) were
    meant for this screen. Links handed out stay good."""
    published: bool = False
    """Whether its first view is worth something without a server."""
    parts: Parts | None = None
    """Its parts that are published, each as a page; None: it has no others than its first view."""
    view: Address = field(default_factory=dict)
    """A good first view: for the README's picture and for measuring."""
    gesture: Gesture | None = None

    @property
    def file(self) -> Path:
        """The page's script."""
        return PAGES / self.name / "page.py"

    def link(self, words: str | None = None, address: Address | None = None) -> None:
        """A link to it, with its title or other words; ``address`` is what the link says."""
        label = _(self.title) if words is None else words
        st.page_link(self.file, label=label, icon=self.icon, query_params=dict(address or {}))


def showing_model(screens: Iterable[Screen], name: str, card: Card) -> list[tuple[Screen, Address]]:
    """The screens that take a model of this card, each with what its address says to show it."""
    return [(one, {one.model: name}) for one in screens if one.model and one.takes(card)]


def showing_run(screens: Iterable[Screen], name: str) -> list[tuple[Screen, Address]]:
    """The screens that show a run, each with what its address says."""
    return [(one, {one.run: name}) for one in screens if one.run]


def training_on(screens: Iterable[Screen], name: str) -> list[tuple[Screen, Address]]:
    """The screens that train on kept pictures of that name, each with what its address says."""
    return [(one, {one.pictures: f"{OWN}{name}"}) for one in screens if one.pictures]


def showing_drawing(screens: Iterable[Screen]) -> list[tuple[Screen, Address]]:
    """The screens that show the visitor's drawing, each with what its address says."""
    return [(one, one.drawing) for one in screens if one.drawing is not None]


def by_chapter(screens: Iterable[Screen]) -> dict[str, list[Screen]]:
    """The screens of each chapter by its name for people, both in order."""
    found: dict[str, list[Screen]] = {}
    for screen in screens:
        found.setdefault(_(CHAPTERS[screen.chapter]), []).append(screen)
    return found


def navigation(screens: Sequence[Screen]) -> StreamlitPage:
    """Draw the navigation in the session's language; returns the page that is to be run."""
    pages = {
        screen.name: st.Page(
            screen.file,
            title=_(screen.title),
            icon=screen.icon,
            url_path="" if screen is screens[0] else screen.name,
            default=screen is screens[0],
        )
        for screen in screens
    }
    # by chapter would be Streamlit's sections, whose lists screen readers can't follow (axe: list,
    # listitem); the chapters stand on Start
    opened = st.navigation(list(pages.values()), expanded=True)
    for screen in screens:
        if pages[screen.name] is opened:
            _take_older_link(screen)
    return opened


def _take_older_link(screen: Screen) -> None:
    """Let a link that was handed out when a word had another name still show what it showed."""
    for old, (new, meant) in screen.formerly.items():
        value = st.query_params.get(old, "")
        if re.fullmatch(meant, value):
            del st.query_params[old]
            st.session_state[new] = value
