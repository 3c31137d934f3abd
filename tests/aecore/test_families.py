"""What each family promises beyond the contract, seen after a little training."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy

from aecore import checkpoint, data
from aecore.__main__ import main
from aecore.checkpoint import Card
from aecore.evaluation import encode, evaluate
from aecore.messages import Problem
from aecore.metrics import normal_distance
from aecore.models import build, to_input
from aecore.models.aae import PRIORS
from aecore.models.layers import Dropout
from aecore.presets import PRESETS
from aecore.recipe import Recipe
from aecore.training.loop import fit, split

pytestmark = pytest.mark.training

RECIPE = Recipe(epochs=8, batch_size=64, precision="float32")
NARROW = (128, 64)  # layers wide enough for 1,400 digits


@pytest.fixture(scope="module")
def digits() -> tuple[data.Images, data.Images]:
    return data.load("digits", "train"), data.load("digits", "test")


def trained(family: str, digits, recipe: Recipe = RECIPE, **settings):
    train, test = digits
    torch.manual_seed(0)
    model = build(family, image_shape=train.shape, **settings)
    labels = (train.labels, test.labels)
    epochs = list(fit(model, train.pixels, test.pixels, recipe, labels=labels))
    return model.eval(), epochs


# --- recurrent


@pytest.mark.parametrize("cell", ["gru", "lstm"])
@pytest.mark.parametrize("layout", ["wide", "bare"])
def test_a_recurrent_model_takes_any_sequence(cell, layout):
    steps, features = 9, 2
    model = build(
        "recurrent", image_shape=(1, steps, features), latent_dim=3, cell=cell, layout=layout
    )
    sequences = torch.rand(5, steps, features)
    model.eval()
    codes = model.encode(sequences)
    assert codes.shape == (5, 3)
    assert torch.equal(codes, model.encode(sequences[:, None]))
    assert model.decode(codes).shape == (5, 1, steps, features)


def test_where_a_cell_knows_no_short_numbers_it_learns_with_long_ones(digits, monkeypatch):
    # PyTorch has no LSTM in bfloat16 for processors without instructions for it
    forward = torch.nn.LSTM.forward

    def long_only(self, *inputs):
        if torch.is_autocast_enabled("cpu"):
            raise RuntimeError("could not create a primitive descriptor")
        return forward(self, *inputs)

    monkeypatch.setattr(torch.nn.LSTM, "forward", long_only)
    recipe = replace(RECIPE, epochs=2, precision="auto")
    _model, epochs = trained("recurrent", digits, recipe, latent_dim=4, width=16, cell="lstm")
    assert epochs[-1].test["recon"] < epochs[0].test["recon"]
    recipe = replace(recipe, precision="bfloat16")
    with pytest.raises(Problem, match="precision float32, or auto"):
        trained("recurrent", digits, recipe, latent_dim=4, width=16, cell="lstm")


def test_a_recurrent_model_reads_from_top_to_bottom():
    torch.manual_seed(0)
    model = build("recurrent", image_shape=(1, 28, 28), latent_dim=4).eval()
    x = torch.rand(1, 1, 28, 28)
    turned = x.flip(2)
    assert not torch.allclose(model.encode(x), model.encode(turned))
    # one step after the other: the last row moves the code more than the first
    first, last = x.clone(), x.clone()
    first[:, :, 0], last[:, :, -1] = 0, 0
    with torch.inference_mode():
        moved = [float((model.encode(y) - model.encode(x)).norm()) for y in (first, last)]
    assert moved[1] > 10 * moved[0]


# --- class-conditional


def test_a_conditional_model_draws_the_class_that_it_is_told(digits):
    model, _ = trained("cvae", digits, replace(RECIPE, epochs=30), latent_dim=2, widths=NARROW)
    train = digits[0]
    means = np.stack([train.pixels[train.labels == k].mean(0) for k in range(10)]) / 255
    with torch.inference_mode():
        drawn = model.decode(torch.zeros(10, 2), torch.arange(10)).numpy()
    distances = ((drawn[:, None] - means[None]) ** 2).mean((2, 3, 4))
    assert (distances.argmin(1) == np.arange(10)).mean() >= 0.9
    # the class is kept from it now and then, so it can do without
    assert model(to_input(train.pixels[:4])).shape == (4, *train.shape)


def test_an_untold_class_is_no_class():
    torch.manual_seed(0)
    model = build("cvae", image_shape=(1, 8, 8), latent_dim=2).eval()
    z = torch.randn(3, 2)
    untold = torch.full((3,), -1)
    assert torch.equal(model.decode(z), model.decode(z, untold))
    assert not torch.equal(model.decode(z), model.decode(z, torch.zeros(3, dtype=torch.long)))


def test_a_conditional_model_without_classes_is_refused(tmp_path):
    from aecore.training.plan import Plan

    for name in ("a.png", "b.png"):
        from PIL import Image

        Image.new("L", (30, 30), 200).save(tmp_path / name)
    with pytest.raises(Problem, match="class of each example"):
        Plan("cvae", {}, f"folder:{tmp_path}", Recipe()).check()


def test_a_conditional_model_is_not_judged_on_other_classes(tmp_path, capsys):
    model = build("cvae", image_shape=(1, 28, 28), latent_dim=2, classes=3)
    card = Card("three", "cvae", model.config.to_json())
    checkpoint.save(tmp_path / "three.safetensors", model, card)
    assert main(["evaluate", str(tmp_path / "three.safetensors"), "--dataset", "digits"]) == 1
    assert "3 classes" in capsys.readouterr().err


# --- sparse


def test_a_sigmoid_has_no_relu_before_it():
    with pytest.raises(Problem, match="sigmoid"):
        build("sparse", image_shape=(1, 8, 8), penalty="kl", code_activation="relu")


# --- adversarial


@pytest.mark.parametrize("prior", PRIORS)
def test_codes_of_an_adversarial_model_take_the_shape_of_the_prior(digits, prior):
    recipe = replace(RECIPE, epochs=45)
    model, epochs = trained("aae", digits, recipe, latent_dim=2, prior=prior)
    codes = encode(model, digits[0].pixels)
    points = PRIORS[prior](len(codes), 2, torch.Generator().manual_seed(1), torch.device("cpu"))
    expected = points.norm(dim=1).numpy()
    found = np.linalg.norm(codes, axis=1)
    for share in (0.25, 0.5, 0.75):
        assert np.quantile(found, share) == pytest.approx(np.quantile(expected, share), rel=0.3)
    assert {"recon", "discriminator", "encoder"} == epochs[-1].test.keys()
    assert ("ks" in evaluate(model, digits[1].pixels)) == (prior == "gaussian")


@pytest.mark.parametrize("prior", ["ring", "swiss_roll"])
def test_a_prior_in_the_plane_wants_two_numbers(prior):
    with pytest.raises(Problem, match="2 numbers"):
        build("aae", image_shape=(1, 8, 8), latent_dim=3, prior=prior)


def test_the_gaussian_prior_is_one():
    points = PRIORS["gaussian"](20_000, 2, torch.Generator().manual_seed(0), torch.device("cpu"))
    assert normal_distance(points[:, 0].numpy()) < 0.01


# --- against over-fitting


def test_dropout_drops_its_share_and_keeps_the_mean():
    layer = Dropout(0.25)
    layer.generator = torch.Generator().manual_seed(0)
    x = torch.ones(100, 200)
    dropped = layer(x)
    assert (dropped == 0).float().mean() == pytest.approx(0.25, abs=0.01)
    assert dropped.mean() == pytest.approx(1, abs=0.02)
    assert torch.equal(layer.eval()(x), x)


def test_dropout_narrows_the_gap_between_training_and_test(digits):
    recipe = replace(RECIPE, epochs=40)

    def gap(dropout: float) -> float:
        model, _ = trained("deep", digits, recipe, latent_dim=16, dropout=dropout)
        train, test = (evaluate(model, images.pixels)["bce"] for images in digits)
        return test - train

    assert gap(0.5) < 0.7 * gap(0.0)


def test_early_stopping_ends_with_the_best_epochs_weights(digits):
    recipe = replace(RECIPE, epochs=200, validation=0.2, patience=4, learning_rate=0.02)
    model, epochs = trained("deep", digits, recipe, latent_dim=16)
    losses = [epoch.validation["recon"] for epoch in epochs]
    best = int(np.argmin(losses))
    assert len(epochs) < 200 and epochs[-1].early and len(epochs) == best + 1 + 4
    _, held_back = split(len(digits[0]), recipe)
    kept = evaluate(model, digits[0].pixels[held_back.numpy()])["bce"] * 784
    assert kept == pytest.approx(losses[best], rel=1e-3)


def test_validation_images_are_not_learned_from(digits):
    recipe = replace(RECIPE, validation=0.25)
    learned, held_back = split(len(digits[0]), recipe)
    assert set(learned.tolist()).isdisjoint(held_back.tolist())
    assert len(held_back) == round(0.25 * len(digits[0]))
    again = split(len(digits[0]), recipe)[1]
    assert torch.equal(held_back, again)


def test_early_stopping_without_validation_is_refused():
    with pytest.raises(Problem, match="hold a share"):
        Recipe(patience=3)


def test_input_noise_is_for_training_only(digits):
    model, noisy = trained("deep", digits, replace(RECIPE, input_noise=0.5), latent_dim=16)
    clean = evaluate(model, digits[1].pixels)["bce"] * 784
    assert noisy[-1].test["recon"] == pytest.approx(clean, rel=1e-3)
    _, without = trained("deep", digits, latent_dim=16)
    assert noisy[-1].train["recon"] > 1.05 * without[-1].train["recon"]


# --- pretraining


def test_pretraining_trains_one_pair_of_layers_after_the_other(digits):
    settings = {"latent_dim": 8, "widths": (64, 32), "pretraining": 0.6}
    torch.manual_seed(0)
    model = build("deep", image_shape=(1, 28, 28), **settings)
    before = {name: tensor.clone() for name, tensor in model.named_parameters()}
    recipe = replace(RECIPE, epochs=10)
    moved = []
    for epoch in fit(model, digits[0].pixels, digits[1].pixels, recipe):
        now = dict(model.named_parameters())
        moved.append({name for name in before if not torch.equal(before[name], now[name])})
        before = {name: tensor.detach().clone() for name, tensor in now.items()}
        assert "recon" in epoch.train
    # two epochs for each of three pairs, from the outside in, then all together
    outer, middle, inner, together = moved[0], moved[2], moved[4], moved[7]
    assert any(name.startswith("encoder.1.0") for name in outer)
    assert outer.isdisjoint(middle) and middle.isdisjoint(inner) and outer.isdisjoint(inner)
    assert outer | middle | inner == together


def test_layers_learned_one_by_one_draw_better_than_the_mean_image(digits):
    x, mean = torch.from_numpy(digits[1].pixels) / 255, digits[0].pixels.mean(0) / 255
    floor, always_mean = (
        float(binary_cross_entropy(drawn, x, reduction="sum")) / len(x)
        for drawn in (x, torch.from_numpy(mean).float().expand_as(x))
    )
    settings = {"latent_dim": 8, "widths": (64, 32)}
    _, epochs = trained("deep", digits, replace(RECIPE, epochs=10), pretraining=0.9, **settings)
    # before all learn together the whole network draws already
    assert epochs[8].test["recon"] - floor < 0.8 * (always_mean - floor)


# --- presets


@pytest.mark.parametrize("name", PRESETS)
def test_presets_can_be_trained(name):
    preset = PRESETS[name]
    model = build(preset.family, image_shape=(1, 28, 28), **preset.settings)
    x = torch.rand(3, 1, 28, 28)
    assert model(x).shape == x.shape


@pytest.mark.parametrize(
    ("name", "weights"),
    [
        # dense layers: inputs · outputs + biases
        ("keras-blog-simple", 784 * 32 + 32 + 32 * 784 + 784),
        ("keras-blog-sparse", 784 * 32 + 32 + 32 * 784 + 784),
        (
            "keras-blog-deep",
            2 * (784 * 128 + 128 * 64 + 64 * 32) + 128 + 64 + 32 + 64 + 128 + 784,
        ),
        # convolutions: 9 · inputs · outputs + biases
        (
            "keras-blog-conv",
            9 * (16 + 16 * 8 + 8 * 8) + 32 + 9 * (8 * 8 + 8 * 8 + 8 * 16 + 16) + 8 + 8 + 16 + 1,
        ),
        ("keras-blog-denoise", 9 * (32 + 32 * 32) + 64 + 9 * (2 * 32 * 32 + 32) + 65),
        # the encoder's last layer gives mean and log-variance
        ("keras-blog-vae", 784 * 64 + 64 + 64 * 4 + 4 + 2 * 64 + 64 + 64 * 784 + 784),
    ],
)
def test_presets_have_exactly_the_published_weights(name, weights):
    preset = PRESETS[name]
    model = build(preset.family, image_shape=(1, 28, 28), **preset.settings)
    assert sum(parameter.numel() for parameter in model.parameters()) == weights


def test_pooling_restores_every_size():
    for side in range(8, 41):
        numbers = 4 * (((side + 1) // 2 + 1) // 2) ** 2
        settings = {"channels": (8, 4), "layout": "pooled", "latent_dim": numbers}
        model = build("conv", image_shape=(1, side, side), **settings)
        assert model(torch.rand(2, 1, side, side)).shape == (2, 1, side, side)
    with pytest.raises(Problem, match="numbers"):
        build("conv", image_shape=(1, 28, 28), layout="pooled", latent_dim=5)
