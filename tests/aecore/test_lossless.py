"""The lossless coder: to the last bit, on real digits, on noise, and in any order of sums."""

import numpy as np
import pytest

from aecore import checkpoint, evaluation
from aecore.compression import exact, lossless, predictor
from aecore.compression.exact import ExactLayer
from aecore.messages import Problem

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def coder():
    return lossless.load()


@pytest.fixture(scope="module")
def coded(coder, mnist_test):
    """300 test digits, the levels of their codes, and what the coder makes of them."""
    model, _card = checkpoint.load(checkpoint.shipped()[lossless.MAKER])
    images = mnist_test.pixels[:300]
    levels = coder.levels(evaluation.encode(model, images))
    return images[:, 0], levels, coder.encode(images[:, 0], levels)


def test_lossless_is_lossless_and_takes_less_than_lzma_for_all(coder, coded):
    images, levels, data = coded
    assert np.array_equal(coder.decode(data), images)
    assert 8 * len(data) / images.size < 1.39
    code, spread = coder.bits(images, levels)
    told = code.sum() + spread.sum()
    assert 8 * (len(data) - lossless.HEAD.size) == pytest.approx(told, rel=1e-3)


def test_without_codes_it_is_lossless_too(coded):
    images, _levels, _data = coded
    alone = lossless.load(lossless.NEIGHBOURS_ONLY)
    assert alone.levels(np.zeros((1, 32))) is None
    assert np.array_equal(alone.decode(alone.encode(images[:50], None)), images[:50])


def test_images_that_are_no_digits_and_codes_of_others_come_back_too(coder, coded):
    _images, levels, _data = coded
    rng = np.random.default_rng(0)
    strange = np.stack(
        [
            rng.integers(0, 256, (28, 28)),
            np.full((28, 28), 255),
            np.zeros((28, 28)),
            rng.integers(0, 2, (28, 28)) * 255,
        ]
    ).astype(np.uint8)
    assert np.array_equal(coder.decode(coder.encode(strange, levels[:4])), strange)


def test_damaged_data_is_told_and_never_shown(coder, coded):
    _images, _levels, data = coded
    wrong = bytearray(data)
    wrong[len(data) // 2] ^= 1
    too_many = lossless.HEAD.pack(lossless.MARK, lossless.MOST + 1, bytes(32))
    for bad in (b"", data[:20], b"x" + data[1:], data[:-1], bytes(wrong), too_many):
        with pytest.raises(Problem, match="cut short or damaged"):
            coder.decode(bad)


def test_the_order_of_sums_changes_nothing():
    rng = np.random.default_rng(3)
    layer = ExactLayer(
        rng.integers(-127, 128, (40, 96)).astype(np.int8),
        rng.integers(0, 11, 40).astype(np.uint8),
        rng.integers(-3000, 3000, 40).astype(np.int16),
    )
    x = rng.integers(0, 256, (50, 96)).astype(np.float32) / exact.HIDDEN
    order = rng.permutation(96)
    other = ExactLayer(layer.weight[:, order], layer.shift, layer.bias)
    whole = (
        x.astype(np.float64) @ (layer.weight / 2.0 ** layer.shift.astype(float)[:, None]).T
        + layer.bias / exact.BIAS
    )
    assert np.array_equal(layer(x), other(x[:, order]))
    assert np.array_equal(layer(x), whole)  # not a bit is lost in 32-bit numbers


def test_layers_whose_sums_could_be_rounded_are_refused():
    weight = np.full((1, 4000), 127, np.int8)
    with pytest.raises(Problem, match="damaged"):
        ExactLayer(weight, np.zeros(1, np.uint8), np.zeros(1, np.int16))
    with pytest.raises(Problem, match="damaged"):
        ExactLayer(weight[:, :9], np.full(1, 11, np.uint8), np.zeros(1, np.int16))


def test_a_pixel_is_predicted_from_those_before_it_alone():
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (5, 28, 28)).astype(np.uint8)
    later = images.copy()
    later[:, 14, 10:] = 7
    later[:, 15:] = 99
    black = predictor.framed(np.zeros_like(images))
    found = [
        predictor.features(predictor.framed(each), black, np.arange(5), 14, 10)
        for each in (images, later)
    ]
    assert np.array_equal(*found)
    later[:, 13, 10] += 1
    assert not np.array_equal(
        found[0], predictor.features(predictor.framed(later), black, np.arange(5), 14, 10)
    )


def test_a_file_that_is_no_coder_is_told(tmp_path):
    with pytest.raises(Problem, match="a lossless coder"):
        lossless.load(checkpoint.shipped()["simple-32"])
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(lossless.LOSSLESS.read_bytes()[:-100])
    with pytest.raises(Problem, match="cut short"):
        lossless.load(cut)
