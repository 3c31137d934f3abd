"""What the course's values are computed from here, and its words with them filled in."""

import re

from aecore.course import values
from aecore.course.chapter import FIGURE
from aecore.course.values import Given
from aecore.messages import Problem
from ui import cache, drawing
from ui.i18n import number, percent


def given() -> Given:
    """Models that all sessions share, test digits, and this visitor's drawing."""
    return Given(lambda path: cache.model(path)[0], cache.test_digits, drawing.image())


def filled(text: str) -> str:
    """Markdown with its figures: of a value that can't be had, such as one of a drawing that isn't
    there yet, a dash."""

    def figure(match: re.Match[str]) -> str:
        try:
            value = values.parse(f"{{{match[1]}}}").number(given())
        except Problem:
            return "–"
        return (percent if match[3] == "%" else number)(value, int(match[2]))

    return FIGURE.sub(figure, text)
