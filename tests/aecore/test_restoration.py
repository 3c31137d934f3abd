"""Restoring damaged images: known figures, and what any method must do."""

import numpy as np
import pytest
from scipy import ndimage

from aecore import checkpoint, restoration
from aecore.corruption import suiting
from aecore.messages import Problem
from aecore.pca import SHIPPED_PCA, PrincipalComponents


def test_the_median_is_scipys():
    x = np.random.default_rng(0).random((3, 2, 9, 7), dtype=np.float32)
    expected = ndimage.median_filter(x, size=(1, 1, 3, 3), mode="nearest")
    assert np.array_equal(restoration.median_filter(x), expected)


def test_known_figures_at_half_the_grey_scale(mnist_test):
    pca = PrincipalComponents.load(SHIPPED_PCA)
    model, _ = checkpoint.load(checkpoint.shipped()["denoise-256"])
    methods = {
        "noisy": lambda x: x,
        "median": restoration.median_filter,
        "pca": restoration.by_pca(pca, 32),
        "model": restoration.by_model(model),
    }
    pixels = mnist_test.pixels[:1000]
    ((strength, psnr),) = restoration.psnr_by_strength(methods, pixels, "gaussian", [0.5], seed=0)
    assert strength == 0.5
    assert psnr["noisy"] == pytest.approx(9.4, abs=0.1)
    assert psnr["median"] == pytest.approx(14.2, abs=0.1)
    assert psnr["pca"] == pytest.approx(14.9, abs=0.1)
    assert psnr["model"] > 20


@pytest.mark.parametrize("corruption", [name for name in suiting(symbols=False) if name != "none"])
def test_more_damage_is_further_from_the_original(mnist_test, corruption):
    curve = dict(
        restoration.psnr_by_strength(
            {"damaged": lambda x: x}, mnist_test.pixels[:64], corruption, [0, 0.2, 0.6, 0.9]
        )
    )
    psnr = [point["damaged"] for point in curve.values()]
    assert psnr == sorted(psnr, reverse=True)
    assert psnr[0] == pytest.approx(120)  # undamaged
    assert psnr[-1] < psnr[1] - 2


def test_one_seed_deepens_the_same_damage():
    pixels = np.full((2, 1, 28, 28), 128, np.uint8)
    weak, strong, again, other = (
        restoration.damage(pixels, "gaussian", strength, seed) - 128 / 255
        for strength, seed in ((0.05, 1), (0.1, 1), (0.1, 1), (0.1, 2))
    )
    assert np.array_equal(strong, again)
    assert np.allclose(2 * weak, strong, atol=1e-5)
    assert not np.allclose(strong, other, atol=0.01)


@pytest.mark.parametrize(("corruption", "strength"), [("fog", 0.5), ("gaussian", 1.5)])
def test_bad_damage_is_refused(corruption, strength):
    with pytest.raises(Problem):
        restoration.damage(np.zeros((1, 1, 8, 8), np.uint8), corruption, strength, 0)
