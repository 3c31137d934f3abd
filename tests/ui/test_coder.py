"""Coders: a model and PCA behind one face."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch

from aecore import checkpoint, evaluation
from aecore.checkpoint import Card
from aecore.messages import Problem
from ui import cache, coder


@pytest.fixture(params=["model", "pca"])
def one(request) -> coder.Coder:
    if request.param == "pca":
        return coder.pca("mnist", 32)
    return coder.of_model("deep-32", checkpoint.shipped()["deep-32"])


def test_images_go_to_codes_and_back(one, mnist_test):
    pixels = mnist_test.pixels[:300]
    codes = one.encode(pixels)
    x_hat = one.decode(codes)
    assert codes.shape == (300, one.latent_dim) == (300, 32)
    assert x_hat.shape == pixels.shape and x_hat.dtype == np.float32
    assert np.array_equal(one.reconstruct(pixels), x_hat)
    # the figures of checkpoints/README.md: 0.0035 by the model, 0.0168 by PCA
    assert ((x_hat - pixels / 255) ** 2).mean() < 0.02


def test_bytes_and_shares_of_white_are_the_same_image(one, mnist_test):
    pixels = mnist_test.pixels[:5]
    assert np.allclose(one.encode(pixels), one.encode(pixels.astype(np.float32) / 255), atol=1e-5)


def test_the_browser_gets_the_same_decoder(one):
    facts = one.layers().facts()
    assert facts["taken"] == [32] and facts["made"] == [1, 28, 28]


def test_drawn_images_are_those_of_the_engine(mnist_test):
    path = checkpoint.shipped()["deep-32"]
    model = cache.model(path)[0]
    codes = evaluation.encode(model, mnist_test.pixels[:20])
    drawn = coder.of_model("deep-32", path).decode(codes)
    assert np.array_equal((drawn * 255).round(), evaluation.decode(model, codes))


def test_every_run_computes_with_one_thread(mnist_test):
    # a slider's rerun is a new thread, and asks a coder that an earlier run has made
    made = coder.of_model("deep-32", checkpoint.shipped()["deep-32"])

    def threads_of_a_rerun() -> int:
        torch.set_num_threads(2)
        made.encode(mnist_test.pixels[:1])
        return torch.get_num_threads()

    with ThreadPoolExecutor(1) as rerun:
        assert rerun.submit(threads_of_a_rerun).result() == 1


def test_keys_tell_coders_apart():
    models = [coder.of_model(name, path) for name, path in checkpoint.shipped().items()]
    found = [*models, coder.pca("mnist", 2), coder.pca("mnist", 3), coder.pca("digits", 2)]
    assert len({each.key for each in found}) == len(found)


def test_no_rival_where_its_images_are_not_here_or_have_another_shape():
    def card(dataset: str) -> Card:
        return Card("own", "simple", {"image_shape": [1, 28, 28], "latent_dim": 5}, dataset=dataset)

    found = coder.rival(card("digits"))
    assert found is not None and found.name == "PCA-5"
    assert coder.rival(card("folder:gone")) is None
    other = Card("own", "simple", {"image_shape": [3, 8, 12], "latent_dim": 5}, dataset="digits")
    assert coder.rival(other) is None
    with pytest.raises(Problem):
        coder.pca("folder:gone", 2)
