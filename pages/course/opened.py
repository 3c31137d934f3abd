"""Which step of which chapter is open: in the address of every screen, and in the session.

The address wins wherever it says something; a visitor who goes to another screen by the
navigation loses it, and the session writes it back.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

import streamlit as st

from aecore.course import shelf
from aecore.course.chapter import Chapter, Step
from aecore.messages import Problem
from ui.i18n import language, tell

LESSON, STEP = "lesson", "step"  # ?lesson=03-bottleneck&step=2
KEPT = "course-opened"  # session: the chapter's name and the step, as the address has them
FIRST_SCREEN = "start"  # has no name in an address
OWN_SCREEN = "course"


@dataclass(frozen=True)
class Opened:
    """A step of a chapter, ``number`` from 1."""

    chapter: Chapter
    number: int

    @property
    def step(self) -> Step:
        """The step itself."""
        return self.chapter.steps[self.number - 1]

    @property
    def id(self) -> str:
        """What questions are called by."""
        return f"{self.chapter.name}/{self.number}"

    @property
    def last(self) -> bool:
        """Whether no other step follows."""
        return self.number == len(self.chapter.steps)


def is_open() -> bool:
    """Whether a lesson is open; said before anything is drawn."""
    return bool(st.query_params.get(LESSON)) or KEPT in st.session_state


def opened() -> Opened | None:
    """The step that stands above the screen; None: no lesson is open. Says what isn't there."""
    said = st.query_params.get(LESSON, ""), st.query_params.get(STEP, "")
    if said[0]:
        st.session_state[KEPT] = said
    name, number = st.session_state.get(KEPT, ("", ""))
    if not name:
        return None
    try:
        chapter = shelf.chapter(name, language())
    except Problem as problem:
        close()
        st.warning(tell(problem))
        return None
    wanted = int(number) if number.isdecimal() and len(number) < 5 else 1
    found = Opened(chapter, min(max(wanted, 1), len(chapter.steps)))
    st.session_state[KEPT] = name, str(found.number)
    for word, value in ((LESSON, name), (STEP, str(found.number))):
        if st.query_params.get(word) != value:
            st.query_params[word] = value
    return found


def close() -> None:
    """Close the lesson."""
    st.session_state.pop(KEPT, None)
    for word in (LESSON, STEP):
        st.query_params.pop(word, None)


def screen_of(step: Step) -> str:
    """The name of the screen that a step shows; one without a view is read on the course's own."""
    return OWN_SCREEN if step.view is None else step.view.screen or FIRST_SCREEN


def words_of(chapter: Chapter, number: int) -> dict[str, str]:
    """What the address of a step says."""
    view = chapter.steps[number - 1].view
    return {**(view.words if view else {}), LESSON: chapter.name, STEP: str(number)}


def address_of(chapter: Chapter, number: int) -> str:
    """The address of a step, below the app's own."""
    screen = screen_of(chapter.steps[number - 1])
    path = "" if screen == FIRST_SCREEN else screen
    return f"/{path}?{urlencode(words_of(chapter, number))}"
