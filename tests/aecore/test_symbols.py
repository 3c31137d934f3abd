"""Sequences of symbols: every family takes them by the same contract as images."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from aecore import checkpoint, network_layers
from aecore.checkpoint import Card
from aecore.evaluation import evaluate, reconstruct
from aecore.messages import Problem
from aecore.models import MODELS, build, to_input
from aecore.recipe import Recipe
from aecore.training.loop import fit
from aecore.training.plan import Plan

STEPS, KINDS = 8, 12
SHAPE = (1, STEPS, KINDS)


def sequences(n: int = 48) -> np.ndarray:
    """Examples, uint8 (n, 1, STEPS, KINDS), of a few tunes that begin on different symbols."""
    rng = np.random.default_rng(0)
    symbols = (rng.integers(0, 4, (n, 1)) + np.cumsum(rng.integers(0, 3, (n, STEPS)), 1)) % KINDS
    return (np.eye(KINDS, dtype=np.uint8)[symbols] * 255)[:, None]


@pytest.mark.parametrize("family", MODELS)
def test_every_family_says_how_likely_each_symbol_is(family):
    torch.manual_seed(0)
    model = build(family, image_shape=SHAPE, latent_dim=5, symbols=True).eval()
    x = to_input(sequences(6))
    with torch.inference_mode():
        made = model(x)
        recon = model.losses(x, x, torch.Generator().manual_seed(0))["recon"]
        assert made.shape == x.shape
        assert torch.allclose(made.sum(-1), torch.ones(6, 1, STEPS))
        if model.posterior(x) is None:
            logits = model.decode_logits(model.encode(x))[:, 0]
            told = F.cross_entropy(logits.mT, x[:, 0].argmax(-1))
            assert float(recon) == pytest.approx(float(told) * STEPS, rel=1e-4)


@pytest.mark.parametrize("family", ["recurrent", "recurrent_vae", "conv", "deep"])
def test_sequences_are_learned_in_the_same_loop_and_kept_in_the_same_file(family, tmp_path):
    torch.manual_seed(0)
    pixels, free = sequences(), {"beta": 0.01} if family == "recurrent_vae" else {}
    model = build(family, image_shape=SHAPE, latent_dim=16, symbols=True, **free)
    recipe = Recipe(epochs=1, steps=150, batch_size=48, precision="float32")
    list(fit(model, pixels, pixels, recipe))
    figures = evaluate(model, pixels)
    assert figures["steps"] > 0.9
    made = reconstruct(model, pixels).argmax(-1) == pixels.argmax(-1)
    assert figures["steps"] == pytest.approx(made.mean())
    checkpoint.save(
        tmp_path / "a.safetensors", model, Card("a", family, model.config.to_json(), "melodies")
    )
    again, card = checkpoint.load(tmp_path / "a.safetensors")
    assert again.config.symbols and card.config["symbols"]
    assert np.array_equal(reconstruct(again, pixels), reconstruct(model.eval(), pixels))


def test_a_plan_on_melodies_is_one_of_symbols_and_nothing_else_says_so():
    plan = Plan("deep", {}, "melodies", Recipe())
    assert plan.model_settings()["symbols"] is True
    assert "symbols" not in Plan("deep", {}, "digits", Recipe()).model_settings()
    with pytest.raises(Problem, match="no setting “symbols”"):
        Plan("deep", {"symbols": True}, "digits", Recipe()).check()
    with pytest.raises(Problem, match="have 3 channels; models take 1 to 1"):
        build("deep", image_shape=(3, STEPS, KINDS), symbols=True)


def test_browsers_do_not_compute_them_yet_and_say_so():
    model = build("deep", image_shape=SHAPE, latent_dim=5, symbols=True).eval()
    with pytest.raises(Problem, match="Softmax"):
        network_layers.of_decoder(model)


def test_the_writer_is_told_nothing_but_what_it_wrote():
    torch.manual_seed(0)
    model = build("recurrent_vae", image_shape=SHAPE, latent_dim=5, symbols=True)
    x, z = to_input(sequences(6)), torch.randn(6, 5)
    alone = model.eval().decode_logits(z)
    written = F.one_hot(alone.argmax(-1), KINDS).float()
    with (
        torch.inference_mode()
    ):  # told its own symbols, it writes the same; told others, it doesn't
        told = model._image(
            model._written(model._planned(z), F.pad(written[:, 0, :-1], (0, 0, 1, 0)))
        )
        truth = model._image(model._written(model._planned(z), F.pad(x[:, 0, :-1], (0, 0, 1, 0))))
    assert torch.allclose(told, alone, atol=1e-5) and not torch.allclose(truth, alone, atol=1e-3)


def test_free_nats_cost_nothing():
    model = build("recurrent_vae", image_shape=SHAPE, latent_dim=5, free=3.0, beta=2.0)
    terms = {"recon": torch.tensor(7.0), "kl": torch.tensor(2.0)}
    assert float(model.objective(terms)) == 7
    assert float(model.objective({**terms, "kl": torch.tensor(5.0)})) == 7 + 2 * 2
