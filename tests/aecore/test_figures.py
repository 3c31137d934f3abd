"""Figures that were measured before, by name."""

import json

import pytest

from aecore import checkpoint, figures


def test_of_several_draws_it_is_the_mean():
    kept = json.loads((checkpoint.SHIPPED / "features.json").read_text(encoding="utf-8"))
    draws = kept["transfer"]["mnist/codes"]["knn"]
    mean = figures.kept("features")["transfer.mnist/codes.knn"]
    assert mean == pytest.approx(sum(draws) / len(draws))
    assert min(draws) < mean < max(draws)
