"""The step of a lesson that stands beside a screen: words, a question, and the way on.

In a narrow window, and as long as the screen isn't shown, it stands above.
"""

from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypedDict

import streamlit as st

from aecore.course import shelf
from aecore.course.chapter import Chapter
from aecore.messages import Problem
from browser import component
from classroom import room
from pages import SCREENS
from pages.course import answered
from pages.course.given import filled
from pages.course.opened import OWN_SCREEN, Opened, address_of, close, opened, screen_of
from ui.i18n import _, language

ABOVE, BESIDE = (Path(__file__).with_name(f"{name}.css") for name in ("panel", "beside"))
WANTED = "course-wanted"  # session: the address that is to be opened, and how many have been
SEEN = "course-seen"  # session: the step whose view came last after an answer, by its id


class Facts(TypedDict):
    """What the component that opens an address is told; see browser/course/open.js."""

    address: str
    nth: int


def show(screen: str) -> bool:
    """The open step, if there is one, with this screen; returns whether the screen is shown.

    It isn't where the step asks first, and not where the step is all there is to see.
    """
    here = opened()
    if here is None:
        return True
    _dress(ABOVE)
    with st.container(key="lesson"):
        _head(here)
        way = st.container()
        seen = _step(here) and _has_view(here, screen)
        if here.step.view and seen and screen_of(here.step) != screen:
            words, icon = _("To the view of this step"), ":material/visibility:"
            want = (here.chapter, here.number)
            way.button(words, key="lesson-view", icon=icon, on_click=_want, args=want)
    _open()
    shown = seen and not (screen == OWN_SCREEN and here.step.view is None)
    _dress(*[BESIDE] * shown)
    return shown


def _dress(*styles: Path) -> None:
    """An element in either case, or the last step's style would stay until the end of the run."""
    st.html(f"<style>{''.join(each.read_text(encoding='utf-8') for each in styles)}</style>")


def _head(here: Opened) -> None:
    """The step's title, and the ways to the others."""
    with st.container(
        key="lesson-head", horizontal=True, vertical_alignment="center", gap="xsmall"
    ):
        st.title(here.step.title, anchor=False)
        of = _("Step {n} of {all}").format(n=here.number, all=len(here.chapter.steps))
        st.html(f'<p class="lesson-place" title="{here.chapter.name}">{of}</p>', width="content")
        st.button(
            _("Back"),
            key="lesson-back",
            icon=":material/arrow_back:",
            disabled=here.number == 1,
            on_click=_want,
            args=(here.chapter, here.number - 1),
        )
        following = _chapter_after(here.chapter.name) if here.last else None
        if following is None:
            st.button(
                _("Next"),
                key="lesson-next",
                type="primary",
                icon=":material/arrow_forward:",
                disabled=here.last,
                on_click=_want,
                args=(here.chapter, here.number + 1),
            )
        else:  # of another key, so that a remote ends with its chapter
            st.button(
                _("Next chapter"),
                key="lesson-on",
                type="primary",
                icon=":material/arrow_forward:",
                on_click=_want,
                args=(following, 1),
            )
        st.button(
            _("Close"),
            key="lesson-close",
            icon=":material/close:",
            on_click=close,
        )


def _chapter_after(name: str) -> Chapter | None:
    """The next chapter that can be read."""
    for later in shelf.names():
        if later > name:
            with suppress(Problem):
                return shelf.chapter(later, language())
    return None


def _step(here: Opened) -> bool:
    """Words and question; returns whether the view may be seen."""
    step = here.step
    if step.question is None:
        st.markdown(filled(step.before))
        return True
    words, question = st.columns([4, 5]) if step.before else (None, st.container())
    if words is not None:
        with words:
            st.markdown(filled(step.before))
    with question:
        done = answered.ask(here.id, step.question)
        room.ask_button(here.id)
    if not done:
        st.session_state.pop(SEEN, None)
    if done and step.after:
        with st.container(key="lesson-after"):
            st.markdown(filled(step.after))
    return done or step.shown


def _has_view(here: Opened, screen: str) -> bool:
    """Whether the address shows the step's view; if it doesn't, that is opened.

    As long as a screen is hidden, the words of its address are dropped.
    """
    if here.step.shown or st.session_state.get(SEEN) == here.id:
        return True
    st.session_state[SEEN] = here.id
    words = here.step.view.words if here.step.view else {}
    if screen_of(here.step) != screen or all(word in st.query_params for word in words):
        return True
    _want(here.chapter, here.number)
    return False


def _want(chapter: Chapter, number: int) -> None:
    _address, nth = st.session_state.get(WANTED, ("", 0))
    st.session_state[WANTED] = address_of(chapter, number), nth + 1
    _forget(screen_of(chapter.steps[number - 1]))


def _forget(name: str) -> None:
    """What was chosen on a screen before: a view is what its address says and nothing else."""
    words = [word for screen in SCREENS if screen.name == name for word in screen.words]
    for key in map(str, st.session_state):
        if any(fnmatchcase(key, word) for word in (*words, "noise")):
            del st.session_state[key]


def _open() -> None:
    """Let the browser open the address that a button wants; the run after that it is there."""
    address, nth = st.session_state.get(WANTED, ("", 0))
    st.session_state[WANTED] = "", nth
    component("course/open")(key="lesson-open", data=Facts(address=address, nth=nth))
