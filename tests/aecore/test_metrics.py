"""Metrics against numbers worked out by hand."""

import numpy as np
import pytest

from aecore import metrics

X = np.array([[[[0.0, 1.0], [0.5, 0.0]]]], np.float32)


def test_mse_and_psnr():
    x_hat = X + 0.1
    assert metrics.mse(x_hat, X) == pytest.approx([0.01])
    assert metrics.psnr(x_hat, X) == pytest.approx([20.0])
    assert metrics.psnr(X, X) == pytest.approx([120.0])  # finite, though nothing differs


def test_bce_is_cross_entropy_with_the_targets_entropy_as_floor():
    half = np.full_like(X, 0.5)
    assert metrics.bce(half, X) == pytest.approx([np.log(2)])
    # only the grey pixel has entropy: log 2 in one of four pixels
    assert metrics.bce(X, X) == pytest.approx([np.log(2) / 4], rel=1e-4)
    assert np.isfinite(metrics.bce(1 - X, X)).all()


def test_metrics_are_per_image():
    x = np.concatenate([X, X])
    x_hat = np.concatenate([X, X + 0.1])
    assert metrics.mse(x_hat, x) == pytest.approx([0.0, 0.01])


def test_knn_accuracy_judges_each_point_without_itself():
    labels = np.repeat([0, 1], 20)
    apart = np.random.default_rng(0).normal(size=(40, 2)) + 100 * labels[:, None]
    assert metrics.knn_accuracy(apart, labels) == 1
    alternating = np.arange(40.0)[:, None]
    assert metrics.knn_accuracy(alternating, np.arange(40) % 2, k=1) < 0.2


def test_trustworthiness_of_a_faithful_and_of_a_random_map():
    rng = np.random.default_rng(0)
    codes = rng.normal(size=(400, 2))
    assert metrics.trustworthiness(codes, 3 * codes) == pytest.approx(1)
    assert metrics.trustworthiness(codes, rng.normal(size=(400, 2))) < 0.7


def test_the_normal_distance_is_zero_for_quantiles_and_half_for_one_side():
    from statistics import NormalDist

    quantiles = np.array([NormalDist().inv_cdf((k + 0.5) / 1000) for k in range(1000)])
    assert metrics.normal_distance(quantiles) == pytest.approx(0.0005)
    assert metrics.normal_distance(np.abs(quantiles)) == pytest.approx(0.5, abs=0.01)
    # shifted by one: the largest gap of two unit normals is at the middle between them
    gap = NormalDist().cdf(0.5) - NormalDist().cdf(-0.5)
    assert metrics.normal_distance(quantiles + 1) == pytest.approx(gap, abs=0.01)


def test_neighbours_among_others_vote():
    points, labels = np.array([[0.0], [0.1], [5.0], [5.1]]), np.array([0, 0, 1, 1])
    judged = (np.array([[0.05], [5.05], [0.0]]), np.array([0, 1, 1]))
    assert metrics.knn_accuracy(points, labels, k=2, judged=judged) == pytest.approx(2 / 3)
