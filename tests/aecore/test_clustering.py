"""Groups found without labels, and what they are worth once each has a name."""

import numpy as np
import pytest

from aecore import checkpoint, clustering, few_labels
from aecore.clustering import NAMELESS, best_names, counted, in_order, named_right, scores
from aecore.evaluation import encode
from aecore.groups_file import BEST, FILE, WAYS, load_groups
from aecore.messages import Problem


def test_a_permuted_labelling_is_matched_without_a_fault():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 10, 500)
    groups = rng.permutation(10)[labels]
    assert scores(groups, labels) == pytest.approx({"accuracy": 1, "ari": 1, "nmi": 1})


def test_groups_by_chance_are_worth_nothing():
    rng = np.random.default_rng(0)
    labels, groups = rng.integers(0, 10, 5000), rng.integers(0, 10, 5000)
    found = scores(groups, labels)
    assert abs(found["ari"]) < 0.01 and found["nmi"] < 0.02 and found["accuracy"] < 0.15


def test_every_name_is_given_once_and_no_other_names_do_better():
    counts = np.array([[9, 8, 0], [9, 0, 0], [0, 0, 5]])
    names = best_names(counts)
    assert names.tolist() == [1, 0, 2]
    assert named_right(counts, names) == pytest.approx(22 / 31)
    assert named_right(counts, np.array([NAMELESS, 0, NAMELESS])) == pytest.approx(9 / 31)


def test_groups_are_numbered_as_they_appear():
    assert in_order(np.array([4, 4, 1, 7, 1])).tolist() == [0, 0, 1, 2, 1]


def test_islands_of_codes_are_found_without_labels(mnist_test):
    model, _card = checkpoint.load(checkpoint.shipped()["conv-32"])
    some = mnist_test.take(np.flatnonzero(np.isin(mnist_test.labels, [0, 1, 7]))[:600])
    codes = encode(model, some.pixels)
    places = clustering.island_map(codes)
    assert places.shape == (600, 2) and np.isfinite(places).all()
    groups = clustering.mixture(places, groups=3, starts=3)
    assert scores(groups, some.labels)["accuracy"] > 0.97
    stopped = clustering.island_map(codes, on_share=lambda share: True)
    assert not np.array_equal(stopped, places)


def test_the_shipped_groups_are_those_of_the_digits(mnist_test, mnist_train):
    found = load_groups()
    labels = np.concatenate([mnist_test.labels, mnist_train.labels])
    counts = counted(found.everybody, labels, (10, 10))
    assert np.array_equal(counts, found.counts(BEST))
    assert np.array_equal(found.everybody[:10_000], found.of(BEST))
    assert scores(found.everybody, labels)["accuracy"] >= 0.965


def test_ten_names_beat_ten_labels(mnist_test, mnist_train):
    found = load_groups()
    named = named_right(found.counts(BEST), best_names(found.counts(BEST)))
    points = [
        x.pixels.reshape(len(x), -1).astype(np.float32) / 255 for x in (mnist_train, mnist_test)
    ]
    for classifier in few_labels.CLASSIFIERS:
        chosen = few_labels.drawn(mnist_train.labels, 10, seed=0)
        known = points[0][chosen], mnist_train.labels[chosen]
        assert few_labels.accuracy(classifier, known, (points[1], mnist_test.labels)) < named - 0.3


def test_what_is_no_file_of_groups_is_told(tmp_path):
    damaged = tmp_path / "groups.safetensors"
    damaged.write_bytes(FILE.read_bytes()[:-100])
    with pytest.raises(Problem):
        load_groups(damaged)
    with pytest.raises(Problem, match="groups of digits"):
        load_groups(checkpoint.SHIPPED / "map.safetensors")
    found = load_groups()
    found.facts["counts"].pop(WAYS[0])
    found.save(damaged)
    with pytest.raises(Problem, match="damaged"):
        load_groups(damaged)
