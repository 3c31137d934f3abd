"""Printed digits: which typefaces draw them, and that slant, width and weight are what is asked."""

import numpy as np
import pytest

from aecore import strokes
from aecore.data import dataset, load, typeface
from aecore.data.printed import SLANT, WEIGHT, WIDTH

FONT = "Aileron Regular"  # Pillow's own: wherever Pillow is


def drawn(slant: float = 0.0, width: float = 1.0, weight: float = 0.0) -> np.ndarray:
    """The ten digits of that font."""
    return typeface.draw(typeface.glyphs(FONT), *(np.full(10, v) for v in (slant, width, weight)))


def test_there_are_as_many_of_each_digit_and_always_the_same():
    train, test = load("print", "train"), load("print", "test")
    assert set(np.bincount(train.labels)) == {2000} and set(np.bincount(test.labels)) == {500}
    assert np.array_equal(test.pixels, load("print", "test").pixels)
    assert not np.array_equal(train.pixels[:100], test.pixels[:100])
    assert test.pixels.reshape(5000, -1).max(1).min() > 100  # nothing is left empty


def test_it_says_which_typefaces_were_found():
    told = str(dataset("print").remarks[0])
    assert FONT in told and len(typeface.fonts()) == told.count(",") + 1


def test_where_no_other_font_is_pillows_own_draws(monkeypatch):
    monkeypatch.setattr(typeface, "FILES", ("nowhere.ttf",))
    typeface.fonts.cache_clear()
    try:
        entry = dataset("print")
        assert list(typeface.fonts()) == [FONT] and FONT in str(entry.remarks[0])
        other = entry.version
    finally:
        monkeypatch.undo()
        typeface.fonts.cache_clear()
    assert (dataset("print").version == other) == (list(typeface.fonts()) == [FONT])


def test_digits_stand_as_mnists_do():
    for pixels in (drawn(), drawn(slant=0.5, width=0.75), drawn(slant=-0.3, weight=0.08)):
        for ink in pixels[:, 0].astype(float):
            rows, columns = (np.flatnonzero(ink.max(axis) > 100) for axis in (1, 0))
            assert 19 <= max(np.ptp(rows), np.ptp(columns)) + 1 <= 21
            middle = [(ink.sum(1 - axis) @ np.arange(28)) / ink.sum() for axis in (0, 1)]
            assert middle == pytest.approx([14, 14], abs=0.6)


def test_the_asked_slant_is_drawn():
    upright = strokes.slant(drawn())
    for slant in (*SLANT, 0.2):
        assert strokes.slant(drawn(slant=slant)) - upright == pytest.approx(
            np.full(10, slant), abs=0.06
        )


def test_more_weight_is_thicker_and_less_stays_whole():
    thin, usual, thick = (strokes.thickness(drawn(weight=w)) for w in (WEIGHT[0], 0.0, WEIGHT[1]))
    assert (thin < usual).all() and (usual < thick).all()
    assert drawn(weight=-1).reshape(10, -1).max(1).min() > 100


def test_a_wider_digit_is_wider():
    def shape(pixels: np.ndarray) -> np.ndarray:
        return (pixels.max((1, 2)) > 100).sum(1) / (pixels.max((1, 3)) > 100).sum(1)

    narrow, wide = (shape(drawn(width=width)) for width in WIDTH)
    assert (narrow < wide).all()
