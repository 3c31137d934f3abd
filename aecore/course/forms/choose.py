"""Choose one option, or several. An answer: the places of the chosen ones, from 0."""

from dataclasses import dataclass
from typing import Any, Self

from aecore.course.misprint import Misprint
from aecore.course.question import (
    FORMS,
    Answer,
    Fields,
    Option,
    Question,
    Revealed,
    amounts_of,
    check_values,
    impossible,
    indices,
    need_drawing,
)
from aecore.course.values import Given
from aecore.messages import N_

EXTREMES = {"largest": max, "smallest": min}


@dataclass(frozen=True)
class Choose(Question):
    """The right ones are marked ``[x]``, or the one with the ``largest`` or ``smallest`` value."""

    form = "choose"
    options: tuple[Option, ...]
    extreme: str = ""

    @classmethod
    def parse(cls, id: str, ask: str, fields: Fields) -> Self:
        """Raises Misprint."""
        line = fields.line_of("right")
        extreme, options = fields.text("right", ""), fields.choices()
        check_values(options, bool(extreme), line)
        marked = sum(option.right for option in options)
        if extreme and extreme not in EXTREMES or bool(extreme) == bool(marked):
            raise Misprint(
                line,
                N_(
                    "Which option is right? Mark it “- [x] words”, or give every option a value "
                    "and write “right: largest” or “right: smallest”."
                ),
            )
        return cls(id, ask, options, extreme)

    @property
    def several(self) -> bool:
        """Whether more than one may be chosen."""
        return sum(option.right for option in self.options) > 1

    def read(self, value: object) -> Answer:
        """At least one place; one alone unless several are right. Raises Problem."""
        found = indices(value, len(self.options))
        if not found or len(found) > 1 and not self.several:
            raise impossible()
        return sorted(found)

    def reveal(self, given: Given, answer: Answer | None) -> Revealed:
        """The right places, and the values of all. Raises Problem."""
        amounts: list[float] = []
        right = [place for place, option in enumerate(self.options) if option.right]
        if self.extreme:
            amounts = amounts_of(self.options, given)
            right = [amounts.index(EXTREMES[self.extreme](amounts))]
        return Revealed(right, None if answer is None else answer == right, amounts=amounts)

    @property
    def needs_drawing(self) -> bool:
        """Whether a value is one of the visitor's drawing."""
        return need_drawing(self.options)

    def _shown(self) -> dict[str, Any]:
        return {"options": [option.text for option in self.options], "several": self.several}


FORMS.add(Choose.form, Choose)
