"""A step's question: asked by the browser, judged here."""

import streamlit as st

from aecore import handwriting
from aecore.course.forms.drawing import Drawn
from aecore.course.question import Question
from aecore.messages import Problem
from classroom import questions, revealing
from pages.course.given import given
from ui import drawing
from ui.i18n import language, tell

KEY = "lesson-question"
PROGRESS = "lesson-progress"
DRAWN = "lesson-drawn"  # session: the last drawing that answered a question
BROWSER = "explorer-course"  # under which a browser keeps the answers


def ask(id: str, question: Question) -> bool:
    """Ask it; returns whether this visitor has answered."""
    answer, revealed = told(id), None
    if answer is not None:
        known = repr(question), language(), repr(answer), _own(question)
        try:
            revealed = _judged(*known, question, answer)
            if isinstance(question, Drawn):
                _keep_drawing(str(answer))
        except Problem as problem:
            st.warning(tell(problem))
            answer = None
    facts = questions.Facts(
        question=revealing.question_facts(question),
        revealed=revealed,
        keep=BROWSER,
        words=questions.words(),
    )
    questions.step(KEY, facts, on_answer_change=_heard, on_progress_change=_heard)
    return answer is not None


def told(id: str) -> object:
    """What the browser has told of the answer to the question of this id; None: nothing."""
    said = (st.session_state.get(KEY) or {}).get("answer")
    return said["value"] if said and said.get("id") == id else None


def progress() -> set[str]:
    """Which questions this browser has answered, by id; none until it has told."""
    facts = questions.Facts(question=None, revealed=None, keep=BROWSER, words=questions.words())
    questions.step(PROGRESS, facts, on_answer_change=_heard, on_progress_change=_heard)
    said = (st.session_state.get(PROGRESS) or {}).get("progress") or []
    return {one for one in said if isinstance(one, str)}


def _heard() -> None:
    """Streamlit hands over what a component tells only if somebody listens."""


def _keep_drawing(answer: str) -> None:
    """Make it the visitor's drawing, once: it may be drawn anew on the screen below."""
    if st.session_state.get(DRAWN) != answer:
        st.session_state[DRAWN] = answer
        drawing.take(handwriting.from_text(answer))


def _own(question: Question) -> str:
    """The visitor's drawing where it decides what is right."""
    return str(st.session_state.get(drawing.KEPT, "")) if question.needs_drawing else ""


# the same for everybody who answers the same; a slider of the screen below runs it again
@st.cache_data(max_entries=512, show_spinner=False)
def _judged(
    written: str, language: str, said: str, own: str, _question: Question, _answer: object
) -> questions.Revealed:
    """Raises Problem."""
    return revealing.revealed_facts(_question, _question.reveal(given(), _question.read(_answer)))
