"""One encoder with two decoders: what learns together, and what is kept when kinds are swapped."""

import json

import numpy as np
import pytest
import torch

from aecore import checkpoint, swapping
from aecore.data import load
from aecore.data.typeface import fonts
from aecore.swapping import HAND, KINDS, PRINT, Swapping, alone, path

pytestmark = pytest.mark.training

SOME = 1000


def test_images_are_bent_and_stay_what_they_are():
    x = torch.from_numpy(load("print", "test").pixels[:20]).float() / 255
    moved = swapping.bent(x, 1.0, torch.Generator().manual_seed(0))
    assert moved.shape == x.shape and not torch.equal(moved, x)
    assert 0 <= float(moved.min()) and float(moved.max()) <= 1
    assert torch.equal(swapping.bent(x, 0.0, torch.Generator()), x)
    judge, labels = swapping.reader(PRINT), load("print", "test").labels[:20]
    assert (judge.predict(moved.numpy()) == labels).mean() > 0.8


def learned(shared: bool) -> tuple[swapping.Pair, list[float]]:
    images = load("print", "test").pixels
    told: list[float] = []
    settings = Swapping(rounds=(7, 3), batch_size=16, widths=(32,), latent_dim=4, shared=shared)
    return swapping.train(images[:200], 255 - images[200:400], settings, told.append), told


@pytest.mark.parametrize("shared", [True, False])
def test_both_have_one_encoder_or_one_each(shared):
    pair, told = learned(shared)
    assert (pair.first.encoder is pair.second.encoder) == shared
    assert told[-1] == 1 and told == sorted(told) and len(told) == 10
    assert not any(weight.requires_grad for model in pair for weight in model.parameters())


def test_the_same_seed_gives_the_same_weights():
    first, second = (learned(True)[0].second.state_dict() for _again in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_a_training_can_be_stopped():
    def stop(done: float) -> None:
        raise KeyboardInterrupt

    images = load("print", "test").pixels[:100]
    with pytest.raises(KeyboardInterrupt):
        swapping.train(images, images, Swapping(rounds=(7, 3), batch_size=16, widths=(32,)), stop)


@pytest.fixture(scope="module")
def models():
    names = [*KINDS, *map(alone, KINDS)]
    return {name: checkpoint.load(path(name))[0] for name in names}


def test_the_shipped_pair_has_one_encoder(models):
    first, second = (models[kind].encoder.state_dict() for kind in KINDS)
    assert all(torch.equal(first[name], second[name]) for name in first)
    others = models[alone(HAND)].encoder.state_dict()
    assert not all(torch.equal(first[name], others[name]) for name in first)


@pytest.mark.parametrize(("own", "other"), [(HAND, PRINT), (PRINT, HAND)])
def test_the_digit_and_its_slant_stay_and_two_encoders_lose_both(own, other, models, mnist_test):
    every = mnist_test if own == HAND else load("print", "test")
    # evenly: the first and the last thousands of MNIST come from different hands
    images = every.take(slice(0, None, len(every) // SOME))
    judge = swapping.reader(other)
    kept = swapping.measure(images, models[own], models[other], judge)
    lost = swapping.measure(images, models[alone(own)], models[alone(other)], judge)
    measured = json.loads((checkpoint.SHIPPED / "swap.json").read_text())
    # print that it hasn't learned from is another thing
    known = own == HAND or list(fonts()) == measured["fonts"]
    assert kept["same"] >= (0.85 if known else 0.6) and lost["same"] < 0.3
    assert kept["slant"]["correlation"] > 0.6 > 0.3 > lost["slant"]["correlation"]
    before, after = kept["slant"]["curve"]
    assert before == sorted(before) and np.ptp(after) > 0.4 * np.ptp(before)


def test_whoever_reads_print_reads_it_well():
    images = load("print", "test").take(slice(0, SOME))
    assert (swapping.reader(PRINT).predict(images.pixels) == images.labels).mean() > 0.99
