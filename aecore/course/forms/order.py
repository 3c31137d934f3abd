"""Put options in order. An answer: the places of the options as shown, in the order chosen."""

import hashlib
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

WAYS = ("ascending", "descending")


@dataclass(frozen=True)
class Order(Question):
    """In the order of the file, or by their values, ``ascending`` or ``descending``.

    ``options`` are as shown, which is another order, the same for everybody and in all languages.
    ``places``: where each stands in the file.
    """

    form = "order"
    options: tuple[Option, ...]
    places: tuple[int, ...]
    way: str
    by: str

    @classmethod
    def parse(cls, id: str, ask: str, fields: Fields) -> Self:
        """Raises Misprint."""
        line = fields.line_of("right")
        way, written = fields.text("right", ""), fields.choices()
        if way and way not in WAYS:
            raise Misprint(
                line, N_("“right: {way}”: expected is ascending or descending."), way=way
            )
        check_values(written, bool(way), line)
        for option in written:
            if option.right:
                raise Misprint(
                    option.line,
                    N_("“{text}” means nothing in a question of this form."),
                    text="[x]",
                )
        places = _shuffled(id, len(written))
        options = tuple(written[place] for place in places)
        return cls(id, ask, options, places, way, fields.text("by", ""))

    def read(self, value: object) -> Answer:
        """All places, each once. Raises Problem."""
        found = indices(value, len(self.options))
        if len(found) < len(self.options):
            raise impossible()
        return found

    def reveal(self, given: Given, answer: Answer | None) -> Revealed:
        """The right order, and the values of the options. Raises Problem."""
        amounts: list[float] = []
        by: list[float] = [float(place) for place in self.places]
        if self.way:
            by = amounts = amounts_of(self.options, given)
        right = sorted(range(len(by)), key=by.__getitem__, reverse=self.way == "descending")
        # options with the same value may stand either way
        verdict = None if answer is None else [by[i] for i in answer] == [by[i] for i in right]
        return Revealed(right, verdict, amounts=amounts)

    @property
    def needs_drawing(self) -> bool:
        """Whether a value is one of the visitor's drawing."""
        return need_drawing(self.options)

    def _shown(self) -> dict[str, Any]:
        return {"options": [option.text for option in self.options], "by": self.by}


def _shuffled(id: str, n: int) -> tuple[int, ...]:
    """An order of n that is none of 0, 1, 2 …, always the same for a question."""

    def lot(place: int) -> bytes:
        return hashlib.sha256(f"{id} {place}".encode()).digest()

    found = tuple(sorted(range(n), key=lot))
    return found if found != tuple(range(n)) else (*found[1:], found[0])


FORMS.add(Order.form, Order)
