"""Few labels: how they are drawn, how they spread, and what an encoder makes of them."""

import numpy as np
import pytest

from aecore import checkpoint, few_labels
from aecore.evaluation import encode
from aecore.few_labels import drawn
from aecore.groups_file import load_groups
from aecore.label_spreading import Spreading
from aecore.tuning import tuned

pytestmark = pytest.mark.training


def test_labels_are_drawn_from_every_class_alike(mnist_train):
    labels = mnist_train.labels
    for n in (10, 100, 1000):
        places = drawn(labels, n, seed=3)
        assert len(set(places)) == n
        assert np.bincount(labels[places]).tolist() == [n // 10] * 10
    assert np.array_equal(drawn(labels, 10, 3), drawn(labels, 100, 3)[:10])
    assert not np.array_equal(drawn(labels, 10, 3), drawn(labels, 10, 4))


def test_a_class_with_few_images_gives_all_that_it_has():
    labels = np.array([0] * 2 + [1] * 20)
    assert np.bincount(labels[drawn(labels, 10, seed=0)]).tolist() == [2, 8]


@pytest.fixture(scope="module")
def codes(mnist_train, mnist_test):
    """Codes of 3,000 training digits and 2,000 test digits, with their labels."""
    model, _card = checkpoint.load(checkpoint.shipped()["deep-32"])
    pool, judges = mnist_train.take(slice(3000)), mnist_test.take(slice(2000))
    points = [encode(model, one.pixels) for one in (pool, judges)]
    size = points[0]
    return [
        (few_labels.unit_size(x, size), one.labels)
        for x, one in zip(points, (pool, judges), strict=True)
    ]


@pytest.mark.parametrize("classifier", few_labels.CLASSIFIERS)
def test_more_labels_never_hurt_much(codes, classifier):
    (points, labels), judged = codes
    means = []
    for n in (10, 50, 250, 1000):
        draws = [drawn(labels, n, seed) for seed in range(3)]
        found = [few_labels.accuracy(classifier, (points[d], labels[d]), judged) for d in draws]
        means.append(np.mean(found))
    assert all(later > before - 0.01 for before, later in zip(means, means[1:], strict=False))
    assert means[-1] > means[0] + 0.2


def test_labels_spread_to_whole_islands(mnist_train, mnist_test):
    places = load_groups().positions[:10_000]
    told = drawn(mnist_test.labels, 10, seed=0)
    said = Spreading(places).of(told, mnist_test.labels[told], 10)
    assert np.array_equal(said[told], mnist_test.labels[told])
    assert (said == mnist_test.labels).mean() > 0.8


def test_what_no_label_reaches_takes_the_nearest():
    rng = np.random.default_rng(0)
    # three islands far apart; nobody in the third is told, and the second is nearer to it
    places = np.concatenate([rng.normal(0, 0.1, (40, 2)) + [x, 0] for x in (0, 10, 15)])
    said = Spreading(places).of(np.array([0, 40]), np.array([3, 1]), 10)
    assert said.tolist() == [3] * 40 + [1] * 80


def test_a_trained_encoder_needs_fewer_labels_than_random_weights(mnist_train, mnist_test):
    model, _card = checkpoint.load(checkpoint.shipped()["deep-32"])
    weights = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    told, judges = drawn(mnist_train.labels, 100, seed=0), mnist_test.take(slice(2000))
    pixels, labels = mnist_train.pixels[told], mnist_train.labels[told]
    found = []
    for from_random in (False, True):
        *_, (share, labeller) = tuned(model, pixels, labels, 10, 0, from_random)
        assert share == 1
        found.append((labeller.labels(judges.pixels) == judges.labels).mean())
    assert found[0] > found[1]
    # the shared model stays as it was
    assert all(bool((weights[name] == t).all()) for name, t in model.state_dict().items())
