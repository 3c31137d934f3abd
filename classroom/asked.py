"""A question of the course as a class is asked it: found by its id, told and revealed to a page.

Outside of Streamlit's sessions: whoever calls says which language is spoken (ui/i18n.py).
"""

from ast import literal_eval
from functools import lru_cache
from typing import Any

from aecore import handwriting
from aecore.course import shelf
from aecore.course.question import Answer, Question
from aecore.course.values import Given, NoDrawing
from aecore.handwriting import MAX_TEXT
from aecore.messages import N_, Problem
from classroom import questions, revealing
from ui import cache, drawing
from ui.i18n import language

LONGEST_ID = 100


def asked(id: str) -> Question:
    """The question of a step, "CHAPTER/STEP", in the language that is spoken. Raises Problem."""
    question = shelf.find(id, language()).question
    if question is None:
        raise Problem(N_("There is no question in step {id} of the course."), id=id[:LONGEST_ID])
    return question


def facts(question: Question) -> questions.Question:
    """What a browser is told of it."""
    return revealing.question_facts(question)


def revealed(question: Question, answer: Answer | None, drawn: str = "") -> questions.Revealed:
    """What is right, and whether an answer is; ``drawn`` is the text of the visitor's drawing.

    A question about the visitor's own drawing is revealed to those without one, too: most often
    that is the teacher. Raises Problem.
    """
    return _revealed(question, language(), repr(answer), drawn if question.needs_drawing else "")


def drawing_in(said: Any) -> str:
    """The text of a drawing that a page said, "" for what is none."""
    if not isinstance(said, str) or len(said) > MAX_TEXT:
        return ""
    try:
        handwriting.from_text(said)
    except Problem:
        return ""
    return said


# half a class answers the same
@lru_cache(maxsize=256)
def _revealed(question: Question, spoken: str, said: str, drawn: str) -> questions.Revealed:
    answer = question.read(literal_eval(said)) if said != "None" else None
    made = handwriting.from_text(drawn)
    own = None if made.empty else drawing.pixels(made)
    given = Given(lambda path: cache.model(path)[0], cache.test_digits, own)
    try:
        return revealing.revealed_facts(question, question.reveal(given, answer))
    except NoDrawing:
        return revealing.without_drawing()
