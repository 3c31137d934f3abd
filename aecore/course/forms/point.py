"""Point to a place on a latent plane or on the map. An answer: [x, y]."""

import math
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from aecore import checkpoint
from aecore.course.misprint import Misprint
from aecore.course.question import FORMS, Answer, Fields, Question, Revealed, impossible
from aecore.course.values import MAP, Given, Value, shipped_map
from aecore.messages import N_

PLANE = "plane"
FARTHEST = 1000.0  # units from the middle, either way


@dataclass(frozen=True)
class Point(Question):
    """``model``: whose plane it is; "": the map. Right is what lies ``within`` so many units of
    the value: of the plane, or hundredths of the map's width."""

    form = "point"
    model: str
    right: Value
    within: float

    @classmethod
    def parse(cls, id: str, ask: str, fields: Fields) -> Self:
        """Raises Misprint."""
        line, on = fields.line_of("on"), fields.text("on").split()
        model = on[1] if len(on) == 2 else ""
        known = checkpoint.shipped()
        flat = model in known and checkpoint.describe(known[model]).latent_dim == 2
        if on != [MAP] and not (on[0] == PLANE and flat):
            raise Misprint(
                line,
                N_("“on: {text}”: expected is “on: map” or “on: plane MODEL” of a 2-number model."),
                text=" ".join(on),
            )
        line, right = fields.line_of("right"), fields.value("right")
        if not right.is_place or (MAP in right.parts[0].split()) == bool(model):
            raise Misprint(
                line,
                N_("“{text}” is no place there; expected is {example}."),
                text=right.text,
                example=f"{{place {model or MAP} class-7}}",
            )
        line, within = fields.line_of("within"), fields.number("within")
        if within <= 0:
            raise Misprint(line, N_("“within” must be more than 0."))
        return cls(id, ask, model, right, within)

    def read(self, value: object) -> Answer:
        """Two numbers. Raises Problem."""
        if not isinstance(value, list) or len(value) != 2:
            raise impossible()
        for each in value:
            if isinstance(each, bool) or not isinstance(each, int | float):
                raise impossible()
            if not abs(each) <= FARTHEST:
                raise impossible()
        return [float(each) for each in value]

    def reveal(self, given: Given, answer: Answer | None) -> Revealed:
        """The place. Raises Problem."""
        right = list(self.right.place(given))
        within = self.within if self.model else self.within / 100 * width_of_map()
        verdict = None if answer is None else math.dist(answer, right) <= within
        return Revealed(right, verdict, within=within)

    @property
    def needs_drawing(self) -> bool:
        """Whether it is the place of the visitor's drawing."""
        return self.right.needs_drawing

    def _shown(self) -> dict[str, Any]:
        return {"model": self.model}


def width_of_map() -> float:
    """The larger side of the shipped map, in its units."""
    return float(np.ptp(shipped_map().positions, axis=0).max())


FORMS.add(Point.form, Point)
