"""The contractive family: what its penalty measures, and what it does to a code."""

import pytest
import torch

from aecore.evaluation import evaluate
from aecore.models import build, to_input
from aecore.recipe import Recipe
from aecore.training.loop import fit

pytestmark = pytest.mark.training


def jacobian(model, x: torch.Tensor) -> torch.Tensor:
    """‖∂z/∂x‖² of each image (N, C, H, W), by differentiating the encoder: (N,)."""
    of_one = torch.func.jacrev(lambda image: model.encode(image[None])[0])
    return torch.stack([of_one(image).square().sum().detach() for image in x])


def test_the_penalty_is_the_encoders_jacobian():
    model = build("contractive", image_shape=(2, 7, 5), latent_dim=6)
    x = torch.rand(4, 2, 7, 5)
    exact = jacobian(model, x)
    torch.testing.assert_close(model.jacobian(model.encode(x)), exact)
    torch.testing.assert_close(model.losses(x, x)["jacobian"], exact.mean())


def test_codes_follow_test_digits_less_than_without_the_penalty(mnist_train, mnist_test):
    recipe = Recipe(epochs=3, batch_size=128, precision="float32")
    norms, errors = [], []
    for weight in (0.0, 0.1):
        torch.manual_seed(0)
        model = build("contractive", image_shape=(1, 28, 28), contraction=weight)
        for _epoch in fit(model, mnist_train.pixels[:6000], mnist_test.pixels[:1000], recipe):
            pass
        norms.append(float(jacobian(model, to_input(mnist_test.pixels[:50])).mean()))
        errors.append(evaluate(model, mnist_test.pixels[:1000])["mse"])
    assert norms[1] < 0.7 * norms[0]
    assert errors[1] == pytest.approx(errors[0], rel=0.25)  # and still it draws them
