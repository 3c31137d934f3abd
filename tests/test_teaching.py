"""docs/teaching.md: every topic is taught, where it says, and its example is a chapter."""

import re
from pathlib import Path

import pytest

from aecore.course import chapter
from aecore.course.chapter import Chapter
from aecore.course.question import FORMS

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "docs" / "teaching.md").read_text(encoding="utf-8")
OURS = sorted((ROOT / "lessons" / "course").glob("*/en.md"))
ROWS = range(1, 36)


def _read(path: Path) -> Chapter:
    found, faults = chapter.parse(path.parent.name, path.read_text(encoding="utf-8"))
    assert found is not None and not faults, [fault.sentence for fault in faults]
    return found


def _table() -> dict[int, list[str]]:
    """The chapters of each row as the guide has them, by their two digits."""
    rows = re.findall(r"^\| (\d+) \| [^|]+ \| ([^|]*) \|$", GUIDE, re.MULTILINE)
    return {int(row): re.findall(r"\d\d", chapters) for row, chapters in rows}


def test_every_topic_is_taught():
    taught = {row for path in OURS for row in _read(path).topics}
    assert taught == set(ROWS)


@pytest.mark.parametrize("row", ROWS)
def test_the_table_says_where(row: int):
    where = [path.parent.name[:2] for path in OURS if row in _read(path).topics]
    assert _table().get(row) == where


def test_the_plans_name_chapters_that_there_are():
    named = set(re.findall(r"chapters? (\d\d)", GUIDE))
    assert named and named <= {path.parent.name[:2] for path in OURS}


def test_the_example_has_every_form_and_no_mistake():
    example = re.search(r"^````markdown\n(.*?)^````$", GUIDE, re.MULTILINE | re.DOTALL)
    assert example is not None
    found, faults = chapter.parse("20-our-letters", example[1])
    assert found is not None and not faults, [(fault.line, fault.sentence) for fault in faults]
    assert {step.question.form for step in found.steps if step.question} == set(FORMS)
    assert any(getattr(step.question, "several", False) for step in found.steps)
