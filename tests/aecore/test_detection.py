"""Areas under ROC and precision over recall, and their intervals."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from aecore import detection


@pytest.mark.parametrize("digits", [1, 6])  # with one digit many scores are equal
def test_areas_are_those_of_scikit_learn(digits):
    rng = np.random.default_rng(0)
    normal = rng.normal(0, 1, 200).round(digits)
    strange = rng.normal(1, 2, 300).round(digits)
    truth, scores = np.repeat([0, 1], [200, 300]), np.concatenate([normal, strange])
    assert detection.auroc(normal, strange) == pytest.approx(roc_auc_score(truth, scores))
    found = detection.average_precision(normal, strange)
    assert found == pytest.approx(average_precision_score(truth, scores))


def test_guessing_has_one_half_and_telling_all_apart_has_one():
    assert detection.auroc(np.zeros(5), np.zeros(9)) == 0.5
    assert detection.average_precision(np.zeros(5), np.zeros(15)) == 0.75  # three of four
    assert detection.auroc(np.arange(5), np.arange(5, 9)) == 1
    assert detection.auroc(np.arange(5, 9), np.arange(5)) == 0


def test_an_interval_holds_the_area_and_is_narrower_with_more_images():
    rng = np.random.default_rng(1)

    def found(n: int) -> detection.Areas:
        return detection.areas(rng.normal(0, 1, n), rng.normal(1, 1, n), rounds=300)

    few, many = found(50), found(2000)
    for areas in (few, many):
        assert areas.auroc_interval[0] < areas.auroc < areas.auroc_interval[1]
        assert areas.precision_interval[0] < areas.precision < areas.precision_interval[1]
    assert np.diff(many.auroc_interval) < np.diff(few.auroc_interval) / 3
    # 0.76 for two Gaussians a standard deviation apart
    assert many.auroc_interval[0] < 0.7602 < many.auroc_interval[1]


def test_nineteen_of_twenty_intervals_hold_the_true_area():
    rng = np.random.default_rng(2)
    held = 0
    for seed in range(60):
        areas = detection.areas(rng.normal(0, 1, 100), rng.normal(1, 1, 100), rounds=200, seed=seed)
        held += areas.auroc_interval[0] < 0.7602 < areas.auroc_interval[1]
    assert held >= 51  # 57 are expected; fewer than 51 come once in 200 times
