"""What is read in the sources is what the registries hold."""

from aecore import described
from aecore.corruption import CORRUPTIONS
from aecore.models import MODELS


def test_families_and_corruptions_are_those_of_the_registries():
    said = [(one.title, one.summary, one.changes) for one in described.families()]
    assert said == [(one.title, one.summary, one.changes) for one in MODELS.values()]
    assert described.corruptions() == {name: one.title for name, one in CORRUPTIONS.items()}
    assert list(described.corruptions()) == list(CORRUPTIONS)
