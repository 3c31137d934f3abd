"""Sentences for people. ``aecore`` speaks English; the app translates what is marked here."""


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
