"""The models of NumPy alone: the same numbers as PyTorch's."""

import numpy as np
import pytest

from aecore import checkpoint, evaluation
from aecore.fully_connected import FullyConnected
from aecore.messages import Problem

SHIPPED = checkpoint.shipped()


def test_codes_and_images_are_those_of_torch(mnist_test):
    path = SHIPPED["deep-32"]
    model, _card = checkpoint.load(path)
    plain, pixels = FullyConnected.load(path), mnist_test.pixels[:50]
    codes = plain.encode(pixels)
    assert codes.dtype == np.float32 and codes.shape == (50, 32)
    assert np.allclose(codes, evaluation.encode(model, pixels), atol=1e-4)
    drawn = plain.decode(codes)
    assert drawn.dtype == np.float32 and drawn.shape == pixels.shape
    assert np.allclose(drawn, evaluation.draw(model, codes), atol=1e-4)
    unit = pixels.astype(np.float32) / 255
    assert np.allclose(plain.reconstruct(unit), drawn, atol=1e-5)


def test_before_training_it_draws_an_even_grey(mnist_test):
    plain = FullyConnected.load(SHIPPED["deep-32"]).untrained()
    drawn = plain.reconstruct(mnist_test.pixels[:20])
    assert abs(drawn - 0.5).max() < 0.05 and drawn.std() > 0


@pytest.mark.parametrize("name", ["vae-2", "conv-32", "simple-32"])
def test_what_needs_pytorch_is_told(name):
    with pytest.raises(Problem, match=f"{name}.*PyTorch"):
        FullyConnected.load(SHIPPED[name])
