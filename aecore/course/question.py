"""What a question is, whatever its form; a form is a file in ``forms`` and an entry in FORMS."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

import numpy as np

from aecore.course import values
from aecore.course.misprint import Misprint
from aecore.course.values import Given, Value
from aecore.messages import N_, Problem
from aecore.registry import Registry

MOST_OPTIONS = 8  # that a class can still read on a projector
LONGEST = 300  # characters of what is asked, and of an option

Answer = Any
"""What somebody answers, as JSON has it: a number, a list of them, or a text; see the forms."""


def impossible() -> Problem:
    """What to tell of an answer that the question doesn't allow."""
    return Problem(N_("That is no possible answer to this question. Load the page anew."))


@dataclass(frozen=True)
class Made:
    """What a model made of a drawing: its name, uint8 (C, H, W), and the class that the classifier
    reads in it; without a name it is the drawing itself."""

    model: str
    pixels: np.ndarray
    read: int


@dataclass(frozen=True)
class Revealed:
    """What is right. ``right`` has the form of an answer, None: nothing was to be right.

    ``verdict`` is of the visitor's answer, None without one. ``low`` … ``high``: what counts as
    right, of a number. ``amounts``: what each option was judged by. ``within``: of a point, how far
    from ``right`` still counts.
    """

    right: Answer = None
    verdict: bool | None = None
    low: float | None = None
    high: float | None = None
    amounts: Sequence[float] = ()
    within: float = 0.0
    made: Sequence[Made] = ()


@dataclass(frozen=True)
class Question(ABC):
    """A question of a step. ``id`` is "CHAPTER/STEP"."""

    form: ClassVar[str]
    id: str
    ask: str

    @classmethod
    @abstractmethod
    def parse(cls, id: str, ask: str, fields: "Fields") -> Self:
        """The question that these lines write. Raises Misprint."""

    @abstractmethod
    def read(self, value: object) -> Answer:
        """An answer as a browser sends it, checked. Raises Problem for what can't be one."""

    @abstractmethod
    def reveal(self, given: Given, answer: Answer | None) -> Revealed:
        """What is right, and whether a checked answer is. Raises Problem."""

    def facts(self) -> dict[str, Any]:
        """What a browser needs to ask it, as JSON; the answer isn't among it."""
        return {"id": self.id, "form": self.form, "ask": self.ask} | self._shown()

    def _shown(self) -> dict[str, Any]:
        return {}

    @property
    def needs_drawing(self) -> bool:
        """Whether what is right depends on the visitor's own drawing."""
        return False


FORMS: Registry[type[Question]] = Registry(
    unknown=N_("“{name}” is no form of question. There are: {known}.")
)


@dataclass(frozen=True)
class Option:
    """One of several that may be chosen or put in order; ``line`` is its line in the file."""

    line: int
    text: str
    right: bool = False
    value: Value | None = None


@dataclass
class Fields:
    """The lines of a question, ``key: words`` and ``- option``; what is taken is known.

    ``line`` is where the question begins.
    """

    line: int
    values: dict[str, tuple[int, str]]
    options: list[tuple[int, str]] = field(default_factory=list)

    @classmethod
    def of(cls, lines: Sequence[tuple[int, str]], begins: int) -> Self:
        """Raises Misprint for a line that is neither, and for a key that stands twice."""
        found = cls(begins, {})
        for number, text in lines:
            key, colon, words = text.partition(":")
            if not text.strip():
                continue
            if text.startswith("- "):
                found.options.append((number, text[2:].strip()))
            elif not colon or not key.strip().isidentifier():
                raise Misprint(
                    number,
                    N_("“{text}” is no line of a question; expected: “key: words” or “- option”."),
                    text=text.strip()[:60],
                )
            elif key.strip() in found.values:
                raise Misprint(number, N_("“{key}” stands twice in one question."), key=key.strip())
            else:
                found.values[key.strip()] = (number, words.strip())
        return found

    def text(self, key: str, usual: str | None = None) -> str:
        """Words behind a key. Raises Misprint where there are none and nothing is usual."""
        line, words = self.values.pop(key, (self.line, ""))
        if not words:
            if usual is None:
                raise Misprint(line, N_("The question has no “{key}: …”."), key=key)
            return usual
        if len(words) > LONGEST:
            raise Misprint(
                line,
                N_("“{key}” has {found} characters; {most} are the most."),
                key=key,
                found=len(words),
                most=LONGEST,
            )
        return words

    def number(self, key: str, usual: float | None = None) -> float:
        """A number behind a key. Raises Misprint."""
        line = self.line_of(key)
        text = self.text(key, "" if usual is not None else None)
        try:
            number = float(text) if text or usual is None else usual
        except ValueError:
            number = float("nan")
        if not abs(number) < 1e12:
            raise Misprint(line, N_("“{text}” behind “{key}” is no number."), text=text, key=key)
        return number

    def value(self, key: str) -> Value:
        """A value behind a key. Raises Misprint."""
        line, text = self.line_of(key), self.text(key)
        return _value(line, text)

    def line_of(self, key: str) -> int:
        """Where a key stands, or the question."""
        return self.values.get(key, (self.line, ""))[0]

    def choices(self) -> tuple[Option, ...]:
        """The options, two to MOST_OPTIONS. Raises Misprint."""
        found = [_option(line, text) for line, text in self.options]
        if not 2 <= len(found) <= MOST_OPTIONS:
            raise Misprint(
                self.line,
                N_("The question has {found} options; expected are 2 to {most} lines “- words”."),
                found=len(found),
                most=MOST_OPTIONS,
            )
        if len({option.text for option in found}) < len(found):
            raise Misprint(self.line, N_("Two options of the question are the same."))
        self.options.clear()
        return tuple(found)

    def nothing_left(self) -> None:
        """Raises Misprint for the first line that this form of question doesn't know."""
        left = [(line, f"{key}:") for key, (line, _text) in self.values.items()]
        left += [(line, f"- {text}") for line, text in self.options]
        for line, text in sorted(left):
            raise Misprint(
                line, N_("“{text}” means nothing in a question of this form."), text=text[:60]
            )


def _option(line: int, text: str) -> Option:
    right = text[:4].lower() == "[x] "
    if right or text.startswith("[ ] "):
        text = text[4:].strip()
    words, equals, value = text.rpartition(" = ")
    found = _value(line, value) if equals else None
    if found and found.is_place:
        raise Misprint(line, N_("“{text}” is a place; a number is expected."), text=found.text)
    words = words.strip() if equals else text
    if not 0 < len(words) <= LONGEST:
        raise Misprint(line, N_("An option has no words, or more than {most}."), most=LONGEST)
    return Option(line, words, right, found)


def _value(line: int, text: str) -> Value:
    try:
        return values.parse(text)
    except Problem as problem:
        raise Misprint.at(line, problem) from problem


def amounts_of(options: Sequence[Option], given: Given) -> list[float]:
    """The values of options that have them."""
    return [option.value.number(given) for option in options if option.value is not None]


def need_drawing(options: Sequence[Option]) -> bool:
    """Whether a value of theirs is one of the visitor's drawing."""
    return any(option.value is not None and option.value.needs_drawing for option in options)


def check_values(options: Sequence[Option], needed: bool, line: int) -> None:
    """Raises Misprint unless all of them have a value, or none where none is ``needed``."""
    if [option.value is not None for option in options] != [needed] * len(options):
        raise Misprint(
            line,
            N_("Either every option ends in “ = VALUE” and “right:” says which is, or none does."),
        )


def indices(value: object, n: int) -> list[int]:
    """Different whole numbers from 0 to n - 1. Raises Problem for anything else."""
    if not isinstance(value, list) or len(value) > n:
        raise impossible()
    if any(type(each) is not int or not 0 <= each < n for each in value):
        raise impossible()
    if len(set(value)) < len(value):
        raise impossible()
    return value
