"""Wall: what visitors put there, where it lies, and who may hide it."""

import pytest
from apptest import click, complaints, opened, words

from aecore import handwriting, ownership
from aecore.asking import wall
from aecore.ownership import Visitor
from classroom.wall import class_file
from pages.wall import picture

SEVEN = handwriting.ready()[7].text()


@pytest.fixture
def anna(monkeypatch, runs_folder):
    monkeypatch.setattr(ownership, "acting", lambda: Visitor("a" * 16))


def test_without_a_class_it_says_what_it_needs(mnist_folder):
    app = opened("wall")
    assert complaints(app) == [] and "AECORE_TEACHER_KEY" in words(app)
    assert "Put it on the wall" not in [each.label for each in opened("sketch").button]


def test_a_drawing_is_put_there_from_sketch(anna, mnist_folder):
    app = click(opened("sketch", drawing=SEVEN), "Put it on the wall")
    assert complaints(app) == []
    assert [one.drawing for one in wall.hung(class_file())] == [SEVEN]
    assert complaints(opened("wall")) == []


def test_an_empty_pad_is_told(anna, mnist_folder):
    app = click(opened("sketch"), "Put it on the wall")
    assert len(complaints(app)) == 1 and "no drawing yet" in complaints(app)[0]


def test_it_lies_where_the_models_put_it(anna, mnist_folder):
    app = click(opened("sketch", drawing=SEVEN), "Put it on the wall")
    assert complaints(app) == []
    (drawn,) = (picture._drawn(one) for one in wall.hung(class_file()))
    for place, box in ((drawn["plane"], picture.picture(picture.PLANE)["box"]),
                       (drawn["map"], picture.picture("")["box"])):  # fmt: skip
        left, lower, right, upper = box
        assert left < place[0] < right and lower < place[1] < upper
    assert drawn["src"].startswith("data:image/png")


def test_only_the_teacher_hides(anna, monkeypatch, runs_folder):
    wall.hang(class_file(), "b", SEVEN)
    (one,) = wall.hung(class_file())
    monkeypatch.setattr(picture.st, "session_state", {picture.KEY: {"hidden": one.id}})
    picture._hide(teacher=False)
    assert len(wall.hung(class_file())) == 1
    picture._hide(teacher=True)
    assert wall.hung(class_file()) == []
