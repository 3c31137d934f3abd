"""A chapter on paper: questions, pictures and space for answers; or with the answers.

On a page without a server it is the same, and the answers are folded.
"""

from html import escape
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
import streamlit as st

from aecore import checkpoint, ownership
from aecore.course import shelf
from aecore.course.chapter import Step, View
from aecore.course.question import Question
from aecore.messages import Problem
from browser import without_server
from classroom import revealing
from pages import SCREENS
from pages.course.given import filled, given
from pages.course.opened import address_of, screen_of
from ui import address, cache, coder, images
from ui.i18n import _, decimal, language, tell

STYLE = Path(__file__).with_name("printed.css")
EXAMPLES = 8  # digits in a row
MOST_MODELS = 2  # whose reconstructions are shown
SHAPE = (1, 28, 28)


def show(name: str, answers: bool) -> None:
    """The chapter of that name, to be printed by the browser."""
    st.html(f"<style>{STYLE.read_text(encoding='utf-8')}</style>")
    visitor = ownership.acting()
    if answers and visitor is not None and not visitor.teacher:
        st.info(_("The answers are the teacher's. Here is the sheet without them."))
        answers = False
    try:
        chapter = shelf.chapter(name, language())
    except Problem as problem:
        st.warning(tell(problem))
        return
    with st.container(key="sheet"):
        st.caption(_("Print it with your browser: Ctrl+P, on a Mac ⌘P."))
        (st.title if without_server() else st.header)(chapter.title, anchor=False)
        for number, step in enumerate(chapter.steps, 1):
            with st.container(key=f"sheet-{number}"):
                _step(number, step, address_of(chapter, number), answers)


def _step(number: int, step: Step, link: str, answers: bool) -> None:
    if number > 1:
        st.subheader(f"{number}. {step.title}", anchor=False)
    if step.before:
        st.markdown(filled(step.before))
    if step.view is not None and (step.shown or answers):
        _examples(step.view)
    if step.view is not None:
        where = escape(_("On the screen: {address}").format(address=link))
        if without_server():  # a link where that screen is published, too; no address of the app
            name = screen_of(step)
            title = next(_(screen.title) for screen in SCREENS if screen.name == name)
            asked = escape(urlencode(step.view.words))
            where = f'<a href="/{name}?{asked}">{escape(title)}</a>'
        st.html(f'<p class="sheet-link">{where}</p>')
    if step.question is None:
        return
    st.markdown(f"**{step.question.ask}**")
    if answers:
        _answer(step, step.question)
        return
    st.html(_form(step.question, None))
    if without_server():
        with st.expander(_("Answer")):
            if step.view is not None and not step.shown:
                _examples(step.view)
            _answer(step, step.question)
    else:
        st.html('<div class="sheet-lines"></div>')


def _answer(step: Step, question: Question) -> None:
    """What is right, and why."""
    revealed = None
    try:
        revealed = revealing.revealed_facts(question, question.reveal(given(), None))
    except Problem as problem:  # such as: there is no drawing
        st.caption(tell(problem))
    if revealed is not None and revealed["right"] is not None:
        st.html(_form(question, revealed))
    if step.after:
        st.markdown(filled(step.after))


def _form(question: Question, revealed: revealing.Revealed | None) -> str:
    """Where an answer is written; with ``revealed`` what is right."""
    facts = revealing.question_facts(question)
    right = revealed["right"] if revealed else None
    values = revealed["values"] if revealed else []
    match question.form:
        case "choose":
            marks = ["☒" if isinstance(right, list) and i in right else "☐" for i in range(9)]
            return _options(facts["options"], marks, values)
        case "order":
            marks = ["____"] * len(facts["options"])
            if isinstance(right, list):
                marks = [f"{right.index(place) + 1}." for place in range(len(right))]
            return _options(facts["options"], marks, values)
        case "number":
            unit, low, high = facts["unit"], decimal(facts["from"]), decimal(facts["to"])
            said = revealing.significant(right) if isinstance(right, float) else "________"
            line = f'<div class="sheet-scale"><span>{low}</span><i></i><span>{high}</span></div>'
            return f"<p><b>{escape(said)}</b> {escape(unit)}</p>{line}"
        case "point" if facts["picture"]:
            picture = facts["picture"]
            mark = ""
            if isinstance(right, list):
                left, lower, far, upper = picture["box"]
                x, y = (right[0] - left) / (far - left), (upper - right[1]) / (upper - lower)
                mark = f'<i style="left: {100 * x:.1f}%; top: {100 * y:.1f}%">✕</i>'
            alt = escape(_("All test digits as points"))
            return f'<div class="sheet-place"><img src="{picture["src"]}" alt="{alt}">{mark}</div>'
        case _:
            wanted = "" if right is None else escape(str(right))
            return f'<div class="sheet-box">{wanted}</div>'


def _options(options: list[str], marks: list[str], values: list[str]) -> str:
    rows = []
    for place, words in enumerate(options):
        value = f" <b>{escape(values[place])}</b>" if values else ""
        rows.append(f"<li>{marks[place]} {escape(words)}{value}</li>")
    return f'<ul class="sheet-options">{"".join(rows)}</ul>'


def _examples(view: View) -> None:
    """Some digits, and what the models that a view names make of them."""
    known = checkpoint.shipped()
    named = [name for words in view.words.values() for name in words.split(address.SEPARATOR)]
    models = [
        name
        for name in dict.fromkeys(named)
        if name in known and cache.card(known[name]).image_shape == SHAPE
    ][:MOST_MODELS]
    if not models:
        return
    digits = cache.test_digits().pixels[:EXAMPLES]
    rows = [(_("Decoded") if cache.test_digits().decoded else _("Original"), digits)]
    rows += [(name, _back(name, digits)) for name in models]
    images.show(images.strip([_row(title, row) for title, row in rows]))


def _row(title: str, pixels: np.ndarray) -> images.Row:
    shown = [images.picture(image, f"{title} {n}") for n, image in enumerate(pixels, 1)]
    return images.Row(title, shown)


def _back(name: str, digits: np.ndarray) -> np.ndarray:
    return coder.of_model(name, checkpoint.shipped()[name]).reconstruct(digits)
