"""What is measured of strokes, on figures whose slant and thickness are known."""

import numpy as np
import pytest

from aecore import strokes


def bar(lean: float, thick: float) -> np.ndarray:
    """An upright or leaning bar with soft edges, float (1, 1, 28, 28)."""
    y, x = np.indices((28, 28)) - 14
    away = abs(x + lean * y) * np.cos(np.arctan(lean))
    return ((thick / 2 + 0.5 - away).clip(0, 1) * (abs(y) <= 10))[None, None]


@pytest.mark.parametrize("lean", [-0.4, 0.0, 0.25, 0.6])
def test_a_bar_leans_as_it_is_drawn(lean):
    assert strokes.slant(bar(lean, 3)) == pytest.approx(lean, abs=0.03)


@pytest.mark.parametrize("thick", [2.0, 3.0, 4.0])
def test_a_bar_is_as_thick_as_it_is_drawn(thick):
    found = strokes.thickness(bar(0.0, thick))
    assert found == pytest.approx(thick, rel=0.2)  # its ends count as edges, too
    assert strokes.thickness((bar(0.0, thick) * 255).astype(np.uint8)) == pytest.approx(found, 0.01)


def test_nothing_has_neither():
    empty = np.zeros((2, 1, 28, 28), np.uint8)
    assert strokes.slant(empty).tolist() == strokes.thickness(empty).tolist() == [0, 0]


def test_a_sheared_image_leans_further_by_as_much():
    upright = (bar(0.0, 3) * 255).astype(np.uint8)
    assert np.array_equal(strokes.sheared(upright, 0.0), upright)
    for lean in (-0.3, 0.4):
        assert strokes.slant(strokes.sheared(upright, lean)) == pytest.approx(lean, abs=0.03)
