"""What is wrong in a chapter as a whole, though each of its lines is right."""

from collections.abc import Iterator
from functools import cache

from aecore import checkpoint, handwriting
from aecore.course.chapter import Chapter, Step
from aecore.course.forms.number import Number
from aecore.course.values import Given
from aecore.data import MNIST, decoded_mnist
from aecore.messages import N_, Problem


def unanswerable(chapter: Chapter) -> Iterator[Problem]:
    """Steps whose right answer the models can't say, or say beyond what can be answered.

    For what is asked about the visitor's drawing, that is a 3.
    """
    for number, step in enumerate(chapter.steps, 1):
        question = step.question
        if question is None:
            continue
        try:
            right = question.reveal(_given(), None).right
        except Problem as problem:
            sentence = N_("Of step {number} nobody can say what is right: {reason}")
            yield Problem(sentence, number=number, reason=str(problem))
            continue
        if isinstance(question, Number) and not question.low <= right <= question.high:
            yield Problem(
                N_("In step {number} the right answer, {right}, isn't from {low} to {high}."),
                number=number,
                right=f"{right:.3g}",
                low=f"{question.low:g}",
                high=f"{question.high:g}",
            )


def unlike(chapter: Chapter, other: Chapter, language: str) -> Iterator[Problem]:
    """Steps that ask another question than in the other language: a class may read both."""
    if len(chapter.steps) != len(other.steps):
        yield Problem(
            N_("It has another number of steps, {n}, than in the language “{language}”, {others}."),
            n=len(chapter.steps),
            language=language,
            others=len(other.steps),
        )
    for number, (ours, theirs) in enumerate(zip(chapter.steps, other.steps, strict=False), 1):
        if _asked(ours) != _asked(theirs):
            yield Problem(
                N_("Step {number} asks something else than in the language “{language}”."),
                number=number,
                language=language,
            )


def _asked(step: Step) -> dict[str, object]:
    """What an answer to a step's question looks like, whatever the language."""
    facts = step.question.facts() if step.question else {}
    known = {name: facts.get(name) for name in ("form", "several", "from", "to", "model")}
    return {**known, "options": len(facts.get("options", []))}


@cache
def _given() -> Given:
    digits = MNIST.load("test") if MNIST.on_this_machine("test") else decoded_mnist()
    own = handwriting.image(handwriting.ready()[3])[None]
    return Given(cache(lambda path: checkpoint.load(path)[0]), lambda: digits, own)
