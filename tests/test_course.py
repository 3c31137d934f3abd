"""Our chapters: nothing wrong in them, alike in all languages, each view and right answer there."""

import hashlib
import re
from functools import cache

import pytest
from apptest import complaints, opened

from aecore import checkpoint, handwriting
from aecore.course import shelf
from aecore.course.question import FORMS
from aecore.course.values import Given
from pages import SCREENS
from pages.course.opened import screen_of
from ui.i18n import LANGUAGES
from ui.screens import SHARED_WORDS

NAMES = sorted(path.name for path in shelf.OURS.iterdir() if path.is_dir())
TRANSLATED = [code for code in LANGUAGES if code != "en"]
BOTH = [(name, code) for name in NAMES for code in TRANSLATED]
STEPS = [
    (name, number)
    for name in NAMES
    for number, _step in enumerate(shelf.chapter(name, "en").steps, 1)
]


def raw(name: str, language: str) -> str:
    return (shelf.OURS / name / f"{language}.md").read_text("utf-8")


def figures(text: str) -> list[str]:
    return sorted(re.findall(r"\{[^{}\n]+:\.\d[f%]\}", text))


def test_nothing_is_wrong_in_them():
    files, faults = shelf.check(shelf.OURS)
    assert faults == [] and files == len(NAMES) * len(LANGUAGES)


@pytest.mark.parametrize("name", NAMES)
def test_a_chapter_asks_and_says_how_long_it_takes(name):
    chapter = shelf.chapter(name, "en")
    assert 10 <= chapter.minutes <= 15 and chapter.topics
    asked = [step for step in chapter.steps if step.question]
    assert len(asked) >= 4 and all(step.after for step in asked), "each question has its why"


def test_every_form_of_question_is_asked():
    asked = [shelf.chapter(name, "en").steps[n - 1].question for name, n in STEPS]
    assert {question.form for question in asked if question} == set(FORMS)


@pytest.mark.parametrize(("name", "language"), BOTH)
def test_a_translation_has_the_same_steps_views_questions_and_figures(name, language):
    ours, english = shelf.chapter(name, language), shelf.chapter(name, "en")
    assert (ours.minutes, ours.topics) == (english.minutes, english.topics)
    assert len(ours.steps) == len(english.steps)
    for one, other in zip(ours.steps, english.steps, strict=True):
        assert (one.view, one.shown) == (other.view, other.shown)
        assert bool(one.before) == bool(other.before) and bool(one.after) == bool(other.after)
        assert skeleton(one.question) == skeleton(other.question), one.title
    assert figures(raw(name, language)) == figures(raw(name, "en"))


def skeleton(question) -> object:
    """What of a question doesn't depend on its language."""
    if question is None:
        return None
    said = dict(vars(question))
    options = [(option.right, option.value) for option in said.pop("options", ())]
    return question.form, options, {k: v for k, v in said.items() if k not in ("ask", "unit", "by")}


@pytest.mark.parametrize(("name", "language"), BOTH)
def test_a_translation_was_made_from_the_english_of_today(name, language):
    digest = hashlib.sha256(raw(name, "en").encode()).hexdigest()[:6]
    first = raw(name, language).partition("\n")[0]
    assert first == f"<!-- en {digest} -->", (
        f"lessons/course/{name}/{language}.md was made from another English text ({first}). "
        f"Compare them and write <!-- en {digest} --> into its first line."
    )


@pytest.mark.parametrize(("name", "number"), STEPS)
def test_a_view_is_a_screen_that_knows_its_words(name, number):
    step = shelf.chapter(name, "en").steps[number - 1]
    screens = {screen.name: screen for screen in SCREENS}
    screen = screens[screen_of(step)]
    if step.view:
        known = [word.replace("*", ".*") for word in (*SHARED_WORDS, *screen.words)]
        unknown = [
            word for word in step.view.words if not any(re.fullmatch(each, word) for each in known)
        ]
        assert unknown == []


@pytest.fixture(scope="module")
def given(mnist_test):
    own = handwriting.image(handwriting.ready()[3])[None]
    return Given(cache(lambda path: checkpoint.load(path)[0]), lambda: mnist_test, own)


@pytest.mark.parametrize(("name", "number"), STEPS)
def test_what_is_right_is_there_and_can_be_answered(name, number, given):
    question = shelf.chapter(name, "en").steps[number - 1].question
    if question is None or question.form == "drawing":
        return
    right = question.reveal(given, None).right
    assert question.reveal(given, question.read(right)).verdict


# of the steps that show the same, one
VIEWS = {repr(shelf.chapter(name, "en").steps[n - 1].view): (name, n) for name, n in STEPS}


@pytest.mark.parametrize(("name", "number"), VIEWS.values())
def test_a_step_opens_on_its_screen_without_a_complaint(name, number, mnist_folder):
    step = shelf.chapter(name, "en").steps[number - 1]
    words = step.view.words if step.view else {}
    app = opened(screen_of(step), lesson=name, step=str(number), **words)
    assert complaints(app) == [] and app.title[0].value == step.title
