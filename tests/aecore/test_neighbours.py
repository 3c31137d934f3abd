"""Neighbours, what a map does to them, and maps as files."""

import numpy as np
import pytest

from aecore import map_file, mapping, neighbours, projection, three_maps
from aecore.messages import Problem


def test_a_faithful_map_misplaces_nobody():
    codes = np.random.default_rng(0).normal(size=(300, 2))
    found = neighbours.misplaced(codes, codes * 3 + 1)
    assert not found.torn.any() and not found.close.any()


def test_a_random_map_misplaces_nearly_everybody():
    rng = np.random.default_rng(0)
    found = neighbours.misplaced(rng.normal(size=(500, 5)), rng.normal(size=(500, 2)))
    # a neighbourhood holds 50 of 499 others: by chance one of ten neighbours is in it
    assert 8.5 < found.torn.mean() < 9.5 and 8.5 < found.close.mean() < 9.5


def test_a_torn_cluster_and_a_fold_are_told_apart():
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(400, 3))
    torn = codes[:, :2].copy()
    torn[::2] += 100  # every second point goes far away: neighbours are torn apart
    found = neighbours.misplaced(codes[:, :2], torn)
    assert found.torn.mean() > 4 and found.close.mean() < 1
    folded = neighbours.misplaced(codes * [1, 1, 30], codes[:, :2])  # the long axis is not seen
    assert folded.close.mean() > 5


def test_a_map_keeps_what_is_misplaced_and_older_ones_have_nothing(tmp_path):
    rng = np.random.default_rng(0)
    codes, places = rng.normal(size=(50, 4)).astype(np.float32), rng.normal(size=(50, 2))
    wrong = neighbours.misplaced(codes, places)
    one = map_file.Map(codes, places.astype(np.float32), np.zeros(50, np.uint8), {}, wrong)
    one.save(tmp_path / "new.safetensors")
    again = map_file.load_map(tmp_path / "new.safetensors").misplaced
    assert again is not None and np.array_equal(again.torn, wrong.torn)
    older = map_file.Map(codes, one.positions, one.labels, {})
    older.save(tmp_path / "old.safetensors")
    assert map_file.load_map(tmp_path / "old.safetensors").misplaced is None
    with pytest.raises(Problem, match="a map in the making"):
        map_file.load_moving(tmp_path / "old.safetensors")


def test_sixteen_bits_keep_the_form_of_a_map():
    places = np.random.default_rng(0).normal(size=(1000, 2)) * [4, 1] + 50
    whole = map_file.in_16_bits(places).astype(float)
    scale = np.ptp(whole[:, 0]) / np.ptp(places[:, 0])
    assert np.ptp(whole[:, 1]) / np.ptp(places[:, 1]) == pytest.approx(scale, rel=1e-3)
    assert abs(whole.min(0) + whole.max(0) - 65535).max() <= 2  # in the middle of the square


def test_the_shipped_three_maps_are_what_they_say(mnist_test):
    found = three_maps.load_three_maps()
    facts = found.facts
    assert found.positions.shape == (3, three_maps.POINTS, 2)
    ids = projection.sample(facts["images"], facts["points"], facts["seed"])
    assert np.array_equal(found.labels, mnist_test.labels[ids])
    accuracy = [facts["ways"][way]["knn_accuracy"] for way in three_maps.WAYS]
    assert min(accuracy) > 0.85 and accuracy[2] > accuracy[0]  # codes beat pixels
    from aecore.metrics import knn_accuracy

    for way, places, told in zip(three_maps.WAYS, found.positions, accuracy, strict=True):
        # the places were rounded to 16 bits after they were judged
        assert knn_accuracy(places, found.labels) == pytest.approx(told, abs=0.01), way


def test_all_images_are_the_training_images_and_then_the_test_images():
    joined = mapping.load_split("digits", mapping.ALL)
    train, test = (mapping.load_split("digits", split) for split in ("train", "test"))
    assert np.array_equal(joined.pixels, np.concatenate([train.pixels, test.pixels]))
    assert joined.labels is not None and np.array_equal(joined.labels[-len(test) :], test.labels)
