"""Guess a number. An answer: that number."""

from dataclasses import dataclass
from typing import Any, Self

from aecore.course.misprint import Misprint
from aecore.course.question import FORMS, Answer, Fields, Question, Revealed, impossible
from aecore.course.values import Given, Value
from aecore.messages import N_

STEPS = 100  # of the slider, unless the file says another step


@dataclass(frozen=True)
class Number(Question):
    """From ``low`` to ``high``, in steps of ``step``; right is what lies within ``tolerance`` of
    the value, a share of it if ``relative``."""

    form = "number"
    right: Value
    tolerance: float
    relative: bool
    low: float
    high: float
    step: float
    unit: str

    @classmethod
    def parse(cls, id: str, ask: str, fields: Fields) -> Self:
        """Raises Misprint."""
        line = fields.line_of("right")
        right = fields.value("right")
        if right.is_place:
            raise Misprint(line, N_("“{text}” is a place; a number is expected."), text=right.text)
        line = fields.line_of("tolerance")
        relative = fields.values.get("tolerance", (0, ""))[1].endswith("%")
        if relative:
            fields.values["tolerance"] = (line, fields.values["tolerance"][1][:-1])
        tolerance = fields.number("tolerance") / (100 if relative else 1)
        if tolerance < 0:
            raise Misprint(line, N_("The tolerance is less than 0."))
        line = fields.line_of("to")
        low, high = fields.number("from"), fields.number("to")
        if low >= high:
            raise Misprint(line, N_("“to” must be more than “from”."))
        known = right.measured()
        if known is not None and not low <= known <= high:
            raise Misprint(
                line,
                N_("What is right, {right}, doesn't lie between “from” and “to”."),
                right=f"{known:g}",
            )
        line = fields.line_of("step")
        step = fields.number("step", (high - low) / STEPS)
        if not 0 < step <= high - low:
            raise Misprint(line, N_("The step doesn't fit between “from” and “to”."))
        return cls(id, ask, right, tolerance, relative, low, high, step, fields.text("unit", ""))

    def read(self, value: object) -> Answer:
        """From ``low`` to ``high``. Raises Problem."""
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise impossible()
        if not self.low <= value <= self.high:  # NaN neither
            raise impossible()
        return float(value)

    def reveal(self, given: Given, answer: Answer | None) -> Revealed:
        """The value, and what is near enough. Raises Problem."""
        right = self.right.number(given)
        apart = self.tolerance * (abs(right) if self.relative else 1.0)
        low, high = right - apart, right + apart
        verdict = None if answer is None else low - 1e-9 <= answer <= high + 1e-9
        return Revealed(right, verdict, low, high)

    @property
    def needs_drawing(self) -> bool:
        """Whether the value is one of the visitor's drawing."""
        return self.right.needs_drawing

    def _shown(self) -> dict[str, Any]:
        return {"from": self.low, "to": self.high, "step": self.step, "unit": self.unit}


FORMS.add(Number.form, Number)
