"""What flows through a model, and its weights as pictures; of every family."""

import numpy as np
import pytest
import torch

from aecore import activations, checkpoint, filters
from aecore.models import MODELS, Variational, build
from aecore.models.folding import fold_batch_norms

SHAPES = [(1, 28, 28), (3, 17, 22)]
EVERY = [(family, shape) for family in MODELS for shape in SHAPES]


def image(shape: tuple[int, int, int]) -> np.ndarray:
    return np.random.default_rng(0).random(shape, dtype=np.float32)


def made(family: str, shape: tuple[int, int, int]):
    model = build(family, image_shape=shape, latent_dim=5).eval().requires_grad_(False)
    fold_batch_norms(model)
    return model


@pytest.mark.parametrize(("family", "shape"), EVERY)
def test_every_family_tells_what_flows_through_it(family, shape):
    model = made(family, shape)
    found = activations.flow(model, image(shape))
    x = torch.from_numpy(image(shape))[None]
    assert found.code == pytest.approx(model.encode(x)[0].numpy(), abs=1e-5)
    assert found.made == pytest.approx(model(x)[0].numpy(), abs=1e-5)
    assert found.image.shape == found.made.shape == shape
    assert found.decoder and all(step.side == "decoder" for step in found.decoder)
    assert all(np.isfinite(step.values).all() for step in found.encoder + found.decoder)
    assert (found.mean is not None) == isinstance(model, Variational)
    told = sum(step.parameters for step in found.encoder + found.decoder)
    # but for those that belong to no layer, and for a judge of codes
    judge = getattr(model, "discriminator", torch.nn.Identity())
    left_out = [*model.parameters(recurse=False), *judge.parameters()]
    whole = sum(each.numel() for each in model.parameters())
    assert told == whole - sum(each.numel() for each in left_out)
    assert not any(layer._forward_hooks for layer in model.modules())


@pytest.mark.parametrize("family", MODELS)
def test_the_last_step_draws_the_image(family):
    model = made(family, (1, 28, 28))
    found = activations.flow(model, image((1, 28, 28)))
    logits = torch.from_numpy(found.decoder[-1].values.reshape(-1))
    assert torch.sigmoid(logits).numpy() == pytest.approx(found.made.reshape(-1), abs=1e-5)


def test_a_variational_code_is_its_mean_and_spread_times_noise():
    model = made("vae", (1, 28, 28))
    one, again, other, mean = (
        activations.flow(model, image((1, 28, 28)), seed) for seed in (1, 1, 2, None)
    )
    assert np.array_equal(one.code, again.code) and not np.array_equal(one.code, other.code)
    sigma = np.exp(0.5 * one.log_variance)
    assert one.code == pytest.approx(one.mean + sigma * one.noise, abs=1e-6)
    assert np.array_equal(mean.code, mean.mean) and not mean.noise.any()
    assert [step.shape for step in one.encoder][-1] == (10,)  # mean and log-variance


@pytest.mark.parametrize(("family", "shape"), EVERY)
def test_every_family_has_pictures_of_its_weights(family, shape):
    model = made(family, shape)
    first, last = filters.first(model), filters.last(model)
    assert last is not None and np.isfinite(last.weights).all() and last.limit() > 0
    if family == "contractive":  # encodes by the decoder's weights
        assert first is None
    else:
        assert first is not None and first.weights.ndim == 3
        if first.kind == "images":
            assert first.weights.shape[1:] == shape[1:]
    assert last.strongest(4).shape[0] <= 4


def test_a_filter_is_what_raises_its_unit():
    model, _card = checkpoint.load(checkpoint.shipped()["deep-32"])
    found = filters.first(model)
    layer = model.encoder[1][0]
    x = torch.from_numpy((found.weights[7] > 0).astype(np.float32))[None, None]
    zero = layer(torch.zeros(1, 784))[0, 7]
    assert layer(x.flatten(1))[0, 7] - zero == pytest.approx(
        found.weights[7].clip(0).sum(), rel=1e-4
    )
