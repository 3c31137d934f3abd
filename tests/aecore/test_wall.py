"""The class's wall: who may hang how much, what is hidden stays so, and it can all be deleted."""

import pytest

from aecore import handwriting
from aecore.asking import wall
from aecore.asking.class_file import ClassFile
from aecore.handwriting import Drawing
from aecore.messages import Problem


@pytest.fixture
def file(tmp_path) -> ClassFile:
    return ClassFile(tmp_path / "class.sqlite")


def drawn(n: int) -> str:
    return Drawing((((10 + n, 10), (200, 200)),)).text()


def test_a_drawing_hangs_there_once_for_all(file, tmp_path):
    for _ in range(2):
        wall.hang(file, "anna", drawn(1))
    wall.hang(file, "ben", handwriting.ready()[7].text())
    hung = wall.hung(ClassFile(tmp_path / "class.sqlite"))
    assert [one.drawing for one in hung] == [drawn(1), handwriting.ready()[7].text()]


def test_one_more_takes_the_place_of_ones_own_oldest(file):
    wall.hang(file, "ben", drawn(50))
    for n in range(wall.MOST_EACH + 2):
        wall.hang(file, "anna", drawn(n))
    kept = [drawn(n) for n in range(2, wall.MOST_EACH + 2)]
    assert [one.drawing for one in wall.hung(file)] == [drawn(50), *kept]


def test_a_full_wall_takes_no_more(file, monkeypatch):
    monkeypatch.setattr(wall, "MOST", 2)
    for name in ("anna", "ben"):
        wall.hang(file, name, drawn(1))
    with pytest.raises(Problem, match="full"):
        wall.hang(file, "eva", drawn(1))
    assert len(wall.hung(file)) == 2


@pytest.mark.parametrize("text", ["", "no drawing", "<b>7</b>", "A" * 5000, "scan-AAAA", "'; DROP"])
def test_what_is_no_drawing_is_refused(file, text):
    with pytest.raises(Problem):
        wall.hang(file, "anna", text)
    assert wall.hung(file) == []


def test_what_the_teacher_hides_stays_hidden(file):
    wall.hang(file, "anna", drawn(1))
    wall.hide(file, wall.hung(file)[0].id)
    for n in range(2, 2 + wall.MOST_EACH):
        wall.hang(file, "anna", drawn(n))
    wall.hang(file, "anna", drawn(1))  # once more, after others
    assert drawn(1) not in [one.drawing for one in wall.hung(file)]
    assert len(wall.hung(file)) == wall.MOST_EACH
    wall.hide(file, 12345)  # of none


def test_the_wall_is_deleted_with_everything(file):
    wall.hang(file, "anna", drawn(1))
    file.delete_all()
    assert wall.hung(file) == []


def test_a_class_file_from_before_there_was_a_wall_gets_one(file, tmp_path):
    import sqlite3

    wall.hang(file, "anna", drawn(1))
    file.close()
    db = sqlite3.connect(tmp_path / "class.sqlite")
    db.executescript("DROP TABLE wall; PRAGMA user_version = 1;")
    db.close()
    wall.hang(file, "anna", drawn(2))
    assert [one.drawing for one in wall.hung(file)] == [drawn(2)]
