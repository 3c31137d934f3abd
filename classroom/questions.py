"""What a browser is told of a question, wherever it is asked; see browser/asking/question.js.

A lesson's step asks one visitor, a class is asked together: both use the same forms and words.
"""

from collections.abc import Callable
from typing import Any, Literal, TypedDict

from aecore import handwriting
from browser import component
from ui.i18n import _, language, ngettext

Pair = tuple[float, float]


class Picture(TypedDict):
    """On which a place is asked for; ``box``: its left, lower, right and upper edge."""

    src: str
    box: tuple[float, float, float, float]
    names: tuple[str, str]


Question = TypedDict(  # "from" is no name of Python's
    "Question",
    {
        "id": str,
        "form": Literal["choose", "number", "order", "point", "drawing"],
        "ask": str,
        "options": list[str],
        "several": bool,
        "from": float,
        "to": float,
        "step": float,
        "unit": str,
        "by": str,
        "picture": Picture | None,
    },
)


class Shown(TypedDict):
    """An image at the reveal, and the words below it."""

    src: str
    alt: str
    words: str


class Revealed(TypedDict):
    """What is right, in the form of an answer; None where nothing is.

    ``values``: words beside each option. ``within``: of a point. ``said``: a sentence.
    """

    right: list[int] | float | Pair | str | None
    verdict: bool | None
    low: float | None
    high: float | None
    values: list[str]
    within: float
    images: list[Shown]
    said: str


class Facts(TypedDict):
    """What the question of a step is told; browser/asking/step.js says what each is."""

    question: Question | None
    revealed: Revealed | None
    keep: str
    words: dict[str, str]


def step(key: str, facts: Facts, **on_change: Callable[[], None]) -> Any:
    """The question of a step; ``st.session_state[key]`` has the visitor's ``answer``.

    Without a question it has ``progress``, the ids of the questions that this browser has answered.
    ``on_change``: ``on_answer_change``, ``on_progress_change``.
    """
    return component("asking/step")(key=key, data=facts, **on_change)


def words() -> dict[str, str]:
    """What forms of questions say, in the session's language."""
    most = handwriting.MAX_STROKES
    full = ngettext(
        "The pad takes up to {n} stroke. Undo the last one.",
        "The pad takes up to {n} strokes. Undo the last one.",
        most,
    )
    return {
        "language": language(),
        "done": _("That is my answer"),
        "again": _("Answer again"),
        "mine": _("Your answer"),
        "unanswered": _("Not answered yet"),
        "right": _("Right."),
        "wrong": _("Not quite."),
        "correct": _("Right answer"),
        "happened": _("In fact"),
        "several": _("Several may be right."),
        "answers": _("Answers: {n}"),
        "first": _("First round, answers: {n}"),
        "second": _("Second round, answers: {n}"),
        "up": _("Move up: {option}"),
        "down": _("Move down: {option}"),
        "place": _("{option}: place {place} of {n}"),
        "often": _("most often {place} ({share})"),
        "pointKeys": _("Click a place, or move the mark with the arrow keys."),
        "at": _("The mark is at {x} and {y}."),
        "pad": _("Pad for drawing a digit"),
        "padKeys": _("With keys: arrows move the pen, the space bar puts it down and lifts it."),
        "penDown": _("The pen is down."),
        "penUp": _("The pen is lifted."),
        "undo": _("Undo"),
        "clear": _("Clear"),
        "full": full.format(n=most),
        "stroke": _("Stroke {n}."),
        "undone": _("Undone."),
        "cleared": _("The pad is empty."),
        "forget": _("Forget my answers"),
        "bringBack": _("Bring my answers back"),
    }
