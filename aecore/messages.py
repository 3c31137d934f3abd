"""Sentences for people. ``aecore`` speaks English; the app translates what is marked here."""

from collections.abc import Mapping
from dataclasses import dataclass


def N_(text: str) -> str:
    """Mark ``text`` for the translation catalogue and return it unchanged."""
    return text


class Problem(Exception):
    """Bad input, or a machine that cannot do what was asked, told in one sentence.

    The sentence says what is wrong, what is expected and what to do. It is kept apart from its
    values so that the app can translate it: ``_(problem.sentence).format(**problem.values)``.
    """

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence = sentence
        self.values = values


def out_of_range(name: str, value: object, low: object, high: object) -> Problem:
    """What to tell of a value that isn't in ``low`` … ``high``; ``name`` is marked as well."""
    return Problem(
        N_("The {name} is {value}; it must be from {low} to {high}."),
        name=name,
        value=value,
        low=low,
        high=high,
    )


@dataclass(frozen=True)
class Remark:
    """Something that people should know, kept like a Problem's sentence: apart from its values."""

    sentence: str
    values: Mapping[str, object]

    def __str__(self) -> str:
        return self.sentence.format(**self.values)
