"""Questions of the course as a browser takes them, and what is right in the visitor's words."""

from functools import cache
from typing import cast

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from aecore import checkpoint
from aecore.course import question as asked
from aecore.course.forms.point import Point
from aecore.course.values import shipped_map
from classroom.questions import Picture, Question, Revealed, Shown
from ui import cache as kept
from ui import charts, coder, images
from ui.i18n import _, number

Box = tuple[float, float, float, float]

SIDE = 420  # pixels of the picture on which a place is asked for
MARGIN = 0.06  # around the outermost codes, a share of the side
PAPER = (248, 248, 248)


def question_facts(question: asked.Question) -> Question:
    """A question without its answer."""
    usual = {
        "options": [],
        "several": False,
        "from": 0.0,
        "to": 1.0,
        "step": 0.01,
        "unit": "",
        "by": "",
        "picture": None,
    }
    facts = {**usual, **question.facts()}
    if isinstance(question, Point):
        facts["picture"] = picture(question.model)
    facts.pop("model", None)
    return cast(Question, facts)


def revealed_facts(question: asked.Question, revealed: asked.Revealed) -> Revealed:
    """What is right, in the session's language."""
    return Revealed(
        right=revealed.right,
        verdict=revealed.verdict,
        low=revealed.low,
        high=revealed.high,
        values=[significant(amount) for amount in revealed.amounts],
        within=revealed.within,
        images=[_shown(made) for made in revealed.made],
        said=_said(question, revealed),
    )


def without_drawing() -> Revealed:
    """What is said where one's own drawing decides what is right, to whoever has none."""
    return Revealed(
        right=None,
        verdict=None,
        low=None,
        high=None,
        values=[],
        within=0,
        images=[],
        said=_("What is right depends on one’s own drawing: who has drawn sees it now."),
    )


def significant(value: float) -> str:
    """A number with three digits that say something, in the session's language."""
    if value == 0:
        return number(0)
    before = int(np.floor(np.log10(abs(value)))) + 1  # digits before the point
    return number(value, min(max(3 - before, 0), 8))


def _shown(made: asked.Made) -> Shown:
    title = made.model or _("Your drawing")
    read = _("reads as {digit}").format(digit=made.read)
    return Shown(src=images.png_uri(made.pixels), alt=f"{title}: {read}", words=f"{title}, {read}")


def _said(question: asked.Question, revealed: asked.Revealed) -> str:
    if question.form == "number" and revealed.right is not None:
        unit = str(question.facts().get("unit", ""))
        return _("It is {value}.").format(value=f"{significant(revealed.right)} {unit}".strip())
    return ""


def picture(model: str) -> Picture:
    """All test digits as points on a model's plane, or on the map where no model is named."""
    names = (_("1st number"), _("2nd number"))
    if not model:
        names = (_("1st direction"), _("2nd direction"))
    src, box = _cloud(model)
    return Picture(src=src, box=box, names=names)


@cache
def _cloud(model: str) -> tuple[str, Box]:
    """The picture's address, and its left, lower, right and upper edge."""
    if model:
        digits = kept.test_digits()
        codes = coder.of_model(model, checkpoint.shipped()[model]).encode(digits.pixels)
        labels = digits.labels if digits.labels is not None else np.zeros(len(codes), int)
    else:
        codes, labels = shipped_map().positions, shipped_map().labels
    # some codes lie far out; a picture of them would show the others small
    low, high = np.percentile(codes, 0.2, axis=0), np.percentile(codes, 99.8, axis=0)
    middle, half = (low + high) / 2, (high - low).max() * (0.5 + MARGIN)
    corner = middle - half

    def pixel(places: np.ndarray) -> np.ndarray:
        """Of the codes' places (N, 2): across and down."""
        found = ((places - corner) / (2 * half) * SIDE).astype(int)
        found[:, 1] = SIDE - 1 - found[:, 1]
        inside: np.ndarray = np.clip(found, 0, SIDE - 2)
        return inside

    canvas = np.full((SIDE, SIDE, 3), PAPER, np.uint8)
    colours = np.array([_rgb(charts.class_colour(label)) for label in range(10)], np.uint8)
    across, down = pixel(codes).T
    for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
        canvas[down + dy, across + dx] = colours[labels]
    picture = Image.fromarray(canvas)
    draw, font = ImageDraw.Draw(picture), ImageFont.load_default(26)
    middles = np.array([np.median(codes[labels == label], axis=0) for label in np.unique(labels)])
    for label, place in zip(np.unique(labels), pixel(middles).tolist(), strict=True):
        draw.text(place, str(label), "black", font, "mm", stroke_width=3, stroke_fill="white")
    edges = (*corner.tolist(), *(corner + 2 * half).tolist())
    left, lower, right, upper = (round(edge, 3) for edge in edges)
    return images.png_uri(np.moveaxis(np.asarray(picture), -1, 0)), (left, lower, right, upper)


def _rgb(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
