"""Start: what it says of the kinds of autoencoders."""

from html import escape

from apptest import opened, words

from aecore.corruption import CORRUPTIONS
from aecore.models import MODELS


def test_every_family_and_damage_has_its_place_in_the_table(mnist_folder):
    shown = words(opened("start"))
    for family in MODELS.values():
        assert f">{family.title}</th>" in shown and escape(family.summary) in shown
    assert all(one.title in shown for name, one in CORRUPTIONS.items() if name != "none")
