"""What is picked on a map, as text: what nobody can have meant is refused."""

import numpy as np
import pytest

from aecore.messages import Problem
from pages.map import picks

TOTAL = 60_000
LABELS = np.arange(TOTAL) % 10


def places(text: str) -> np.ndarray:
    return picks.places(text, None, LABELS, TOTAL)


def test_gaps_bits_and_classes_are_read():
    assert places("dAAAA").tolist() == [0, 1, 2]
    assert np.array_equal(places("b" + "_" * 10_000), np.arange(TOTAL))
    assert np.array_equal(np.unique(LABELS[places("c3.8")]), [3, 8])


# the browser's atob does not pass over foreign letters either
@pytest.mark.parametrize("text", ["d!!AAAA", "d!AAA", "dAA AA", "dÄAAA", "d=AAA"])
def test_letters_that_are_none_of_base64_are_refused(text):
    with pytest.raises(Problem, match="Pick again"):
        places(text)


# a class again and again; a number with zeros ahead
@pytest.mark.parametrize("text", ["c" + "1." * 20_000 + "1", "d" + "gICA" * 3_000 + "AAAA"])
def test_no_text_is_longer_than_a_bit_an_image(text):
    with pytest.raises(Problem, match="Pick again"):
        places(text)
