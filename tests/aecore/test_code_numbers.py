"""The numbers of a code one by one."""

import numpy as np
import pytest

from aecore import checkpoint, code_numbers, evaluation


def test_ranges_and_extremes_are_those_of_each_number():
    codes = np.random.default_rng(0).normal((0, 5), (1, 2), (500, 2)).astype(np.float32)
    low, mean, high = code_numbers.ranges(codes)
    assert mean == pytest.approx(codes.mean(0))
    for j in range(2):
        inside = ((codes[:, j] >= low[j]) & (codes[:, j] <= high[j])).mean()
        assert inside == pytest.approx(0.98, abs=0.01)
    largest, smallest = code_numbers.extremes(codes, 3)
    for j in range(2):
        order = codes[:, j].argsort()
        assert largest[j].tolist() == order[::-1][:3].tolist()
        assert smallest[j].tolist() == order[:3].tolist()
    assert code_numbers.extremes(codes[:2], 5)[0].shape == (2, 2)


def test_only_one_number_moves_at_a_time():
    code = np.array([1.0, 2.0, 3.0])
    codes = code_numbers.moved(code, np.array([-1.0, 0.0]), np.array([1.0, 4.0]), 5)
    assert codes.shape == (2, 5, 3)
    assert codes[0, :, 0].tolist() == [-1, -0.5, 0, 0.5, 1]
    assert codes[1, :, 1].tolist() == [0, 1, 2, 3, 4]
    assert (codes[0, :, 1:] == code[1:]).all() and (codes[1][:, [0, 2]] == code[[0, 2]]).all()


def test_a_number_that_the_decoder_ignores_has_no_effect(mnist_test):
    model, _card = checkpoint.load(checkpoint.shipped()["deep-32"])
    codes = evaluation.encode(model, mnist_test.pixels[:200])
    low, _mean, high = code_numbers.ranges(codes)
    low[7] = high[7] = codes[0, 7]  # it stays where it is
    many = code_numbers.moved(codes[0], low, high, 3)
    drawn = evaluation.draw(model, many.reshape(-1, 32))
    found = code_numbers.effects(drawn, 3)
    assert found.shape == (32,) and found[7] == 0
    assert (np.delete(found, 7) > 0).all()
