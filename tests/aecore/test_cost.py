"""What a training will take, told before it begins."""

from dataclasses import replace

import pytest

from aecore.models import MODELS
from aecore.recipe import Recipe
from aecore.training.cost import expected_seconds
from aecore.training.plan import Plan

PLAN = Plan("deep", {}, "mnist", Recipe(epochs=10))


@pytest.mark.parametrize("family", MODELS)
def test_a_pass_over_mnist_takes_what_the_family_says(family):
    usual = replace(PLAN, family=family)
    longer = replace(usual, recipe=Recipe(epochs=11))
    one_more = expected_seconds(longer) - expected_seconds(usual)
    assert one_more == pytest.approx(MODELS[family].seconds, abs=1.5)


def test_more_work_takes_longer():
    usual = expected_seconds(PLAN)
    assert expected_seconds(replace(PLAN, dataset="digits")) < usual / 3
    small_batches = replace(PLAN, recipe=Recipe(epochs=10, batch_size=16))
    assert expected_seconds(small_batches) > 2 * usual


def test_of_a_signal_a_recurrent_model_takes_step_by_step():
    windows = replace(PLAN, dataset="heartbeats")  # 256 numbers in 32 steps
    others = expected_seconds(replace(windows, family="conv"))
    assert expected_seconds(replace(windows, family="recurrent")) > 2 * others
