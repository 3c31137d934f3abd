"""How strange images are: scores of autoencoders and their rivals."""

import numpy as np
import pytest

from aecore import anomalies, checkpoint, detection
from aecore.anomalies import ONE_CLASS, SCORES, Normal
from aecore.messages import Problem

BY_MODEL = [name for name, score in SCORES.items() if score.by_model]


@pytest.fixture(scope="module")
def ones(mnist_train):
    """A thousand ones to learn from, with the model that knows ones alone."""
    model, card = checkpoint.load(ONE_CLASS / "1.safetensors")
    assert card.classes == (1,)
    return Normal(mnist_train.of_classes((1,)).pixels[:1000], model)


@pytest.mark.parametrize("name", SCORES)
def test_an_eight_is_stranger_than_a_one_to_who_knows_only_ones(name, ones, mnist_test):
    strangeness = SCORES[name].fit(ones)
    one, eight = (mnist_test.of_classes((digit,)).pixels[:200] for digit in (1, 8))
    area = detection.auroc(strangeness(one), strangeness(eight))
    assert area > 0.97


@pytest.mark.parametrize("name", BY_MODEL)
def test_a_score_by_a_model_needs_one(name, mnist_test):
    with pytest.raises(Problem, match="needs an autoencoder"):
        SCORES[name].fit(Normal(mnist_test.pixels[:20]))


@pytest.mark.parametrize("name", SCORES)
def test_equal_and_empty_images_have_a_score_too(name, ones):
    same = np.repeat(ones.pixels[:1], 30, axis=0)
    strangeness = SCORES[name].fit(Normal(same, ones.model))
    judged = np.concatenate([same[:2], np.zeros_like(same[:1])])
    scores = strangeness(judged)
    assert scores.shape == (3,) and np.isfinite(scores).all()


def test_a_stroke_beside_its_place_is_a_smaller_error_than_one_that_is_missing():
    x = np.zeros((1, 1, 28, 28), np.uint8)
    x[..., 4:24, 13:16] = 255
    beside = np.roll(x, 1, axis=3) / 255
    missing = np.zeros_like(beside)
    squared = [((x / 255 - other) ** 2).sum() for other in (beside, missing)]
    by_ink = [anomalies.error_by_ink(x, other, 1.0)[0] for other in (beside, missing)]
    assert by_ink[0] / by_ink[1] < 0.5 * squared[0] / squared[1]


def test_of_two_images_with_the_same_error_the_one_with_less_ink_is_stranger():
    thin, thick = (np.zeros((1, 1, 28, 28), np.uint8) for _ in range(2))
    thin[..., 4:24, 14] = 255
    thick[..., 4:24, 10:18] = 255
    drawn = [x / 255 for x in (thin, thick)]
    for image in drawn:
        image[..., 0:4, 0:4] = 0.5
    errors = [
        anomalies.error_by_ink(x, y, 1.0)[0] for x, y in zip((thin, thick), drawn, strict=True)
    ]
    assert errors[0] > 3 * errors[1]


def test_places_are_taken_evenly():
    assert anomalies.evenly(10, 4).tolist() == [0, 3, 6, 9]
    assert anomalies.evenly(3, 10).tolist() == [0, 1, 2]


def test_kept_figures_name_every_score_and_digit():
    found = anomalies.figures()
    assert found is not None
    assert list(found["digits"]) == [str(digit) for digit in range(10)]
    for row in found["digits"].values():
        assert list(row) == list(SCORES)
        assert all(0.5 < each["low"] <= each["auroc"] <= each["high"] <= 1 for each in row.values())
    best = max(found["mean"][name] for name in BY_MODEL)
    assert best >= 0.970 and best >= found["mean"]["lof"] + 0.005
