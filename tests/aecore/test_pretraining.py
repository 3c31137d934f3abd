"""Layer by layer: deep sigmoid networks need it, batch norm does not."""

import numpy as np
import pytest

from aecore.pretraining import WAYS, Size, curve, network

pytestmark = pytest.mark.training


def test_pretrained_layers_leave_the_mean_image_and_random_weights_do_not(mnist_train, mnist_test):
    size = Size(images=3000, epochs=10, judges=300)
    last = {
        way: list(curve(way, mnist_train.pixels, mnist_test.pixels, size))[-1].bce for way in WAYS
    }
    mean = mnist_train.pixels[:3000].mean(0) / 255
    p, x = mean.clip(1e-3, 1 - 1e-3), mnist_test.pixels[:300] / 255
    of_mean = float(-(x * np.log(p) + (1 - x) * np.log1p(-p)).mean())
    assert last["random"] > 0.85 * of_mean
    assert last["norm"] < last["layers"] - 0.01 < last["random"] - 0.03


def test_the_same_seed_gives_the_same_weights():
    for way in WAYS:
        one, two = network(way), network(way)
        pairs = zip(one.parameters(), two.parameters(), strict=True)
        assert all(bool((a == b).all()) for a, b in pairs)
