"""How like real images drawn ones are, and whether they are new."""

import numpy as np
import pytest

from aecore import classifier
from aecore.fidelity import frechet_distance, precision_recall
from aecore.novelty import KnownImages
from aecore.pca import SHIPPED_PCA, PrincipalComponents


def test_the_frechet_distance_of_gaussians_is_known():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(50_000, 3)), 2 * rng.normal(size=(50_000, 3)) + 1
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-8)
    # |μ|² = 3, and for every number 1 + 4 - 2·2 = 1
    assert frechet_distance(a, b) == pytest.approx(6, rel=0.03)
    assert frechet_distance(b, a) == pytest.approx(frechet_distance(a, b))


def test_damage_makes_the_distance_larger(mnist_train, mnist_test):
    judge = classifier.shipped()
    real, others = (judge.features(some.pixels[:1500]) for some in (mnist_test, mnist_train))
    noisy = mnist_train.pixels[:1500] / 255 + np.random.default_rng(0).normal(
        0, 0.4, (1500, 1, 28, 28)
    )
    worse = judge.features(noisy.clip(0, 1).astype(np.float32))
    assert frechet_distance(others, real) < 0.2 * frechet_distance(worse, real)


def test_precision_and_recall_tell_apart_what_is_wrong():
    rng = np.random.default_rng(0)
    real = rng.normal(size=(600, 4))
    precision, recall = precision_recall(real, rng.normal(size=(600, 4)))
    assert precision > 0.7 and recall > 0.7
    precision, recall = precision_recall(real, 0.1 * rng.normal(size=(600, 4)))
    assert precision > 0.9 and recall < 0.2  # all alike
    precision, recall = precision_recall(real, 5 * rng.normal(size=(600, 4)))
    assert precision < 0.2  # hardly any is believable


def test_the_nearest_known_image_by_its_pixels(mnist_train, mnist_test):
    known = mnist_train.pixels[:3000]
    found = KnownImages(known, PrincipalComponents.load(SHIPPED_PCA))
    asked = mnist_test.pixels[:40]
    match = found.nearest(asked)
    apart = np.linalg.norm(
        (asked[:, None].astype(np.float32) - known[None]).reshape(40, 3000, -1) / 255, axis=2
    )
    assert match.distances == pytest.approx(apart[np.arange(40), match.places], abs=1e-4)
    assert (match.places == apart.argmin(1)).mean() > 0.95  # by a few components, almost always
    copies = found.nearest(known[:5].astype(np.float32) / 255)
    assert copies.places.tolist() == [0, 1, 2, 3, 4] and copies.distances.max() < 1e-5
