"""Placing new codes on a finished map."""

import numpy as np
import pytest

from aecore import checkpoint, evaluation
from aecore.map_file import load_map
from aecore.placing import NEIGHBOURS, Nearest, place


def test_nearest_codes_and_their_distances():
    known = np.random.default_rng(0).normal(size=(300, 5)).astype(np.float32)
    codes = np.random.default_rng(1).normal(size=(7, 5)).astype(np.float32)
    places, distances = Nearest(known).of(codes, 4)
    apart = np.linalg.norm(codes[:, None] - known, axis=2)
    assert np.array_equal(places, apart.argsort(1)[:, :4])
    assert distances == pytest.approx(np.sort(apart, 1)[:, :4], abs=1e-5)
    assert Nearest(known[:3]).of(codes, 10)[0].shape == (7, 3)  # there are no more


def test_between_two_islands_it_goes_to_one_of_them():
    rng = np.random.default_rng(0)
    known = rng.normal(size=(20, 3))
    positions = np.repeat([[-10.0, 0.0], [10.0, 5.0]], 10, axis=0) + rng.normal(0, 0.1, (20, 2))
    placed = positions[place(*Nearest(known).of(known.mean(0)[None], 20), positions)]
    assert min(np.linalg.norm(placed - np.array([[-10, 0], [10, 5]]), axis=1)) < 1
    assert np.linalg.norm(positions.mean(0) - positions, axis=1).min() > 5  # the mean would not


def test_a_code_that_is_on_the_map_among_its_own_stays_there():
    known = np.concatenate([np.zeros((10, 2)), np.ones((10, 2))])
    positions = np.arange(40.0).reshape(20, 2)
    assert place(*Nearest(known).of(np.zeros((1, 2)), 1), positions)[0] < 10
    same = np.zeros((20, 2))  # all as near as can be
    assert place(*Nearest(same).of(np.zeros((1, 2)), NEIGHBOURS), positions)[0] in range(20)


@pytest.fixture(scope="module")
def newcomers(mnist_train) -> tuple[np.ndarray, np.ndarray]:
    """Codes (2000, 32) and classes of training digits; the shipped map has only test digits."""
    model, _card = checkpoint.load(checkpoint.shipped()["deep-32"])
    chosen = mnist_train.take(slice(0, 2000))
    return evaluation.encode(model, chosen.pixels), chosen.labels


def test_digits_that_the_map_has_never_seen_come_to_lie_among_their_own(newcomers):
    from sklearn.neighbors import KNeighborsClassifier

    codes, labels = newcomers
    shipped = load_map()
    around = KNeighborsClassifier(10).fit(shipped.positions, shipped.labels)
    by_code = KNeighborsClassifier(10).fit(shipped.codes, shipped.labels).score(codes, labels)
    near = Nearest(shipped.codes).of(codes, NEIGHBOURS)
    placed = shipped.positions[place(*near, shipped.positions)]
    share = around.score(placed, labels)
    # the average of the same neighbours, which can fall between islands
    mean = shipped.positions[near[0]].mean(1)
    assert share > 0.94 and share > by_code - 0.015
    assert share > around.score(mean, labels) + 0.015


def test_random_places_would_fail_the_same_test(newcomers):
    from sklearn.neighbors import KNeighborsClassifier

    codes, labels = newcomers
    shipped = load_map()
    around = KNeighborsClassifier(10).fit(shipped.positions, shipped.labels)
    shuffled = np.random.default_rng(0).permutation(shipped.positions)
    placed = shuffled[place(*Nearest(shipped.codes).of(codes, NEIGHBOURS), shuffled)]
    assert around.score(placed, labels) < 0.2
