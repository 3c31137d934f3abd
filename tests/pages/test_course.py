"""Course: the list of chapters, a step above a screen, and a chapter on paper."""

import pytest
from apptest import click, complaints, on_screen, opened, words

from aecore import ownership
from aecore.course import shelf
from aecore.handwriting import Drawing
from aecore.ownership import Visitor
from pages.course import answered
from pages.course.opened import KEPT
from ui import drawing

CHAPTER = """# Small codes
minutes: 5

Look first: {deep-32.mse:.4f}.

view: /reconstruct?models=deep-32

## How small?

Think.

```question
form: number
ask: How large is the error?
right: {deep-32.mse}
tolerance: 10%
from: 0
to: 0.01
```

It is small.

view: /plane?plane=vae-2

## Only words

Nothing to see.

## Where?

```question
form: point
ask: Where does a 7 land?
on: plane vae-2
right: {place vae-2 class-7}
within: 1
```
"""


@pytest.fixture(autouse=True)
def chapter(tmp_path, monkeypatch):
    path = tmp_path / "lessons" / "course" / "99-own" / "en.md"
    path.parent.mkdir(parents=True)
    path.write_text(CHAPTER, "utf-8")
    monkeypatch.setenv("AECORE_LESSONS_DIR", str(tmp_path / "lessons"))
    return path


def titles(app) -> list[str]:
    return [title.value for title in app.title]


def panel(app) -> list[str]:
    """What the open step says, its buttons among it."""
    return [button.label for button in app.button if button.key and "lesson" in button.key]


def answer(monkeypatch, value) -> None:
    """What the browser would have told of the second step."""
    monkeypatch.setattr(answered, "told", lambda id: value if id == "99-own/2" else None)


def test_every_chapter_is_in_the_list(mnist_folder):
    app = opened("course")
    assert complaints(app) == []
    labels = [link.proto.label for link in app.get("page_link")]
    chapters = [shelf.chapter(name, "en").title for name in shelf.names()]
    assert "Small codes" in chapters
    assert [label for label in labels if label.startswith("**")] == [f"**{t}**" for t in chapters]


def test_a_step_stands_above_its_screen_with_figures_filled_in(mnist_folder):
    app = opened("reconstruct", lesson="99-own", step="1", models="deep-32")
    assert titles(app)[0] == "Small codes" and len(titles(app)) == 2  # and the screen
    assert "Look first: 0.0035." in words(app) and complaints(app) == []
    assert panel(app) == ["Back", "Next", "Close"]


def test_a_view_behind_the_question_waits_for_the_answer(mnist_folder, monkeypatch):
    app = opened("plane", lesson="99-own", step="2", plane="vae-2")
    assert titles(app) == ["How small?"] and "It is small." not in words(app)
    answer(monkeypatch, 0.0035)
    app.run()
    assert len(titles(app)) == 2 and "It is small." in words(app)
    assert complaints(app) == []


def test_a_view_that_its_address_lost_while_it_was_hidden_is_opened_again(
    mnist_folder, monkeypatch
):
    app = opened("plane", lesson="99-own", step="2")
    answer(monkeypatch, 0.0035)
    app.run()
    assert titles(app) == ["How small?"]  # until the browser has opened it
    app.run()
    assert len(titles(app)) == 2


def test_a_step_shows_what_its_view_says_and_nothing_that_was_chosen_before(mnist_folder):
    app = opened("plane", lesson="99-own", step="2")
    app.session_state["models"], app.session_state["threshold"] = "simple-32", "0.1"
    click(app, "Back")
    assert "models" not in app.session_state and "threshold" in app.session_state


def test_what_is_drawn_as_an_answer_is_the_visitors_drawing(mnist_folder, monkeypatch, chapter):
    question = "form: drawing\nask: Draw a 7?\nmodels: deep-32\n"
    chapter.write_text(f"# Own\n\n## Draw\n\n```question\n{question}```\n", "utf-8")
    drawn = Drawing(strokes=(((80, 60), (200, 60), (120, 230)),), width=24, centred=True)
    answer(monkeypatch, drawn.text())
    app = opened("plane", lesson="99-own", step="2")
    assert app.session_state[drawing.KEPT] == drawn.text() and complaints(app) == []
    app.session_state[drawing.KEPT] = ""  # whoever draws another one keeps that
    app.run()
    assert app.session_state[drawing.KEPT] == ""


def test_an_answer_that_cannot_be_is_told(mnist_folder, monkeypatch):
    answer(monkeypatch, 70)
    app = opened("plane", lesson="99-own", step="2")
    assert complaints(app) == [
        "That is no possible answer to this question. Load the page anew."
    ] and titles(app) == ["How small?"]


def test_a_step_stays_open_on_other_screens_until_it_is_closed(mnist_folder):
    app = opened("course", lesson="99-own", step="3")
    assert "Nothing to see." in words(app)
    on_screen(app, "map")
    app.query_params.clear()
    app.run()
    assert titles(app)[0] == "Only words"
    assert "99-own" in app.query_params["lesson"] and "3" in app.query_params["step"]
    click(app, "Close")
    assert len(titles(app)) == 1 and "lesson" not in app.query_params
    assert KEPT not in app.session_state


@pytest.mark.parametrize("step", ["0", "99", "-1", "x", "1e9", "²", "9" * 400])
def test_a_step_that_is_not_there_shows_one_that_is(step, mnist_folder):
    app = opened("map", lesson="99-own", step=step)
    assert titles(app)[0] in ("Small codes", "Where?") and complaints(app) == []


@pytest.mark.parametrize("name", ["gone", "../99-own", "99-own/1"])
def test_a_chapter_that_is_not_there_is_told(name, mnist_folder):
    app = opened("map", lesson=name)
    assert complaints(app) == [f"There is no chapter “{name}”."] and len(titles(app)) == 1


def test_a_broken_chapter_is_told_in_the_list_and_where_it_is_opened(chapter, mnist_folder):
    chapter.write_bytes(b"\xff\xfe")
    app = opened("course")
    assert complaints(app) == [] and "99-own: It is no text in UTF-8" in words(app)
    app = opened("map", lesson="99-own", step="2")
    assert len(complaints(app)) == 1 and len(titles(app)) == 1


def test_a_sheet_has_questions_and_pictures_and_no_answers(mnist_folder):
    app = opened("course", print="99-own")
    text = words(app)
    assert "How large is the error?" in text and "sheet-lines" in text
    assert "It is small." not in text and "✕" not in text
    assert text.count("<img") >= 17  # two rows of eight digits, and the plane
    assert complaints(app) == []


def test_the_teachers_sheet_has_them(mnist_folder):
    text = words(opened("course", print="99-own", answers="1"))
    assert "It is small." in text and "✕" in text and "<b>0.00351</b>" in text


def test_on_a_class_server_the_answers_are_the_teachers(mnist_folder, monkeypatch):
    monkeypatch.setattr(ownership, "acting", lambda: Visitor("0123456789abcdef"))
    app = opened("course", print="99-own", answers="1")
    text = words(app)
    assert "It is small." not in text and "The answers are the teacher's" in text
    links = [link.proto.label for link in opened("course").get("page_link")]
    assert "To print" in links and "With answers" not in links


def test_a_sheet_of_no_chapter_is_told(mnist_folder):
    assert complaints(opened("course", print="../x")) == ["There is no chapter “../x”."]
