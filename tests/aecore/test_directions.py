"""What is measured on digits, and directions in a code that change it."""

import numpy as np
import pytest

from aecore import checkpoint, evaluation
from aecore.directions import MEASURES, bar, directions, group_means, slant, thickness, width


def stroke(thick: int, lean: float = 0.0) -> np.ndarray:
    """An image (1, 28, 28) of an upright stroke, leaning so many pixels a row."""
    image = np.zeros((1, 28, 28), np.float32)
    for row in range(4, 24):
        left = round(14 - thick / 2 + lean * (14 - row))
        image[0, row, left : left + thick] = 1
    return image


def test_measures_are_those_of_a_stroke():
    assert thickness(np.stack([stroke(2), stroke(5)])) == pytest.approx([2, 5], rel=0.25)
    lean = np.tan(np.radians(20))
    found = slant(np.stack([stroke(3), stroke(3, lean), stroke(3, -lean)]))
    assert found == pytest.approx([0, 20, -20], abs=2)
    # of equal deviation is a stroke 2/√3 as wide
    assert width(np.stack([stroke(8), stroke(8, lean)])) == pytest.approx(8 * 2 / 3**0.5, rel=0.1)
    empty = np.zeros((1, 1, 28, 28))
    assert all(np.isfinite(measure.of(empty)).all() for measure in MEASURES.values())
    assert bar(empty) == 0


@pytest.fixture(scope="module")
def known(mnist_train):
    model, _ = checkpoint.load(checkpoint.shipped()["deep-32"])
    some = mnist_train.take(slice(0, 3000))
    images = some.pixels.astype(np.float32) / 255
    return model, evaluation.encode(model, images), images, some.labels


@pytest.mark.parametrize("name", MEASURES)
def test_a_direction_changes_what_it_is_called_after(known, mnist_test, name):
    model, codes, images, labels = known
    found = directions(codes, images, labels, lambda some: evaluation.draw(model, some))
    n = list(MEASURES).index(name)
    z = evaluation.encode(model, mnist_test.pixels[:200])  # of digits that it was not found on
    before, after = (
        np.stack([measure.of(evaluation.draw(model, codes)) for measure in MEASURES.values()])
        for codes in (z, z + found.spread[n] * found.steps[n])
    )
    change = ((after - before) / found.spread[:, None]).mean(1)
    assert 0.6 < change[n] < 1.6  # about one deviation, as promised
    assert change[n] == max(abs(change))


def test_groups_are_what_they_are_called(known):
    _model, codes, images, labels = known
    means = group_means(codes, images, labels)
    assert {*map(str, range(10)), "slanted", "thick", "barred"} <= set(means)
    assert means["3"][0] == pytest.approx(codes[labels == 3].mean(0))
    assert means["slanted"][1] == pytest.approx(300, abs=10)  # a tenth
    assert 10 < means["barred"][1] < means["unbarred"][1]
