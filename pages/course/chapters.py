"""The list of chapters, and how far this visitor has come."""

from collections.abc import Set

import streamlit as st

from aecore import ownership
from aecore.course import shelf
from aecore.course.chapter import Chapter
from aecore.messages import Problem
from pages import SCREENS
from pages.course import answered
from pages.course.opened import screen_of, words_of
from ui.i18n import _, language, number, tell

FILES = {screen.name: screen.file for screen in SCREENS}


def show() -> None:
    """All chapters in order, each with a link to its first step."""
    chapters = st.container(key="chapters", gap=None)
    done = answered.progress()
    with chapters:
        for name in shelf.names():
            try:
                chapter = shelf.chapter(name, language())
            except Problem as problem:
                st.caption(f"{name}: {tell(problem)}")
                continue
            _row(chapter, done)


def _row(chapter: Chapter, done: Set[str]) -> None:
    asked = {step.question.id for step in chapter.steps if step.question}
    title, facts, sheet = st.columns([5, 2.8, 4.2], vertical_alignment="center")
    with title:
        st.page_link(
            FILES[screen_of(chapter.steps[0])],
            label=f"**{chapter.title}**",
            icon=":material/check_circle:" if asked and asked <= done else ":material/menu_book:",
            query_params=words_of(chapter, 1),
        )
    words = [_("{n} min").format(n=number(chapter.minutes))] if chapter.minutes else []
    if asked:
        words.append(_("{n} of {all} answered").format(n=len(asked & done), all=len(asked)))
    facts.caption(" · ".join(words))
    with sheet, st.container(horizontal=True, gap="small"):
        st.page_link(
            FILES["course"],
            label=_("To print"),
            icon=":material/print:",
            query_params={"print": chapter.name},
        )
        visitor = ownership.acting()
        if visitor is None or visitor.teacher:
            st.page_link(
                FILES["course"],
                label=_("With answers"),
                query_params={"print": chapter.name, "answers": "1"},
            )
