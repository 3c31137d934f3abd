"""Values that a chapter names and a model answers: ``{deep-32.mse}``, ``{place vae-2 drawing}``.

A value is a number, or what stands in braces, or two of these with an operator between them:

==========================  ======================================================================
``0.2``                     a number
``{deep-32.mse}``           a figure that was measured before, see aecore/figures.py
``{mse deep-32 class-7}``   the mean squared error of an image through the model, 0…1
``{place vae-2 drawing}``   where its code lies: two numbers; ``{place map class-7}``: on the map
``{parameters deep-32}``    how many weights a model has
==========================  ======================================================================

An image is ``class-7`` (the first test digit of that class), ``image-12`` (the 13th test digit) or
``drawing`` (the visitor's own).
"""

import math
import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from aecore import checkpoint, figures, metrics, placing
from aecore.data import Images
from aecore.map_file import Map, load_map
from aecore.messages import N_, Problem

if TYPE_CHECKING:
    from aecore.models import Autoencoder

Pair = tuple[float, float]

MAP = "map"  # where a model's name would stand
DRAWING = "drawing"
OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}

_PART = r"\{[^{}]+\}|-?\d+(?:\.\d+)?"
_VALUE = re.compile(rf"\s*({_PART})(?:\s*([-+*/])\s*({_PART}))?\s*")
_FIGURE = re.compile(r"([a-z0-9-]+)\.([a-z][\w./ -]*)")
_IMAGE = re.compile(rf"class-(\d)|image-(\d{{1,4}})|{DRAWING}")
_UNKNOWN = N_(
    "“{text}” is no value. Expected is a number, a figure such as {example}, or one of {known}."
)
_KNOWN = "{mse MODEL IMAGE}, {place MODEL IMAGE}, {parameters MODEL}"


class NoDrawing(Problem):
    """A value asks for the visitor's drawing, and there is none."""


@dataclass(frozen=True)
class Given:
    """What values are computed from: models by their checkpoint, test digits, the visitor's
    drawing as uint8 (1, 28, 28) if there is one."""

    model: Callable[[Path], "Autoencoder"]
    digits: Callable[[], Images]
    drawing: np.ndarray | None = None

    def image(self, name: str) -> np.ndarray:
        """An image by its name, uint8 (1, C, H, W). Raises Problem where it isn't here."""
        if name == DRAWING:
            if self.drawing is None:
                raise NoDrawing(N_("There is no drawing yet. Draw a digit on the Sketch screen."))
            return self.drawing[None]
        kind, _, number = name.partition("-")
        digits = self.digits()
        place = int(number)
        if kind == "class":
            labels = digits.labels
            place = 0 if labels is None else int(np.flatnonzero(labels == place)[0])
        found: np.ndarray = digits.pixels[place : place + 1]
        return found

    def codes(self, name: str, pixels: np.ndarray) -> np.ndarray:
        """Codes (N, d) of images by a shipped model."""
        from aecore import evaluation

        return evaluation.encode(self.model(checkpoint.shipped()[name]), pixels)


@dataclass(frozen=True)
class Value:
    """A checked value. ``text`` is as it was written."""

    text: str
    parts: tuple[str, ...]
    operator: str = ""

    def number(self, given: Given) -> float:
        """What it is now, finite. Raises Problem."""
        return self._of([_number(part, given) for part in self.parts])

    def measured(self) -> float | None:
        """What it is if that was measured or written down before; None where a model has to say it.

        Raises Problem.
        """
        numbers = [_measured(part) for part in self.parts]
        known = [number for number in numbers if number is not None]
        return self._of(known) if len(known) == len(numbers) else None

    def _of(self, numbers: Sequence[float]) -> float:
        if self.operator == "/" and numbers[1] == 0:
            raise Problem(N_("“{text}” divides by zero."), text=self.text)
        found = OPERATORS[self.operator](*numbers) if self.operator else numbers[0]
        if not math.isfinite(found):
            raise Problem(N_("“{text}” is no finite number."), text=self.text)
        return found

    def place(self, given: Given) -> Pair:
        """A place on the plane or map. Raises Problem."""
        _what, name, image = _words(self.parts[0])
        pixels = given.image(image)
        if name == MAP:
            return on_map(given, pixels)
        x, y = given.codes(name, pixels)[0].tolist()
        return x, y

    @property
    def is_place(self) -> bool:
        """Whether it gives a place, not a number."""
        return _words(self.parts[0])[0] == "place"

    @property
    def needs_drawing(self) -> bool:
        """Whether it asks for the visitor's drawing."""
        return any(DRAWING in _words(part) for part in self.parts)


def parse(text: str) -> Value:
    """The value that a text writes. Raises Problem for any other text, and for what isn't here."""
    found = _VALUE.fullmatch(text)
    if not found:
        raise _unknown(text)
    parts = tuple(part for part in (found[1], found[3]) if part)
    for part in parts:
        _check(part, text)
    value = Value(text.strip(), parts, found[2] or "")
    if len(parts) > 1 and any(_words(part)[0] == "place" for part in parts):
        raise Problem(N_("“{text}” computes with a place; only numbers can be."), text=text)
    value.measured()  # such as 1 / 0
    return value


def on_map(given: Given, pixels: np.ndarray) -> Pair:
    """Where an image comes to lie on the shipped map."""
    known = shipped_map()
    codes = given.codes(_model_of_map(), pixels)
    places, distances = placing.Nearest(known.codes).of(codes, placing.NEIGHBOURS)
    x, y = known.positions[placing.place(places, distances, known.positions)][0].tolist()
    return x, y


@cache
def shipped_map() -> Map:
    """The shipped map, read once."""
    return load_map()


@cache
def _model_of_map() -> str:
    digest = shipped_map().facts["checkpoint"]
    shipped = checkpoint.shipped()
    return next(name for name, path in shipped.items() if checkpoint.digest(path) == digest)


def _measured(part: str) -> float | None:
    """A number, or a figure; None of what a model has to say."""
    if not part.startswith("{"):
        return float(part)
    figure = _FIGURE.fullmatch(part[1:-1].strip())
    return float(figures.kept(figure[1])[figure[2]]) if figure else None


def _number(part: str, given: Given) -> float:
    known = _measured(part)
    if known is not None:
        return known
    what, name, *image = _words(part)
    model = given.model(checkpoint.shipped()[name])
    if what == "parameters":
        return float(sum(each.numel() for each in model.parameters()))
    from aecore import evaluation

    pixels = given.image(image[0])
    back = evaluation.reconstruct(model, pixels)
    return float(metrics.mse(back, pixels.astype(np.float32) / 255)[0])


def _words(part: str) -> list[str]:
    return part.strip("{}").split()


def _unknown(text: str) -> Problem:
    return Problem(_UNKNOWN, text=text, example="{deep-32.mse}", known=_KNOWN)


def _check(part: str, text: str) -> None:
    """Raises Problem for a part that means nothing or names what isn't here."""
    if not part.startswith("{"):
        return
    if figure := _FIGURE.fullmatch(part[1:-1].strip()):
        try:
            if math.isfinite(float(figures.kept(figure[1])[figure[2]])):
                return
        except (KeyError, TypeError, ValueError, Problem):
            pass
        raise Problem(
            N_("There is no figure “{text}”. Those of the models: checkpoints/README.md."),
            text=part,
        )
    match _words(part):
        case ["parameters", name]:
            _check_model(name, text)
        case ["mse", name, image] if _IMAGE.fullmatch(image):
            _check_model(name, text)
        case ["place", name, image] if _IMAGE.fullmatch(image):
            if name != MAP and _check_model(name, text) != 2:
                raise Problem(
                    N_("The codes of “{name}” have {n} numbers; a place needs a model with two."),
                    name=name,
                    n=_check_model(name, text),
                )
        case _:
            raise _unknown(text)


def _check_model(name: str, text: str) -> int:
    """How many numbers its code has."""
    shipped = checkpoint.shipped()
    if name not in shipped:
        raise Problem(
            N_("“{text}” names “{name}”, which is no shipped model. There are: {known}."),
            text=text,
            name=name,
            known=", ".join(shipped),
        )
    return checkpoint.describe(shipped[name]).latent_dim
