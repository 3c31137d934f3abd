"""Draw a digit, and see what models make of it. An answer: the drawing's text."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from aecore import checkpoint, handwriting
from aecore.course.misprint import Misprint
from aecore.course.question import FORMS, Answer, Fields, Made, Question, Revealed, impossible
from aecore.course.values import Given
from aecore.handwriting import MAX_TEXT, Drawing
from aecore.messages import N_, Problem

MOST_MODELS = 4


@dataclass(frozen=True)
class Drawn(Question):
    """``models``: whose reconstructions are shown. ``wanted``: the class that was asked for and
    that the classifier should read in it; None: any will do."""

    form = "drawing"
    models: tuple[str, ...]
    wanted: int | None

    @classmethod
    def parse(cls, id: str, ask: str, fields: Fields) -> Self:
        """Raises Misprint."""
        line, known = fields.line_of("models"), checkpoint.shipped()
        models = tuple(name.strip() for name in fields.text("models").split(","))
        for name in models:
            if name not in known or checkpoint.describe(known[name]).image_shape != (1, 28, 28):
                raise Misprint(
                    line,
                    N_("“{name}” is no shipped model of digits. There are: {known}."),
                    name=name,
                    known=", ".join(known),
                )
        if len(models) > MOST_MODELS:
            raise Misprint(line, N_("{most} models are the most."), most=MOST_MODELS)
        if "right" not in fields.values:
            return cls(id, ask, models, None)
        line, wanted = fields.line_of("right"), fields.number("right")
        if wanted not in range(10):
            raise Misprint(line, N_("“right” must be the digit that is to be drawn, 0 to 9."))
        return cls(id, ask, models, int(wanted))

    def read(self, value: object) -> Answer:
        """The text of a drawing that isn't empty. Raises Problem."""
        if not isinstance(value, str) or len(value) > MAX_TEXT:
            raise impossible()
        made = handwriting.from_text(value)
        if not isinstance(made, Drawing) or made.empty:
            raise Problem(N_("Nothing is drawn yet."))
        return value

    def reveal(self, given: Given, answer: Answer | None) -> Revealed:
        """What the models make of it, and what the classifier reads. Raises Problem."""
        if answer is None:
            return Revealed(self.wanted)
        from aecore import classifier, evaluation

        pixels = handwriting.image(handwriting.from_text(answer))[None, None]
        known = checkpoint.shipped()
        images = [pixels[0]]
        for name in self.models:
            back = evaluation.reconstruct(given.model(known[name]), pixels)[0]
            images.append((back.clip(0, 1) * 255).round().astype(np.uint8))
        read = classifier.shipped().predict(np.stack(images)).tolist()
        made = [Made(*each) for each in zip(("", *self.models), images, read, strict=True)]
        verdict = None if self.wanted is None else read[0] == self.wanted
        return Revealed(self.wanted, verdict, made=made)


FORMS.add(Drawn.form, Drawn)
